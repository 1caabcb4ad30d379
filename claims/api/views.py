"""The addresses of the API. Everything is read from the record, in the readers' role."""

import re
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.db.models import Q
from django.http import FileResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from claims.as_of import PARAMETER, AsOf, InvalidDay, editions, read_as_of
from claims.filters import ClaimFilterSet
from claims.models import Edition, EditionKind, Rating, Term, TermKind
from claims.models.edition import EditionQuerySet
from claims.record.corrections import corrections, with_what_they_replaced
from claims.record.filing import OPEN
from claims.record.paging import DEFAULT_ORDERING, InvalidCursor, page, read_cursor

from . import serializers
from .answers import PROBLEM, BadParameters, Gone, PublicView

TERMS = 100
# A blank value asks for nothing, as from a form that was left empty.
DAY = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}]}
AS_OF = OpenApiParameter(
    PARAMETER,
    DAY,
    description="What had been published by the end of this day (UTC).",
)
AFTER = OpenApiParameter("after", str, description="A cursor: follow the addresses of the pages.")


def problems(*codes: int) -> dict[Any, Any]:
    return {
        (code, PROBLEM): OpenApiResponse(serializers.Problem, description="Problem details.")
        for code in codes
    }


def filter_parameters() -> list[OpenApiParameter]:
    """A parameter for each filter of the site's own list."""
    found = [AS_OF]
    about = {
        "rating": f"Verdicts; “{OPEN}” for claims without any.",
        "after": AFTER.description,
    }
    for name, one in ClaimFilterSet.base_filters.items():
        kind: dict[str, Any] = {"type": "string"}
        is_several = isinstance(one, django_filters.MultipleChoiceFilter)
        if isinstance(one, django_filters.DateFilter):
            kind = DAY
        elif choices := one.extra.get("choices"):
            kind["enum"] = ["", *(str(value) for value, _label in choices if value)]
        if is_several:
            kind = {"type": "array", "items": kind}
        about = {
            "rating": f"Verdicts; “{OPEN}” for claims without any.",
            "after": AFTER.description,
        }
        description = about.get(name, str(one.label))
        found.append(OpenApiParameter(name, kind, explode=is_several, description=description))
    return found


class Claims(PublicView):
    @extend_schema(
        operation_id="claims",
        parameters=filter_parameters(),
        responses={200: serializers.ClaimPage, **problems(400)},
    )
    def get(self, request: Any) -> Response:
        """Claims, as the site's own list finds them."""
        self.refuse_unknown({PARAMETER, *ClaimFilterSet.base_filters})
        found = ClaimFilterSet(request.GET, queryset=editions(day_of(request)))
        if not found.is_valid():
            raise BadParameters(
                {name: list(map(str, texts)) for name, texts in found.errors.items()}
            )
        rows = found.page()
        body = {
            "count": found.count.number,
            "count_is_exact": found.count.is_exact,
            **beside(request, rows.next, rows.previous),
            "results": serializers.Claim(rows.rows, many=True).data,
        }
        return Response(body)


class OneClaim(PublicView):
    @extend_schema(
        operation_id="claim",
        parameters=[AS_OF],
        responses={200: serializers.WholeClaim, **problems(400, 404, 410)},
    )
    def get(self, request: Any, slug: str) -> Response:
        """One claim with all that its edition says."""
        self.refuse_unknown({PARAMETER})
        as_of = day_of(request)
        edition = editions_of(slug, as_of).first() if is_slug(slug) else None
        if edition is None:
            raise NotFound("There is no such claim." if as_of is None else NOT_YET)
        if edition.kind == EditionKind.WITHDRAWAL:
            raise Gone(edition.content.get("reason_en", ""))
        return Response(serializers.WholeClaim(edition).data)


SLUG = re.compile(r"[-a-zA-Z0-9_]+")


def is_slug(text: str) -> bool:
    """Whether anything can have that name: the database need not be asked about the rest."""
    return SLUG.fullmatch(text) is not None


NOT_YET = "By that day no such claim had been published."


def editions_of(slug: str, as_of: AsOf | None) -> EditionQuerySet:
    found = Edition.objects.current() if as_of is None else editions(as_of)
    return found.filter(claim_slug=slug)


class Terms(PublicView):
    """The terms of one kind, in the order of their slugs."""

    kind = TermKind.TOPIC

    def page_of(self, request: Any) -> Response:
        self.refuse_unknown({"after"})
        after = request.GET.get("after", "")
        if len(after) > 200 or "\0" in after:
            raise BadParameters({"after": ["This is no cursor of ours."]})
        found = Term.objects.filter(Q(kind=self.kind) & Q(slug__gt=after)).order_by("slug")
        rows = list(found[: TERMS + 1])
        onward = rows[TERMS - 1].slug if len(rows) > TERMS else ""
        body = {
            **beside(request, onward, ""),
            "results": serializers.Term(rows[:TERMS], many=True).data,
        }
        return Response(body)

    def one(self, slug: str) -> Response:
        self.refuse_unknown(set())
        found = Term.objects.filter(kind=self.kind, slug=slug)
        term = found.first() if is_slug(slug) else None
        if term is None:
            raise NotFound(f"There is no such {self.kind}.")
        return Response(serializers.Term(term).data)


def terms(kind: str) -> tuple[type[PublicView], type[PublicView]]:
    """The views of one kind of term: the list, and one of them."""

    class Several(Terms):
        @extend_schema(
            operation_id=f"{kind}s",
            parameters=[AFTER],
            responses={200: serializers.TermPage, **problems(400)},
            description=f"Every {kind} with live claims.",
        )
        def get(self, request: Any) -> Response:
            return self.page_of(request)

    class One(Terms):
        @extend_schema(
            operation_id=kind,
            responses={200: serializers.Term, **problems(400, 404)},
            description=f"One {kind} with live claims.",
        )
        def get(self, request: Any, slug: str) -> Response:
            return self.one(slug)

    Several.kind = One.kind = TermKind(kind)
    return Several, One


class Ratings(PublicView):
    @extend_schema(operation_id="ratings", responses={200: serializers.RatingList, **problems(400)})
    def get(self, request: Any) -> Response:
        """Every version of the verdict scale, the newest first."""
        self.refuse_unknown(set())
        rows = serializers.Rating(Rating.objects.order_by("-scale", "position"), many=True)
        return Response({"results": rows.data})


class Corrections(PublicView):
    @extend_schema(
        operation_id="corrections",
        parameters=[AFTER],
        responses={200: serializers.CorrectionPage, **problems(400)},
    )
    def get(self, request: Any) -> Response:
        """Every changed verdict, correction and withdrawal, the newest first."""
        self.refuse_unknown({"after"})
        after = request.GET.get("after", "")
        try:
            cursor = read_cursor(after, DEFAULT_ORDERING) if after else None
        except InvalidCursor as error:
            raise BadParameters({"after": ["This is no cursor of ours."]}) from error
        rows = page(corrections(), DEFAULT_ORDERING, cursor)
        results = serializers.Correction(with_what_they_replaced(rows.rows), many=True)
        return Response({**beside(request, rows.next, rows.previous), "results": results.data})


class Nothing(PublicView):
    @extend_schema(exclude=True)
    def get(self, request: Any, rest: str) -> Response:
        """Every other address: even what is not there is answered in JSON."""
        raise NotFound("There is no such address: see openapi.json.")


class Description(PublicView):
    @extend_schema(exclude=True)
    def get(self, request: Any) -> FileResponse:
        """The description of the API, OpenAPI 3.1, as it was committed."""
        return FileResponse(DESCRIPTION.open("rb"), content_type="application/json")


DESCRIPTION = settings.BASE_DIR / "claims" / "api" / "openapi.json"


def day_of(request: Any) -> AsOf | None:
    try:
        return read_as_of(request)
    except InvalidDay as error:
        raise BadParameters({PARAMETER: [str(error)]}) from error


def beside(request: Any, onward: str, back: str) -> dict[str, str | None]:
    """The addresses of the pages beside this one."""
    query = request.GET.copy()

    def address(cursor: str) -> str | None:
        if not cursor:
            return None
        query["after"] = cursor
        text = urlencode([(name, value) for name in sorted(query) for value in query.getlist(name)])
        return f"{settings.FACTCHECK['base_url']}{request.path}?{text}"

    return {"next": address(onward), "previous": address(back)}
