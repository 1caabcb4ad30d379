"""Reads a page's HTML for the tests, so that they look at elements and not at text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())

    def __getitem__(self, name: str) -> str | None:
        return self.attributes.get(name)


class Markup(HTMLParser):
    """Every element of a text of HTML, each with all the text inside it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def find(self, tag: str = "", **attributes: str | None) -> list[Element]:
        """Elements of this tag with these attributes; ``class_`` names one of the classes."""
        name = attributes.pop("class_", None)
        return [
            element
            for element in self.elements
            if tag in ("", element.tag)
            and (name is None or name in (element["class"] or "").split())
            and all(element[key.replace("_", "-")] == value for key, value in attributes.items())
        ]

    def one(self, tag: str = "", **attributes: str | None) -> Element:
        found = self.find(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag}> with {attributes}"
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)


def markup(response: Any) -> Markup:
    return Markup(response.content.decode())
