"""The columns of a table of verdicts: what each is called, holds, and is made from.

The one declaration behind the CSV files, their description (``datapackage.json``) and what a
spreadsheet of claims is read with. Types are those of Frictionless Table Schema.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from claims.models import Edition, EvidenceStance
from claims.models.quote import shown_words
from claims.record.chain import timestamp

LIST_SEPARATOR = "|"

type Content = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column. ``value`` gives None for a blank cell, a list for several values in one.

    ``reads`` is the field of a desk's claim that a table of claims fills from it; blank where
    the column only tells what others say.
    """

    name: str
    type: str
    description: str | Promise
    value: Callable[[Edition, Content], Any]
    reads: str = ""

    @property
    def is_text(self) -> bool:
        """Whether a spreadsheet could take a cell of it for a formula."""
        return self.type in ("string", "edtf")


def _of_content(*path: str) -> Callable[[Edition, Content], Any]:
    def value(_edition: Edition, content: Content) -> Any:
        found: Any = content
        for name in path:
            found = found and found[name]
        return found

    return value


def _of_edition(name: str) -> Callable[[Edition, Content], Any]:
    return lambda edition, _content: getattr(edition, name)


def _address(language: str, name: str) -> Callable[[Edition, Content], str]:
    def value(edition: Edition, _content: Content) -> str:
        arguments = [edition.claim_slug]
        if name == "claims:claim_edition":
            arguments.append(edition.number)  # type: ignore[arg-type]
        with override(language):
            return f"{settings.FACTCHECK['base_url']}{reverse(name, args=arguments)}"

    return value


def _quotes(language: str) -> Callable[[Edition, Content], str]:
    def value(_edition: Edition, content: Content) -> str:
        return " … ".join(
            shown_words(quote["exact"], quote["omissions"])
            for quote in content["quotes"]
            if quote["language"] == language
        )

    return value


def _topics(_edition: Edition, content: Content) -> list[str]:
    return [topic["slug"] for topic in content["topics"]]


def _evidence(stance: EvidenceStance) -> Callable[[Edition, Content], list[str]]:
    def value(_edition: Edition, content: Content) -> list[str]:
        return [
            # A bar separates the values of a list, and may stand in an address.
            item["source"]["url"].replace(LIST_SEPARATOR, "%7C")
            for item in content["evidence"]
            if item["stance"] == stance
        ]

    return value


def _moment(name: str) -> Callable[[Edition, Content], str]:
    return lambda edition, _content: timestamp(getattr(edition, name))


COLUMNS = [
    Column(
        "claim",
        "string",
        _("The claim’s name in addresses."),
        _of_edition("claim_slug"),
        reads="slug",
    ),
    Column(
        "statement_en",
        "string",
        _("What is claimed, in English."),
        _of_content("statement_en"),
        reads="statement_en",
    ),
    Column(
        "statement_fr",
        "string",
        _("What is claimed, in French."),
        _of_content("statement_fr"),
        reads="statement_fr",
    ),
    Column(
        "rating",
        "string",
        _("The verdict, as in filters; blank for an open claim."),
        _of_content("verdict", "rating", "slug"),
        reads="rating",
    ),
    Column(
        "rating_en",
        "string",
        _("The verdict in English words."),
        _of_content("verdict", "rating", "label_en"),
    ),
    Column(
        "rating_fr",
        "string",
        _("The verdict in French words."),
        _of_content("verdict", "rating", "label_fr"),
    ),
    Column(
        "rating_value",
        "integer",
        _("The verdict’s ClaimReview number, 1 (false) to 5 (true); blank where it has none."),
        _of_content("verdict", "rating", "value"),
    ),
    Column(
        "is_outdated",
        "boolean",
        _("Whether the verdict held when the claim was made, and no longer does."),
        _of_content("verdict", "is_outdated"),
        reads="is_outdated",
    ),
    Column(
        "summary_en",
        "string",
        _("The verdict’s reason in one English sentence."),
        _of_content("verdict", "summary_en"),
        reads="summary_en",
    ),
    Column(
        "summary_fr",
        "string",
        _("The verdict’s reason in one French sentence."),
        _of_content("verdict", "summary_fr"),
        reads="summary_fr",
    ),
    Column(
        "explanation_en",
        "string",
        _("The whole reason in English, as Markdown."),
        _of_content("verdict", "explanation_en"),
        reads="explanation_en",
    ),
    Column(
        "explanation_fr",
        "string",
        _("The whole reason in French, as Markdown."),
        _of_content("verdict", "explanation_fr"),
        reads="explanation_fr",
    ),
    Column(
        "quotes_en",
        "string",
        _("The exact words of the English version; an ellipsis between quotes."),
        _quotes("en"),
    ),
    Column(
        "quotes_fr",
        "string",
        _("The exact words of the French version; an ellipsis between quotes."),
        _quotes("fr"),
    ),
    Column(
        "divergence_en",
        "string",
        _("Where the versions differ, in English."),
        _of_content("divergence_en"),
        reads="divergence_en",
    ),
    Column(
        "divergence_fr",
        "string",
        _("Where the versions differ, in French."),
        _of_content("divergence_fr"),
        reads="divergence_fr",
    ),
    Column("kind", "string", _("What kind of claim it is."), _of_content("kind"), reads="kind"),
    Column(
        "claimant",
        "string",
        _("Who says it, as in filters."),
        _of_content("claimant", "slug"),
        reads="claimant",
    ),
    Column(
        "claimant_en", "string", _("Who says it, in English."), _of_content("claimant", "name_en")
    ),
    Column(
        "claimant_fr", "string", _("Who says it, in French."), _of_content("claimant", "name_fr")
    ),
    Column(
        "claimant_stance",
        "string",
        _("Whether they claim it themselves, report it or reject it."),
        _of_content("claimant_stance"),
        reads="claimant_stance",
    ),
    Column(
        "reported_claimant",
        "string",
        _("Who is reported to have said it, as in filters."),
        _of_content("reported_claimant", "slug"),
        reads="reported_claimant",
    ),
    Column(
        "topics",
        "list",
        _("Topics, as in filters, with bars between them."),
        _topics,
        reads="topics",
    ),
    Column(
        "document",
        "string",
        _("The document, as in filters."),
        _of_content("document", "slug"),
        reads="document",
    ),
    Column(
        "document_en",
        "string",
        _("The document’s English title."),
        _of_content("document", "title_en"),
    ),
    Column(
        "document_fr",
        "string",
        _("The document’s French title."),
        _of_content("document", "title_fr"),
    ),
    Column(
        "section",
        "integer",
        _("The number of the section; blank outside of any."),
        _of_content("section", "number"),
        reads="section",
    ),
    Column(
        "position",
        "integer",
        _("The claim’s place in the document’s reading order."),
        _of_content("position"),
        reads="position",
    ),
    Column(
        "made",
        "edtf",
        _("When it was said: EDTF, so possibly approximate or an interval."),
        _of_content("document", "published"),
    ),
    Column(
        "event_date",
        "edtf",
        _("When what is claimed happened: EDTF."),
        _of_content("event_date"),
        reads="event_date",
    ),
    Column(
        "evidence_supports",
        "list",
        _("Addresses of the evidence that supports the claim."),
        _evidence(EvidenceStance.SUPPORTS),
    ),
    Column(
        "evidence_contradicts",
        "list",
        _("Addresses of the evidence against the claim."),
        _evidence(EvidenceStance.CONTRADICTS),
    ),
    Column(
        "evidence_context",
        "list",
        _("Addresses of the evidence that gives context."),
        _evidence(EvidenceStance.CONTEXT),
    ),
    Column(
        "edition",
        "integer",
        _("Which edition of the claim this is, counted from 1."),
        _of_edition("number"),
    ),
    Column(
        "published_at",
        "datetime",
        _("When this edition was published, in UTC."),
        _moment("published_at"),
    ),
    Column(
        "correction_class",
        "string",
        _("What kind of correction this edition is; blank for the first and for plain updates."),
        _of_edition("correction_class"),
    ),
    Column("url_en", "uri", _("The claim’s English page."), _address("en", "claims:claim")),
    Column("url_fr", "uri", _("The claim’s French page."), _address("fr", "claims:claim")),
    Column(
        "edition_url",
        "uri",
        _("The permanent address of this edition."),
        _address("en", "claims:claim_edition"),
    ),
    Column(
        "payload_sha256",
        "string",
        _("SHA-256 of the edition’s whole content."),
        _of_edition("payload_sha256"),
    ),
    Column(
        "chain_hash",
        "string",
        _("The edition’s link in the chain of all editions."),
        _of_edition("chain_hash"),
    ),
]
