"""Every address there is, from the resolver: a new pattern is attacked without being told of."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
EXPRESSION = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Pattern:
    """One pattern: its route with each parameter as ``<name>``, and its full name."""

    route: str
    name: str

    @property
    def parameters(self) -> list[str]:
        return [match[2] for match in PLACE.finditer(self.route)]

    @property
    def is_admin(self) -> bool:
        return self.route.startswith("admin/")

    def address(self, values: Mapping[str, Any]) -> str:
        return "/" + PLACE.sub(lambda match: str(values[match[2]]), self.route)

    def addresses(self, values: Mapping[str, Sequence[Any]]) -> Iterator[str]:
        """With every combination of what each parameter can be."""
        names = self.parameters
        for combination in itertools.product(*(values[name] for name in names)):
            yield self.address(dict(zip(names, combination, strict=True)))


def patterns() -> list[Pattern]:
    """All patterns in the order of the resolver; those with a language prefix once, in English."""
    from django.urls import get_resolver
    from django.utils.translation import override

    with override("en"):
        return list(_walk(get_resolver(), "", ""))


def _walk(resolver: Any, route: str, space: str) -> Iterator[Pattern]:
    for entry in resolver.url_patterns:
        whole = route + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, whole, inner)
        else:
            yield Pattern(_plain(whole), f"{space}{entry.name}" if entry.name else "")


def _plain(route: str) -> str:
    """Regular expressions become places like those of routes."""
    return EXPRESSION.sub(r"<\1>", route).replace("^", "").replace("$", "")
