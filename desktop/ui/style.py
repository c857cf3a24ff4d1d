"""How everything looks: one scale of spaces, one of type, one set of colours, and the style sheet made from them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

ICONS = Path(__file__).resolve().parent.parent / "resources" / "icons"

# Spaces in device independent pixels.
TIGHT = 4
SMALL = 8
MEDIUM = 12
LARGE = 16
WIDE = 24
VAST = 40

# Type in points; faces that ship with Windows first, then what Debian has.
FACES = ("BIZ UDGothic", "Yu Gothic UI", "Noto Sans CJK JP")
# Faces in which a Latin letter is half as wide as a kanji, so that what people align stays aligned.
SOURCE_FACES = '"BIZ UDGothic", "MS Gothic", "Noto Sans Mono CJK JP"'
BASE_POINTS = 11
SMALL_POINTS = 10
HEADING_POINTS = 12
TITLE_POINTS = 16
# Lines of running text and of table cells, as multiples of the letters' size: faces differ in the air they bring.
LINE_HEIGHT = 1.7
CELL_LINE_HEIGHT = 1.45

# Colours: ink on paper on a wooden desk, and one indigo for what can be done next. Text has a contrast of 4.5 or more.
DESK = "#f1eee8"
PANEL = "#faf8f4"
PAPER = "#ffffff"
INK = "#24272c"
INK_SOFT = "#5b6068"
INK_FAINT = "#767b83"
LINE = "#dcd7cd"
LINE_STRONG = "#a9a397"
ACCENT = "#2a4b7c"
ACCENT_DARK = "#1f3a63"
ACCENT_SOFT = "#e9eef6"
CALM = "#2c6650"
CALM_SOFT = "#e8f2ed"
WARN = "#7d5200"
WARN_SOFT = "#fcf4e2"
FOUND = "#fbe7a1"
FAULT = "#9c2f26"
FAULT_SOFT = "#fcedeb"


def dress(app: QApplication) -> None:
    """Give the application its style, fonts, colours and style sheet; done once at start."""
    app.setStyle("Fusion")
    app.styleHints().setColorScheme(Qt.ColorScheme.Light)
    font = QFont()
    font.setFamilies(list(FACES))
    font.setPointSizeF(BASE_POINTS)
    app.setFont(font)
    app.setPalette(_palette())
    app.setStyleSheet(_sheet())


def give_role(widget: QWidget, role: str) -> None:
    """Name the part a widget plays; the style sheet speaks of roles only."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    # Without this a plain widget does not paint the ground that the style sheet gives it.
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette() -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, DESK),
        (role.WindowText, INK),
        (role.Base, PAPER),
        (role.AlternateBase, PANEL),
        (role.Text, INK),
        (role.Button, PANEL),
        (role.ButtonText, INK),
        (role.Highlight, ACCENT),
        (role.HighlightedText, PAPER),
        (role.ToolTipBase, INK),
        (role.ToolTipText, PAPER),
        (role.PlaceholderText, INK_FAINT),
        (role.Link, ACCENT),
    ):
        palette.setColor(name, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, name, QColor(LINE_STRONG))
    return palette


def _sheet() -> str:
    return _TEXTS + _CONTROLS + _BUTTONS + _PANELS + _LISTS + _NOTICES


_TEXTS = f"""
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {TITLE_POINTS}pt; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: {HEADING_POINTS}pt; font-weight: 600; }}
QLabel[role="label"] {{ font-weight: 600; }}
QLabel[role="soft"] {{ color: {INK_SOFT}; font-size: {SMALL_POINTS}pt; }}
QLabel[role="calm"] {{ color: {CALM}; font-size: {SMALL_POINTS}pt; }}
QLabel[role="saving"] {{ color: {CALM}; font-weight: 600; }}
QLabel[role="fault"] {{ color: {FAULT}; font-size: {SMALL_POINTS}pt; }}
QLabel[role="needed"] {{
  color: {ACCENT}; background: {ACCENT_SOFT}; border-radius: 3px; padding: 1px 6px; font-size: 9pt;
}}
QLabel[role="piece-removed"] {{
  color: {FAULT}; background: {FAULT_SOFT}; text-decoration: line-through; font-size: {SMALL_POINTS}pt;
  padding: 1px {TIGHT}px;
}}
QLabel[role="piece-added"] {{
  color: {CALM}; background: {CALM_SOFT}; text-decoration: underline; font-size: {SMALL_POINTS}pt;
  padding: 1px {TIGHT}px;
}}
QToolTip {{ color: {PAPER}; background: {INK}; border: 0; padding: {TIGHT}px {SMALL}px; }}
"""

_CONTROLS = f"""
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {{
  background: {PAPER}; border: 1px solid {LINE_STRONG}; border-radius: 4px; padding: 6px {SMALL}px;
  selection-background-color: {ACCENT}; selection-color: {PAPER};
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus {{
  border: 2px solid {ACCENT}; padding: 5px 7px;
}}
QLineEdit[fault="true"], QPlainTextEdit[fault="true"], QComboBox[fault="true"] {{ border-color: {FAULT}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ background: {PANEL}; border-color: {LINE}; }}
QLineEdit[role="tag"] {{ border-radius: 12px; padding: 2px 10px; font-size: {SMALL_POINTS}pt; border-color: {LINE}; }}
QLineEdit[role="tag"]:focus {{ border: 1px solid {ACCENT}; padding: 2px 10px; }}
QComboBox::drop-down {{ border: 0; width: 28px; }}
QComboBox::down-arrow {{ image: url("{(ICONS / "chevron-down.svg").as_posix()}"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ border: 1px solid {LINE_STRONG}; padding: {TIGHT}px; outline: 0; }}
QProgressBar {{ background: {LINE}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 3px; }}
QScrollBar:vertical {{ background: transparent; width: 14px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 14px; margin: 2px; }}
QScrollBar::handle {{ background: #c6c0b4; border-radius: 5px; min-height: 36px; min-width: 36px; }}
QScrollBar::handle:hover {{ background: {LINE_STRONG}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {LINE}; }}
QSplitter::handle:hover {{ background: {LINE_STRONG}; }}
"""

_BUTTONS = f"""
QPushButton, QToolButton {{
  background: {PAPER}; border: 1px solid {LINE_STRONG}; border-radius: 4px; padding: 7px {LARGE}px;
}}
QPushButton:hover, QToolButton:hover {{ background: {ACCENT_SOFT}; border-color: {ACCENT}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {ACCENT}; padding: 6px 15px; }}
QPushButton:pressed, QToolButton:pressed {{ background: #d9e2f0; }}
QPushButton:disabled, QToolButton:disabled {{ color: {LINE_STRONG}; background: {PANEL}; border-color: {LINE}; }}
QPushButton[role="primary"] {{ color: {PAPER}; background: {ACCENT}; border-color: {ACCENT}; font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {ACCENT_DARK}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {INK}; }}
QPushButton[role="primary"]:disabled {{ color: {PAPER}; background: #b4bfce; border-color: #b4bfce; }}
QPushButton[role="small"] {{ padding: 4px {SMALL}px; }}
QPushButton[role="small"]:focus {{ padding: 3px 7px; }}
QPushButton[role="quiet"], QToolButton[role="quiet"] {{
  color: {ACCENT}; background: transparent; border: 1px solid transparent; padding: 4px {SMALL}px;
  font-size: {SMALL_POINTS}pt;
}}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {ACCENT_SOFT}; }}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{ border: 1px solid {ACCENT}; }}
QPushButton[role="quiet"]:disabled, QToolButton[role="quiet"]:disabled {{ color: {LINE_STRONG}; }}
QPushButton[role="quiet"]:checked {{ background: {ACCENT_SOFT}; border-color: {ACCENT}; }}
QPushButton[role="chip"] {{
  color: {ACCENT}; background: {ACCENT_SOFT}; border: 1px solid transparent; border-radius: 12px; padding: 3px 10px;
  font-size: {SMALL_POINTS}pt;
}}
QPushButton[role="chip"]:hover, QPushButton[role="chip"]:focus {{ border-color: {ACCENT}; }}
QPushButton::menu-indicator, QToolButton::menu-indicator {{
  image: url("{(ICONS / "chevron-down.svg").as_posix()}"); subcontrol-position: right center; right: 6px;
  width: 10px; height: 10px;
}}
"""

_PANELS = f"""
QMainWindow, QDialog {{ background: {DESK}; }}
QMenuBar {{ background: {PANEL}; border-bottom: 1px solid {LINE}; padding: 2px {SMALL}px; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {ACCENT_SOFT}; }}
QMenu {{ background: {PAPER}; border: 1px solid {LINE_STRONG}; padding: {TIGHT}px; }}
QMenu::item {{ padding: 6px {WIDE}px 6px {WIDE}px; border-radius: 3px; }}
QMenu::item:selected {{ color: {PAPER}; background: {ACCENT}; }}
QMenu::item:disabled {{ color: {INK_SOFT}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: {TIGHT}px {SMALL}px; }}
QWidget[role="panel"], QScrollArea[role="panel"] {{ background: {PANEL}; border: 0; }}
QWidget[role="desk"], QScrollArea[role="desk"] {{ background: {DESK}; border: 0; }}
QWidget[role="footer"] {{ background: {PANEL}; border-top: 1px solid {LINE}; }}
QFrame[role="paper"] {{
  background: {PAPER}; border: 1px solid {LINE}; border-bottom: 2px solid #cfc9bd; border-radius: 2px;
}}
QFrame[role="rule"] {{ background: {LINE}; border: 0; min-height: 1px; max-height: 1px; }}
QTextEdit[role="writing"] {{
  background: transparent; border: 1px solid transparent; border-radius: 3px; padding: 2px;
}}
QTextEdit[role="writing"]:hover {{ border-color: {LINE}; }}
QTextEdit[role="writing"]:focus {{ border-color: {ACCENT}; background: {PAPER}; }}
QTextEdit[role="cell"] {{
  background: {PAPER}; border: 0; border-right: 1px solid {LINE}; border-bottom: 1px solid {LINE}; padding: 3px;
}}
QTextEdit[role="cell"]:focus {{ background: {ACCENT_SOFT}; }}
QTextEdit[role="compared"] {{ background: {PAPER}; border: 1px solid {LINE}; border-radius: 2px; }}
QTextEdit[role="compared"]:focus {{ border-color: {ACCENT}; }}
QLabel[role="columnhead"] {{
  background: {PANEL}; border: 1px solid {LINE}; border-left: 0; padding: {TIGHT}px 6px; font-weight: 600;
  font-size: {SMALL_POINTS}pt;
}}
QTextEdit[role="cell"][first="true"], QLabel[role="columnhead"][first="true"] {{ border-left: 1px solid {LINE}; }}
"""

_LISTS = f"""
QTabWidget::pane {{ border: 0; border-top: 1px solid {LINE}; background: {PANEL}; }}
QTabBar {{ background: {PANEL}; }}
QTabBar::tab {{
  background: transparent; color: {INK_SOFT}; border: 0; border-bottom: 3px solid transparent;
  padding: 9px {LARGE}px 7px {LARGE}px;
}}
QTabBar::tab:selected {{ color: {ACCENT}; border-bottom-color: {ACCENT}; font-weight: 600; }}
QTabBar::tab:hover {{ color: {ACCENT}; }}
QTabBar::tab:focus {{ background: {ACCENT_SOFT}; }}
QListWidget {{ background: {PANEL}; border: 0; outline: 0; }}
QTableWidget {{ background: {PAPER}; border: 0; selection-background-color: {ACCENT_SOFT}; selection-color: {INK}; }}
QTableWidget::item {{ padding: {TIGHT}px {MEDIUM}px; }}
QHeaderView::section {{
  background: {PANEL}; border: 0; border-bottom: 1px solid {LINE}; padding: {TIGHT}px {MEDIUM}px; font-weight: 600;
}}
QListWidget[role="faults"] {{ background: {PAPER}; border: 1px solid {LINE}; border-radius: 3px; padding: {TIGHT}px; }}
QListWidget[role="faults"]::item {{ padding: {TIGHT}px 0; border-bottom: 1px solid {LINE}; }}
QListWidget[role="faults"]::item:selected {{ background: {ACCENT_SOFT}; color: {INK}; }}
QTableWidget {{ background: {PAPER}; border: 1px solid {LINE}; border-radius: 3px; outline: 0; }}
QTableWidget::item {{ padding: 2px {SMALL}px; border-bottom: 1px solid {LINE}; }}
QTableWidget::item:selected {{ background: {ACCENT_SOFT}; color: {INK}; }}
QTableWidget:focus {{ border-color: {ACCENT}; }}
QHeaderView {{ background: {PANEL}; }}
QHeaderView::section {{
  background: {PANEL}; border: 0; border-bottom: 1px solid {LINE_STRONG}; padding: 5px {SMALL}px; font-weight: 600;
  font-size: {SMALL_POINTS}pt;
}}
QToolButton[role="fold"] {{ background: transparent; border: 1px solid transparent; padding: 4px {TIGHT}px; }}
QToolButton[role="fold"]:hover {{ background: {ACCENT_SOFT}; }}
QToolButton[role="fold"]:focus {{ border: 1px solid {ACCENT}; }}
QPlainTextEdit[role="source"] {{ padding: 1px; font-family: {SOURCE_FACES}; font-size: {SMALL_POINTS}pt; }}
QPlainTextEdit[role="source"]:focus {{ padding: 0; }}
"""

_NOTICES = "".join(
    f"""
QFrame[role="notice-{kind}"] {{
  background: {back}; border: 1px solid {LINE}; border-left: 4px solid {front}; border-radius: 3px;
}}
QFrame[role="notice-{kind}"] QLabel[role="label"] {{ color: {front}; }}
"""
    for kind, front, back in (
        ("info", ACCENT, ACCENT_SOFT),
        ("done", CALM, CALM_SOFT),
        ("warn", WARN, WARN_SOFT),
        ("fault", FAULT, FAULT_SOFT),
    )
)
