"""Atom feeds (RFC 4287): verdicts of the whole site or of a part of it, and corrections."""

import datetime
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from claims.models import CorrectionClass, Edition, Rating, Term, TermKind
from claims.models.edition import EditionQuerySet
from claims.record.corrections import Correction, corrections, with_what_they_replaced

LENGTH = 50
OPEN = "open"
BEGINNING = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


# Controls, which come along with what is pasted from elsewhere: XML 1.0 has no way to write them.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


class Atom(Atom1Feed):
    """A feed without entries says when the record last changed, not what time it is.

    One text that XML cannot hold does not keep the others from readers.
    """

    def __init__(self, title: str, *args: Any, **details: Any) -> None:
        super().__init__(in_xml(title), *args, **details)

    def add_item(self, title: str, link: str, description: str, *args: Any, **details: Any) -> None:
        super().add_item(in_xml(title), link, in_xml(description), *args, **details)

    def latest_post_date(self) -> datetime.datetime:
        if self.items:
            return super().latest_post_date()
        newest = Edition.objects.order_by("-sequence").first()
        return newest.published_at if newest else BEGINNING


class VerdictFeed(Feed):
    """The newest verdicts. The entry of a claim keeps its id; a correction moves its date."""

    feed_type = Atom

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = kwargs.pop("language", settings.LANGUAGE_CODE)
        if language not in dict(settings.LANGUAGES):
            raise Http404
        with override(language):
            self.language = language
            # Feed keeps nothing of a request but this, and a new instance serves each.
            feed = type(self)()
            feed.language = language
            feed.path = request.path
            return super(VerdictFeed, feed).__call__(request, *args, **kwargs)

    path = ""
    language = settings.LANGUAGE_CODE

    def editions(self, obj: Any) -> EditionQuerySet:
        return Edition.objects.live()

    def title(self, obj: Any) -> str:
        return f"{settings.FACTCHECK['name']}: {self.part(obj)}"

    def part(self, obj: Any) -> str:
        return _("new verdicts")

    def subtitle(self, obj: Any) -> str:
        return _("Verdicts with their reasons, by %(organisation)s.") % {
            "organisation": settings.FACTCHECK["organisation"]
        }

    def link(self, obj: Any) -> str:
        return _absolute(self.page(obj))

    def page(self, obj: Any) -> str:
        return reverse("claims:claim_list")

    def feed_url(self, obj: Any) -> str:
        return _absolute(self.path)

    def feed_guid(self, obj: Any) -> str:
        return _tag(self.path)

    def author_name(self, obj: Any) -> str:
        return str(settings.FACTCHECK["organisation"])

    def feed_copyright(self, obj: Any) -> str:
        return str(settings.FACTCHECK["licence"])

    def items(self, obj: Any) -> list[Edition]:
        found = self.editions(obj).for_listing().order_by("-published_at", "-sequence")[:LENGTH]
        self.labels = {(one.scale, one.slug): str(one) for one in Rating.objects.all()}
        return list(found)

    def verdict(self, edition: Edition) -> str:
        if edition.scale is None:
            return pgettext("verdict", "Open")
        return self.labels.get((edition.scale, edition.rating), edition.rating)

    def item_title(self, item: Edition) -> str:
        colon = pgettext("between a verdict and a statement", ":")
        return f"{self.verdict(item)}{colon} {item.statement}"

    def item_description(self, item: Edition) -> str:
        outdated = f" ({_('outdated since')})" if item.is_outdated else ""
        return f"{self.verdict(item)}{outdated}. {item.summary}"

    def item_link(self, item: Edition) -> str:
        return _absolute(item.get_absolute_url())

    def item_guid(self, item: Edition) -> str:
        return _tag(f"/claims/{item.claim_slug}")

    def item_updateddate(self, item: Edition) -> datetime.datetime:
        return item.published_at


class PartFeed(VerdictFeed):
    """The verdicts filed under one term."""

    kind = TermKind.TOPIC

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Term:
        term = Term.objects.filter(kind=self.kind, slug=kwargs["slug"]).first()
        if term is None:
            raise Http404
        return term

    def part(self, obj: Term) -> str:
        return str(obj)


class TopicFeed(PartFeed):
    def editions(self, obj: Term) -> EditionQuerySet:
        return Edition.objects.live().filter(topics__contains=[obj.slug])

    def page(self, obj: Term) -> str:
        return reverse("claims:topic", args=[obj.slug])


class DocumentFeed(PartFeed):
    kind = TermKind.DOCUMENT

    def editions(self, obj: Term) -> EditionQuerySet:
        return Edition.objects.live().filter(document_slug=obj.slug)

    def page(self, obj: Term) -> str:
        return reverse("claims:document", args=[obj.slug])


class RatingFeed(VerdictFeed):
    """The claims with one verdict; ``open`` for those without any."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        slug: str = kwargs["slug"]
        if slug != OPEN and not Rating.objects.filter(slug=slug).exists():
            raise Http404
        return slug

    def editions(self, obj: str) -> EditionQuerySet:
        return Edition.objects.live().filter(rating="" if obj == OPEN else obj)

    def part(self, obj: str) -> str:
        rating = Rating.objects.filter(slug=obj).first()
        return str(rating) if rating else pgettext("verdict", "Open")

    def page(self, obj: str) -> str:
        return f"{reverse('claims:claim_list')}?rating={obj}"


class CorrectionFeed(VerdictFeed):
    """Every changed verdict, correction and withdrawal, each as an entry of its own."""

    def part(self, obj: Any) -> str:
        return _("Corrections").lower()

    def page(self, obj: Any) -> str:
        return reverse("claims:corrections")

    def items(self, obj: Any) -> list[Correction]:  # type: ignore[override]
        found = corrections().order_by("-published_at", "-sequence")[:LENGTH]
        self.labels = {(one.scale, one.slug): str(one) for one in Rating.objects.all()}
        return with_what_they_replaced(found)

    def item_title(self, item: Correction) -> str:  # type: ignore[override]
        colon = pgettext("between a verdict and a statement", ":")
        if item.is_withdrawal:
            return _("Withdrawal")
        if not item.is_readable:
            return _("A withdrawn claim")
        kind = dict(CorrectionClass.choices).get(item.edition.correction_class, _("Correction"))
        return f"{kind}{colon} {item.edition.statement}"

    def item_description(self, item: Correction) -> str:  # type: ignore[override]
        content = item.edition.content
        if item.is_withdrawal:
            return str(content.get(f"reason_{self.language}", ""))
        if not item.is_readable:
            return _("Its words can no longer be read: they have been withdrawn or blanked since.")
        note = (content["correction"] or {}).get(f"note_{self.language}", "")
        return f"{self.change(item)} {note}".strip()

    def change(self, item: Correction) -> str:
        """The verdicts before and after, where they are not the same."""
        if item.before is None or not item.changes_the_verdict:
            return ""
        verdicts = {"before": self.verdict(item.before), "after": self.verdict(item.edition)}
        return _("Before: %(before)s. Now: %(after)s.") % verdicts

    def item_link(self, item: Correction) -> str:  # type: ignore[override]
        history = reverse("claims:claim_history", args=[item.edition.claim_slug])
        return _absolute(f"{history}#edition-{item.edition.number}")

    def item_guid(self, item: Correction) -> str:  # type: ignore[override]
        return _tag(f"/claims/{item.edition.claim_slug}/editions/{item.edition.number}")

    def item_updateddate(self, item: Correction) -> datetime.datetime:  # type: ignore[override]
        return item.edition.published_at


def _absolute(path: str) -> str:
    return f"{settings.FACTCHECK['base_url']}{path}"


def _tag(path: str) -> str:
    """A tag URI (RFC 4151). A site that moves keeps its old host here, and readers their marks."""
    host = settings.FACTCHECK["tag_host"] or urlsplit(settings.FACTCHECK["base_url"]).hostname
    return f"tag:{host},2026:{path}"
