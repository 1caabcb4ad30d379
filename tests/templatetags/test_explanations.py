"""Markdown of an explanation: citations work, and nothing else gets through."""

import pytest

from claims.templatetags.explanations import ATTRIBUTES, TAGS, explanation
from tests.markup import Markup

NUMBERS = {"events-005": 1, "events-021": 2}


def test_a_citation_links_to_its_evidence():
    found = Markup(explanation("Shots[^events-021] were fired[^events-005].", NUMBERS))
    assert [(link["href"], link.text) for link in found.find("a")] == [
        ("#evidence-events-021", "2"),
        ("#evidence-events-005", "1"),
    ]
    assert found.find("sup", class_="citation")


def test_a_citation_never_begins_a_line():
    assert "dead<sup" in explanation("dead  [^events-005].", NUMBERS)


@pytest.mark.parametrize(
    "text",
    ["[^unknown]", "[^", "[^]", "[^events-005", '[^"><b>]', "[^events-005 ]", "`[^events-005]`"],
)
def test_what_cites_nothing_stays_text(text):
    found = Markup(explanation(text, NUMBERS))
    assert not found.find("a")
    assert found.one("p").text == text.strip("`")


def test_what_is_too_long_stays_as_it_was_written():
    words = "*a* <b>\n\n"
    found = Markup(explanation(words * 12_501, {}))
    assert not found.find("em")
    assert not found.find("b")
    assert found.find("p")[0].text == "*a* <b>"
    assert Markup(explanation(words * 10_000, {})).find("em")


def test_paragraphs_emphasis_lists_and_links_are_kept():
    found = Markup(
        explanation("*a* **b** [c](https://example.org/?a=1&b=2)\n\n- d\n- e\n\n> f", {})
    )
    assert found.one("a")["href"] == "https://example.org/?a=1&b=2"
    for tag in ("em", "strong", "ul", "blockquote"):
        assert found.one(tag)
    assert len(found.find("li")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox(1))",
        '[x](https://example.org "onmouseover=alert(1)")',
        '[x](https://example.org/"onmouseover="alert(1))',
        "<javascript:alert(1)>",
        '<https://example.org/"onclick=alert(1)>',
        "<svg/onload=alert(1)>",
        "<a href=https://example.org onclick=alert(1)>x</a>",
        "<p style='background:url(//example.org)'>x</p>",
        "<iframe src=//example.org></iframe>",
        "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
        "`<script>`",
        "```\n<script>alert(1)</script>\n```",
        "    <script>alert(1)</script>",
        "# A heading",
        "A heading\n===",
        "***",
        "[x]\n\n[x]: javascript:alert(1)",
        "[^<script>alert(1)</script>]",
        "\0<script>",
        "<scr<script>ipt>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_nothing_but_the_allowed_elements_comes_through(text):
    for element in Markup(explanation(text, {**NUMBERS, "<script>alert(1)</script>": 9})).elements:
        assert element.tag in TAGS
        assert set(element.attributes) <= ATTRIBUTES.get(element.tag, set())
        address = (element["href"] or "").strip().lower()
        assert address.split(":")[0] in ("", "http", "https", "mailto") or address.startswith("#")
