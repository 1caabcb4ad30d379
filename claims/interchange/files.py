"""The files that the record is given out as, what is in them, and how to check them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from claims.models import Edition
from claims.models.edition import EditionQuerySet
from claims.record.chain import FORMAT_VERSION
from claims.record.vocabulary import live_by_rating

from .columns import COLUMNS, LIST_SEPARATOR, Column
from .lines import lines
from .reviews import reviews
from .tables import BYTE_ORDER_MARK, table

JSON_LINES = "application/jsonl"


@dataclass(frozen=True)
class File:
    """One file of the record. ``blocks`` streams it for the editions that are asked for."""

    name: str
    media_type: str
    about: str | Promise
    blocks: Callable[[EditionQuerySet], Iterator[bytes]]
    is_history: bool = False

    def editions(self) -> EditionQuerySet:
        """All that the file holds without a filter."""
        return Edition.objects.all() if self.is_history else Edition.objects.live()


def _encoded(texts: Iterator[str]) -> Iterator[bytes]:
    return (text.encode() for text in texts)


FILES = {
    file.name: file
    for file in (
        File(
            "claims.csv",
            "text/csv; charset=utf-8",
            _("One row a claim, for programs: UTF-8, commas."),
            lambda editions: _encoded(table(editions)),
        ),
        File(
            "claims.spreadsheet.en.csv",
            "text/csv; charset=utf-8",
            _("The same for a spreadsheet that expects commas."),
            lambda editions: _encoded(table(editions, mark=BYTE_ORDER_MARK)),
        ),
        File(
            "claims.spreadsheet.fr.csv",
            "text/csv; charset=utf-8",
            _("The same for a spreadsheet that expects semicolons, as French ones do."),
            lambda editions: _encoded(table(editions, delimiter=";", mark=BYTE_ORDER_MARK)),
        ),
        File(
            "claims.jsonl",
            JSON_LINES,
            _("Everything that is live, one claim a line, without any loss."),
            lines,
        ),
        File(
            "record.jsonl",
            JSON_LINES,
            _("Every edition ever published, in order: the chain, which anyone can check."),
            lines,
            is_history=True,
        ),
        File(
            "claimreview.en.json",
            "application/ld+json",
            _("English ClaimReviews of all claims with a verdict, as one schema.org feed."),
            lambda editions: _encoded(reviews(editions, "en")),
        ),
        File(
            "claimreview.fr.json",
            "application/ld+json",
            _("French ClaimReviews of all claims with a verdict, as one schema.org feed."),
            lambda editions: _encoded(reviews(editions, "fr")),
        ),
    )
}


def manifest() -> dict[str, Any]:
    """What the record holds at this moment, and the head of its chain."""
    head = Edition.objects.order_by("-sequence").values("sequence", "chain_hash").first()
    return {
        "format": FORMAT_VERSION,
        "claims": sum(live_by_rating().values()),
        "editions": head["sequence"] if head else 0,
        "head": head["chain_hash"] if head else "",
        "licence": settings.FACTCHECK["licence_url"],
        "is_demonstration": settings.FACTCHECK["demo"],
    }


def data_package() -> dict[str, Any]:
    """A description of the files for programs (Frictionless Data Package), in English."""
    with override("en"):
        return {
            "profile": "data-package",
            "name": "verdicts",
            "title": settings.FACTCHECK["name"],
            "homepage": settings.FACTCHECK["base_url"] + "/",
            "licenses": [
                {
                    "name": settings.FACTCHECK["licence"],
                    "path": settings.FACTCHECK["licence_url"],
                }
            ],
            "contributors": [
                {"title": settings.FACTCHECK["organisation"], "role": "publisher"},
            ],
            "record": manifest(),
            "resources": [_resource(file) for file in FILES.values()],
        }


def _resource(file: File) -> dict[str, Any]:
    stem, _dot, kind = file.name.rpartition(".")
    resource: dict[str, Any] = {
        "name": stem.replace(".", "-"),
        "path": file.name,
        "description": str(file.about),
        "format": kind,
        "mediatype": file.media_type.partition(";")[0],
        "encoding": "utf-8",
    }
    if kind == "csv":
        delimiter = ";" if ".fr." in file.name else ","
        resource |= {
            "profile": "tabular-data-resource",
            "dialect": {"delimiter": delimiter, "lineTerminator": "\r\n", "doubleQuote": True},
            "schema": {
                "fields": [_field(column) for column in COLUMNS],
                "primaryKey": "claim",
                "missingValues": [""],
            },
        }
    return resource


def _field(column: Column) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "list": {"type": "string", "separator": LIST_SEPARATOR},
        "edtf": {"type": "string", "rdfType": "http://id.loc.gov/datatypes/edtf"},
        "uri": {"type": "string", "format": "uri"},
        "datetime": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
        "boolean": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    }
    kind = kinds.get(column.type, {"type": column.type})
    return {"name": column.name, **kind, "description": str(column.description)}


def written(value: Any) -> bytes:
    """JSON for people to read as well as for programs, the same bytes for the same value."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def sums(digests: dict[str, str]) -> bytes:
    """The text of a SHA256SUMS file, as ``sha256sum --check`` reads it."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def digest(blocks: Iterator[bytes]) -> str:
    found = hashlib.sha256()
    for block in blocks:
        found.update(block)
    return found.hexdigest()
