"""The page on which an editor reads a document's captured texts and marks claims in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from claims.desk import workflow
from claims.desk.locating import LocatingError
from claims.desk.marking import MarkingError, add_quotes, start_claim
from claims.desk.reading import Block, Piece, Reading, hidden, read
from claims.desk.similar import link_repeats
from claims.desk.sourcing import AddressError
from claims.models import Claim, Document, Language, Quote, Status, Transcript
from claims.templatetags.verdicts import OPEN, mark

from .marking import SUBMIT, MarkForm, drafts_of
from .shared import explain
from .similar import MOST_TICKED, REPEATS, lines

# What a page of highlights needs of each quote: the claims' long texts stay where they are.
COLUMNS = [
    *("language", "key", "exact", "omissions", "start", "end", "state", "transcript_sha256"),
    *("claim__position", "claim__statement_en", "claim__statement_fr", "claim__slug"),
    *("claim__status", "claim__kind", "claim__is_open", "claim__claimant"),
    *("claim__rating__slug", "claim__rating__value"),
    *("claim__rating__label_en", "claim__rating__label_fr"),
]
UNDECIDED = "none"
WORDS_OF_STATEMENT = 80


@dataclass(frozen=True)
class Column:
    """One language of one section."""

    language: Language
    paragraphs: list[tuple[Block, SafeString]]


@dataclass(frozen=True)
class Row:
    """A section, side by side in the languages of the document."""

    number: int
    columns: list[Column]


@require_http_methods(["GET", "HEAD", "POST"])
def reading_view(request: HttpRequest, document_id: int, document_admin: Any) -> HttpResponse:
    """Show the texts with what is marked in them; on POST begin a claim, or quote in a draft."""
    document = document_admin.get_object(request, str(document_id))
    if document is None:
        raise Http404
    may_read = request.user.has_perm("claims.view_transcript")
    if not (may_read and document_admin.has_view_permission(request, document)):
        raise PermissionDenied
    transcripts = texts_of(document)
    if request.method != "POST":
        return _page(document_admin, request, document, MarkForm(document, transcripts))

    form = MarkForm(document, transcripts, request.POST)
    _refuse_strangers(request, form)
    if form.is_valid():
        try:
            return _save(request, document, form)
        except LocatingError as error:
            form.refuse_words(error)
        except AddressError as error:
            form.add_error("url", str(error))
        except MarkingError as error:
            form.add_error(None, str(error))
        except IntegrityError as error:
            form.add_error(None, explain(error))
    return _page(document_admin, request, document, form, status=409)


def texts_of(document: Document) -> list[Transcript]:
    """The captured texts, in the order of the document's languages."""
    order = [*document.languages, *Language.values]
    texts = Transcript.objects.filter(document=document)
    return sorted(texts, key=lambda text: order.index(text.language))


def _refuse_strangers(request: HttpRequest, form: MarkForm) -> None:
    needed = ["add_quote", "change_claim" if form.is_adding else "add_claim"]
    if not form.is_adding and request.POST.get("url"):
        needed += ["add_evidence", "add_source"]
    if not request.user.has_perms([f"claims.{codename}" for codename in needed]):
        raise PermissionDenied


def _save(request: HttpRequest, document: Document, form: MarkForm) -> HttpResponse:
    if form.is_adding:
        claim = form.cleaned_data["claim"]
        with transaction.atomic():
            quotes = add_quotes(claim, form.marks(), absent_in=form.absent_in())
        _say(request, _("The quotes are added to “{claim}”."), claim)
        return _back(document, quotes)
    with transaction.atomic():
        claim = start_claim(document, form.marks(), by=request.user, **form.claim_columns())
        if request.user.has_perm("claims.add_relation"):
            link_repeats(claim, request.POST.getlist(REPEATS)[:MOST_TICKED])
    quotes = list(claim.quotes.all())
    if form.action != SUBMIT:
        _say(request, _("“{claim}” is saved as a draft."), claim)
        return _back(document, quotes)
    try:
        workflow.submit(claim, by=request.user, at=timezone.now())
    except workflow.TransitionError as refusal:
        kept = _("The draft is saved, but not submitted. Something is still missing:")
        messages.warning(request, " ".join([kept, *refusal.messages]))
        return HttpResponseRedirect(_address(claim))
    _say(request, _("“{claim}” is submitted for review."), claim)
    return _back(document, quotes)


def _say(request: HttpRequest, sentence: str, claim: Claim) -> None:
    link = format_html('<a href="{}">{}</a>', _address(claim), Truncator(claim).chars(80))
    messages.success(request, format_html(sentence, claim=link))


def _back(document: Document, quotes: Iterable[Quote]) -> HttpResponse:
    """To where the editor was: the place of the new quote that stands first in its text."""
    first = min(quotes, key=lambda quote: (quote.start or 0, quote.pk))
    page = reverse("admin:claims_document_read", args=[document.pk])
    return HttpResponseRedirect(f"{page}#quote-{first.pk}")


def _page(
    document_admin: Any,
    request: HttpRequest,
    document: Document,
    form: MarkForm,
    status: int | None = None,
) -> TemplateResponse:
    quotes = list(quotes_of(document))
    readings = [
        read(text, [quote for quote in quotes if quote.language == text.language])
        for text in form.transcripts
    ]
    read_languages = {text.language for text in form.transcripts}
    may = request.user.has_perm
    context = {
        **document_admin.admin_site.each_context(request),
        "title": _("Read and mark"),
        "subtitle": str(document),
        "opts": document_admin.opts,
        "original": document,
        "readings": readings,
        "rows": list(rows(readings)),
        "lost": [quote for reading in readings for quote in reading.lost]
        + [quote for quote in quotes if quote.language not in read_languages],
        "nearest": {reading.transcript.language: nearest(reading) for reading in readings},
        "form": form,
        "drafts": drafts_of(document),
        "similar": lines(form.typed_statements(), None, request.POST.getlist(REPEATS))
        if form.is_bound
        else None,
        "can_link": may("claims.add_relation"),
        "may_mark": bool(readings) and may("claims.add_quote") and may("claims.add_claim"),
        "verdicts": [
            *((mark(rating), rating) for rating in form.ratings),
            (OPEN, pgettext("verdict", "Open")),
            (UNDECIDED, _("No rating yet")),
        ],
        "statuses": Status.choices,
        "media": document_admin.media,
    }
    request.current_app = document_admin.admin_site.name
    return TemplateResponse(
        request, "admin/claims/document/read.html", context, status=status or 200
    )


def quotes_of(document: Document) -> Any:
    quotes = Quote.objects.filter(claim__document=document)
    quotes = quotes.select_related("claim__rating").only(*COLUMNS)
    return quotes.order_by("language", "start", "end", "pk")


def rows(readings: list[Reading]) -> Iterator[Row]:
    """The sections in step: each has a column for each language, empty where it lacks one."""
    named: set[int] = set()
    for number in sorted({number for reading in readings for number in reading.sections}):
        columns = []
        for reading in readings:
            blocks = reading.sections.get(number, [])
            language = Language(reading.transcript.language)
            columns.append(Column(language, list(paragraphs(blocks, named))))
        yield Row(number, columns)


def paragraphs(blocks: list[Block], named: set[int]) -> Iterator[tuple[Block, SafeString]]:
    """Each block with its words as HTML; ``named`` collects quotes whose place has its id."""
    behind = hidden(blocks)
    for block in blocks:
        yield (
            block,
            format_html_join(
                "",
                "{}{}",
                (
                    (_beside(behind.get(piece.start, []), named), _marked(piece, named))
                    for piece in block.pieces
                ),
            ),
        )


def _marked(piece: Piece, named: set[int]) -> SafeString | str:
    """A piece's words, as a link to the claim of its innermost quote."""
    if piece.quote is None:
        return piece.words
    return _link(piece.quote, named, "mark", piece.words, len(piece.quotes) - 1)


def _beside(quotes: list[Quote], named: set[int]) -> SafeString:
    """Links without words, to claims whose quotes are quoted by others word for word."""
    return format_html_join(
        "", "{}", ((_link(quote, named, "mark also", "", 0),) for quote in quotes)
    )


def _link(quote: Quote, named: set[int], names: str, words: str, others: int) -> SafeString:
    claim = quote.claim
    rating = mark(claim.rating) if claim.rating or claim.is_open else UNDECIDED
    label = title_of(claim, others)
    identity = ""
    if quote.pk not in named:
        named.add(quote.pk)
        identity = format_html(' id="quote-{}"', quote.pk)
        names = f"{names} first"
    spoken = "" if words else format_html(' aria-label="{}"', label)
    return format_html(
        '<a class="{} is-{} has-{}" href="{}" title="{}"{}{}>{}</a>',
        *(names, claim.status, rating, _address(claim), label, identity, spoken, words),
    )


def title_of(claim: Claim, others: int) -> str:
    """The claim's number, statement, verdict and status: all that a highlight shows by its look."""
    words = Truncator(str(claim)).chars(WORDS_OF_STATEMENT)
    told = f"{claim.position}. {words} – {verdict_of(claim)}, {claim.get_status_display()}"
    if others:
        told += " " + _("(and %(count)d more here)") % {"count": others}
    return told


def verdict_of(claim: Claim) -> str:
    if claim.rating:
        return str(claim.rating)
    return pgettext("verdict", "Open") if claim.is_open else _("No rating yet")


def nearest(reading: Reading) -> list[tuple[int, int, str]]:
    """Where each quote begins, who says it and of what kind it is: proposed to what follows."""
    placed = {
        quote.pk: quote
        for blocks in reading.sections.values()
        for block in blocks
        for piece in block.pieces
        for quote in piece.quotes
    }
    found = sorted(placed.values(), key=lambda quote: (quote.start or 0, -(quote.end or 0)))
    return [(quote.start or 0, quote.claim.claimant_id, quote.claim.kind) for quote in found]


def _address(claim: Claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])
