"""A text in which claims are made, its sections and its captured transcripts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import DocumentKind, Language
from .dates import EDTFField, earliest, latest, valid_date
from .history import tracked
from .language import InCurrentLanguage
from .letters import letters_index
from .web import web_address

# What the desk's search looks into.
SEARCHED = ("title_en", "title_fr", "slug", "publisher", "url")
SEARCHED_OF_SECTIONS = ("heading_en", "heading_fr")


class DocumentQuerySet(models.QuerySet["Document"]):
    def get_by_natural_key(self, slug: str) -> "Document":
        return self.get(slug=slug)


@tracked(exclude=["published_earliest", "published_latest"])
class Document(models.Model):
    """An interview, speech or article whose assertions are checked."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind)
    title_en = models.CharField(_("title (English)"), max_length=300)
    title_fr = models.CharField(_("title (French)"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=2000, validators=[web_address], blank=True)
    published = EDTFField(_("date"))
    published_earliest = earliest("published")
    published_latest = latest("published")
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language),
        verbose_name=_("languages"),
        default=list,
        help_text=_("The languages the document was published in, the first one first."),
    )
    about_en = models.TextField(
        _("what is known of it (English)"),
        blank=True,
        help_text=_("For readers: how the document came out, and what is not known of it."),
    )
    about_fr = models.TextField(_("what is known of it (French)"), blank=True)
    shows_quotes = models.BooleanField(
        _("quotes beside the claims"),
        default=True,
        help_text=_(
            "The public page shows the quoted words in their places. Without, it shows the "
            "statements and verdicts only: each claim’s own page still quotes."
        ),
    )

    objects = DocumentQuerySet.as_manager()
    title = InCurrentLanguage()
    about = InCurrentLanguage()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["slug"]
        indexes = [letters_index(*SEARCHED, name="document_letters")]
        constraints = [valid_date("published", "document_published_is_a_date")]

    def __str__(self) -> str:
        return str(self.title)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class SectionQuerySet(models.QuerySet["Section"]):
    def get_by_natural_key(self, document: str, number: int) -> "Section":
        return self.get(document__slug=document, number=number)


@tracked()
class Section(models.Model):
    """A numbered part of a document, for example a question of an interview and its answer."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="sections", verbose_name=_("document")
    )
    number = models.PositiveSmallIntegerField(
        _("number"), help_text=_("0 is what stands before the first numbered part.")
    )
    heading_en = models.CharField(_("heading (English)"), max_length=400, blank=True)
    heading_fr = models.CharField(_("heading (French)"), max_length=400, blank=True)

    objects = SectionQuerySet.as_manager()
    heading = InCurrentLanguage()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["document", "number"]
        indexes = [letters_index(*SEARCHED_OF_SECTIONS, name="section_letters")]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="section_document_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.heading}" if self.number else str(self.heading)

    def natural_key(self) -> tuple[str, int]:
        return (self.document.slug, self.number)

    natural_key.dependencies = ["claims.document"]  # type: ignore[attr-defined]


@tracked(exclude=["sha256"])
class Transcript(models.Model):
    """The captured text of a document in one language. Desk only: never published or exported."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="transcripts", verbose_name=_("document")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    text = models.TextField(_("text"), help_text=_("Exactly as captured: nothing normalised."))
    sha256 = models.GeneratedField(
        expression=models.Func(
            models.F("text"), function="text_sha256", output_field=models.CharField()
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
        verbose_name=_("SHA-256"),
    )

    class Meta:
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        ordering = ["document", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "language"], name="transcript_document_language_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.get_language_display()})"
