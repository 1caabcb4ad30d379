"""Parts of templates that are rendered once for each thing they show."""

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from claims.pieces import Pieces, name_of

register = template.Library()

KEPT = Pieces()


class PieceNode(template.Node):
    def __init__(self, nodelist: NodeList, place: str, shown: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.place = place
        self.shown = shown

    def render(self, context: template.Context) -> SafeString:
        if settings.DEBUG:
            # Templates are being written.
            return self.nodelist.render(context)
        shown = [expression.resolve(context, ignore_failures=True) for expression in self.shown]
        name = name_of(self.place, get_language(), shown)
        text = KEPT.find(name)
        if text is None:
            text = str(self.nodelist.render(context))
            KEPT.keep(name, text)
        return SafeString(text)  # nosec B703: a template rendered it


@register.tag
def piece(parser: Parser, token: Token) -> PieceNode:
    """``{% piece "name" row.shown level %}…{% endpiece %}``: rendered once for each of these.

    The name is that of the place, unique among templates. The values must be all that differs
    within it, beside the language: texts, numbers and lists of them.
    """
    _tag, place, *shown = token.split_contents()
    nodelist = parser.parse(("endpiece",))
    parser.delete_first_token()
    return PieceNode(nodelist, place.strip("\"'"), [parser.compile_filter(one) for one in shown])
