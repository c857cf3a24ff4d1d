"""The plots of the dashboard, drawn by pyqtgraph; imported only when the page is opened.

Nothing depends on colour: every bar has its number, bars of hours are hatched, the mean is a dashed line with marks.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.learning.usage import MonthRow, TemplateRow
from desktop.ui.dashboard import words
from desktop.ui.parts import label
from desktop.ui.style import ACCENT, CALM, INK, LINE_STRONG, PAPER, SMALL_POINTS, TIGHT, WARN

_hooks = sys.excepthook, threading.excepthook
import pyqtgraph as pg  # noqa: E402 -- between the two lines that save the hooks from it

# It puts its own printers of exceptions there; the window's report of bugs must stay.
sys.excepthook, threading.excepthook = _hooks
pg.setConfigOptions(antialias=True, background=PAPER, foreground=INK, exitCleanup=False)

MOST_TEMPLATES = 10
LEAST_HEIGHT = 170
_MEAN_OF = 3
_NAME_SIGNS = 13
_WIDTH = 0.62


class Plot(QFrame):
    """One plot with its title; `told` is what a screen reader says of it."""

    def __init__(self, title: str, note: str = "") -> None:
        """Lay it out, still empty."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(label(title, "label", wrap=True))
        if note:
            column.addWidget(label(note, "soft", wrap=True))
        self.graph = pg.PlotWidget()
        self.graph.setAccessibleName(title)
        # There is nothing to operate: the same numbers are in the table.
        self.graph.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.graph.setMouseEnabled(x=False, y=False)
        self.graph.setMenuEnabled(False)
        self.graph.hideButtons()
        self.graph.wheelEvent = lambda event: event.ignore()
        self.graph.setFrameShape(QFrame.Shape.NoFrame)
        # As high as the window leaves room for, and not as the library would like it.
        self.graph.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.graph.setMinimumHeight(LEAST_HEIGHT)
        self.setMinimumHeight(LEAST_HEIGHT + self.fontMetrics().height() * (4 if note else 2))
        column.addWidget(self.graph, 1)
        font = QFont(self.font())
        font.setPointSizeF(SMALL_POINTS)
        self._font = font
        for side in ("left", "bottom"):
            axis = self.graph.getAxis(side)
            axis.setStyle(tickFont=font, tickLength=0)
            axis.setTextPen(INK)
            axis.setPen(QPen(QColor(LINE_STRONG), 1))

    def tell(self, said: Sequence[str]) -> None:
        """Let a screen reader say the numbers."""
        self.graph.setAccessibleDescription("、".join(said))

    def bars(self, values: Sequence[float], brush: QBrush, colour: str) -> None:
        """Draw upright bars at 0, 1, 2 and so on."""
        pen = QPen(QColor(colour), 1)
        pen.setCosmetic(True)
        item = pg.BarGraphItem(x=list(range(len(values))), height=list(values), width=_WIDTH, brush=brush, pen=pen)
        self.graph.addItem(item)

    def write(self, text: str, x: float, y: float, anchor: tuple[float, float]) -> None:
        """Write a number beside the end of a bar."""
        item = pg.TextItem(text, color=INK, anchor=anchor)
        item.setFont(self._font)
        item.setPos(x, y)
        self.graph.addItem(item, ignoreBounds=True)


def _upright(plot: Plot, bars: Sequence[tuple[str, float, str]], *, inside: bool) -> None:
    """Write the numbers over the bars, or at their feet where a line runs over them, and the months below.

    A bar has the name of its month, its height, and its number in words.
    """
    values = [value for _, value, _ in bars]
    top = max([*values, 1])
    for place, (_, value, text) in enumerate(bars):
        plot.write(text, place, 0 if inside else value, (0.5, 1.0))
    plot.graph.getAxis("bottom").setTicks([[(place, name) for place, (name, _, _) in enumerate(bars)]])
    plot.graph.showAxis("left", False)
    plot.graph.setXRange(-0.6, len(values) - 0.4, padding=0)
    plot.graph.setYRange(0, top * 1.2, padding=0)
    plot.tell([f"{name} {text}" for name, _, text in bars])


def documents_by_month(rows: Sequence[MonthRow], language: str) -> QWidget:
    """Return the plot of documents by month, with the mean of three months as its trend."""
    translate = QCoreApplication.translate
    single = all(row.first == row.last for row in rows) and len(rows) >= _MEAN_OF
    note = translate("Dashboard", "点線は、その月までの3か月の平均です。") if single else ""
    plot = Plot(translate("Dashboard", "月ごとの文書（件）"), note)
    values = [float(row.cell.documents) for row in rows]
    plot.bars(values, QBrush(QColor("#b9c8e0")), ACCENT)
    if single:
        places = list(range(_MEAN_OF - 1, len(values)))
        means = [sum(values[place - _MEAN_OF + 1 : place + 1]) / _MEAN_OF for place in places]
        pen = QPen(QColor(WARN), 2, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        plot.graph.plot(places, means, pen=pen, symbol="d", symbolSize=9, symbolBrush=PAPER, symbolPen=QColor(WARN))
    named = [words.months(row, language) for row in rows]
    shown = [f"{row.cell.documents:,}" for row in rows]
    _upright(plot, list(zip(named, values, shown, strict=True)), inside=single)
    return plot


def hours_by_month(rows: Sequence[MonthRow], language: str) -> QWidget | None:
    """Return the plot of hours saved by month, or nothing where too few people answered."""
    if all(row.cell.minutes is None for row in rows):
        return None
    plot = Plot(QCoreApplication.translate("Dashboard", "月ごとの、短くなった時間（時間）"))
    values = [(row.cell.minutes or 0) / 60 for row in rows]
    plot.bars(values, QBrush(QColor(CALM), Qt.BrushStyle.BDiagPattern), CALM)
    named = [words.months(row, language) for row in rows]
    shown = ["—" if row.cell.minutes is None else words.hours(row.cell.minutes) for row in rows]
    _upright(plot, list(zip(named, values, shown, strict=True)), inside=False)
    return plot


def documents_by_template(rows: Sequence[TemplateRow], names: Mapping[str, str]) -> QWidget:
    """Return the plot of documents by template, the most used first, all others together last."""
    translate = QCoreApplication.translate
    pool = [row for row in rows if not row.template]
    named = [row for row in rows if row.template]
    most = MOST_TEMPLATES - len(pool)
    note = (
        translate("Dashboard", "多い順に{count}種。すべては表にあります。").format(count=most)
        if len(named) > most
        else ""
    )
    plot = Plot(translate("Dashboard", "ひな形ごとの文書（件）"), note)
    drawn = [*named[:most], *pool]
    places = [len(drawn) - 1 - place for place in range(len(drawn))]
    values = [row.cell.documents for row in drawn]
    called = [words.template(row, names) for row in drawn]
    pen = QPen(QColor(ACCENT), 1)
    pen.setCosmetic(True)
    brushes = [
        QBrush(QColor("#b9c8e0")) if row.template else QBrush(QColor(LINE_STRONG), Qt.BrushStyle.BDiagPattern)
        for row in drawn
    ]
    plot.graph.addItem(
        pg.BarGraphItem(x0=0, y=places, width=values, height=_WIDTH, brushes=brushes, pens=[pen] * len(drawn))
    )
    for place, value in zip(places, values, strict=True):
        plot.write(f"{value:,}", value, place, (0.0, 0.5))
    axis = plot.graph.getAxis("left")
    axis.setTicks([[(place, _short(name)) for place, name in zip(places, called, strict=True)]])
    plot.graph.showAxis("bottom", False)
    plot.graph.setXRange(0, max([*values, 1]) * 1.3, padding=0)
    plot.graph.setYRange(-0.6, len(drawn) - 0.4, padding=0)
    plot.tell([f"{name} {value}" for name, value in zip(called, values, strict=True)])
    return plot


def _short(name: str) -> str:
    """Return a name that fits beside its bar; Latin letters take half the room."""
    room = 0.0
    for place, sign in enumerate(name):
        room += 0.55 if sign.isascii() else 1.0
        if room > _NAME_SIGNS:
            return f"{name[:place]}…"
    return name
