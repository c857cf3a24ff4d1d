"""The worked example of a built-in template, whole: its field values and the sample source that belongs to them."""

from __future__ import annotations

from importlib import resources

from desktop.templates.model import Template

# Sources are files of their own, because people read and replace them as such. Template: (field, file).
_SOURCES = {"minutes": ("会議の記録", "kaigi.txt")}


def example_values(template: Template) -> dict[str, str]:
    """Return the values with which a new user can try the template at once."""
    values = dict(template.examples)
    if template.id in _SOURCES:
        key, file = _SOURCES[template.id]
        values[key] = resources.files("desktop.resources").joinpath("samples", file).read_text("utf-8")
    return values
