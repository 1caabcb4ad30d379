"""Files on their way in, for tests."""

import io
import json

from django.utils import timezone

from claims.interchange.arriving import json_rows, opened
from claims.interchange.exporter import fixture
from claims.interchange.importer import Refused, import_files, rehearse
from claims.interchange.spreadsheet import TableReader

NAME = "desk.json"


def row(model, **fields):
    return {"model": f"claims.{model}", "fields": fields}


def claim_row(claim, **fields):
    """What names a claim of the desk in a file, and these fields."""
    return row("claim", slug=claim.slug, **fields)


def new_claim(document, claimant, **fields):
    given = {
        "slug": "new-claim",
        "document": [document.slug],
        "claimant": [claimant.slug],
        "position": 900,
        "kind": "attribution",
        "statement_en": "It rained.",
    }
    return row("claim", **(given | fields))


def as_json(rows):
    return json.dumps(rows, indent=2, ensure_ascii=False)


def bytes_of(text):
    return text if isinstance(text, bytes) else text.encode()


def located(text, name=NAME):
    stream = opened(io.BytesIO(bytes_of(text)), name)
    return TableReader(stream) if name.endswith(".csv") else json_rows(stream)


def bring(rows, by=None, *, name=NAME, run=import_files, **options):
    """Import rows, or a text; the report either way."""
    text = as_json(rows) if isinstance(rows, list) else rows
    try:
        return run([(name, located(text, name))], by=by, at=timezone.now(), **options)
    except Refused as refusal:
        return refusal.report


def try_out(rows, by=None, **options):
    return bring(rows, by, run=rehearse, **options)


def counts(report):
    return {outcome.value: report.of(outcome) for _model, outcome in report.counts}


def told(report):
    return "\n".join(str(problem) for problem in report.problems)


def whole_desk():
    """The fixture of everything, notes and names included."""
    return "".join(fixture(None, is_internal=True))
