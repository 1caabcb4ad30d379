"""A web document that evidence cites."""

from datetime import datetime

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import SourceKind
from .dates import EDTFField, earliest, latest, valid_date
from .history import tracked
from .letters import letters_index
from .web import web_address


def url_key(url: models.F | models.Value) -> models.Func:
    """What two spellings of one web address have in common: a function of the database."""
    return models.Func(url, function="url_key", output_field=models.TextField())


# What the desk's search looks into.
SEARCHED = ("publisher", "title", "description", "author", "url")


class SourceQuerySet(models.QuerySet["Source"]):
    def get_by_natural_key(self, url: str) -> "Source":
        return self.get(url=url)

    def at(self, url: str) -> "SourceQuerySet":
        """Sources at this address, whatever its scheme, tracking parameters or last slash."""
        return self.filter(url_key=url_key(models.Value(url)))

    def not_checked_since(self, moment: datetime) -> "SourceQuerySet":
        """Whose link nobody has checked from this moment on."""
        never = models.Q(link_check=None)
        return self.filter(never | models.Q(link_check__checked_at__lt=moment))

    def longest_unchecked_first(self) -> "SourceQuerySet":
        return self.order_by(models.F("link_check__checked_at").asc(nulls_first=True), "pk")


@tracked(exclude=["published_earliest", "published_latest", "url_key"])
class Source(models.Model):
    """One web address and what is known of it; shared by all evidence that cites it."""

    url = models.URLField(_("address"), max_length=2000, unique=True)
    url_key = models.GeneratedField(
        expression=url_key(models.F("url")), output_field=models.TextField(), db_persist=True
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind)
    publisher = models.CharField(_("publisher"), max_length=300)
    author = models.CharField(_("author"), max_length=300, blank=True)
    title = models.CharField(
        _("title"), max_length=500, blank=True, help_text=_("As printed; blank if unknown.")
    )
    description = models.CharField(
        _("description"),
        max_length=500,
        blank=True,
        help_text=_("The desk's own words, where the title is unknown. Not published."),
    )
    language = models.CharField(
        _("language"), max_length=12, help_text=_("BCP 47 code of the source's text: en, ru, kk.")
    )
    published = EDTFField(_("date"))
    published_earliest = earliest("published")
    published_latest = latest("published")
    retrieved_on = models.DateField(_("read on"), null=True, blank=True)
    archived_url = models.URLField(
        _("archived copy"), max_length=2000, validators=[web_address], blank=True
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher", "url"]
        indexes = [
            HashIndex(fields=["url_key"], name="source_url_key"),
            letters_index(*SEARCHED, name="source_letters"),
            # Without the address, which may be longer than an entry of an index.
            models.Index(fields=["publisher", "id"], name="source_publisher"),
            models.Index(fields=["kind"], name="source_kind"),
            models.Index(fields=["language"], name="source_language"),
            models.Index(fields=["retrieved_on"], name="source_retrieved"),
            models.Index(fields=["id"], name="source_no_copy", condition=models.Q(archived_url="")),
        ]
        constraints = [
            valid_date("published", "source_published_is_a_date"),
            models.CheckConstraint(
                condition=models.Q(url__regex=r"^https?://[^[:space:]]+$"),
                name="source_url_is_a_web_address",
                violation_error_message=_("Write the full address, starting with https://."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title or self.description or self.url}"

    def natural_key(self) -> tuple[str]:
        return (self.url,)
