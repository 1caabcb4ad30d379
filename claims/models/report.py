"""An error that a reader reports, and what the desk answers."""

import math

from django.conf import settings
from django.db import DatabaseError, connections, models, router
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from .choices import Language, ReportStatus
from .edition import Edition
from .letters import letters_index
from .note import Note

LONGEST_BODY = 4000
LONGEST_LINK = 2000
LONGEST_CONTACT = 200

# What the table's trigger raises, with the seconds to wait as its detail.
TOO_MANY = "FC429"

# By hand, because the role that readers write with may name these columns alone, and may not
# read back what it wrote, as the ORM would.
INSERT = """
    INSERT INTO claims_report (edition_id, language, body, link, contact)
    VALUES (%s, %s, %s, %s, %s)
"""


class TooManyReports(Exception):
    """The limit is reached: ``minutes`` and ``seconds`` say when there is room again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"No more reports for {seconds} seconds.")
        self.seconds = seconds
        self.minutes = math.ceil(seconds / 60)


class ReportQuerySet(models.QuerySet["Report"]):
    def new(self) -> "ReportQuerySet":
        return self.filter(status=ReportStatus.NEW)

    def with_listing_relations(self) -> "ReportQuerySet":
        """With the edition that was read, but without its payload and what it is found by."""
        heavy = [f"edition__{name}" for name in ("payload", "words_en", "words_fr", "search")]
        return self.select_related("edition").defer(*heavy)

    def file(
        self, *, edition: Edition, language: str, body: str, link: str = "", contact: str = ""
    ) -> None:
        """Take a reader's report. Raises TooManyReports; the same one twice is kept once."""
        connection = connections[router.db_for_write(self.model)]
        try:
            with connection.cursor() as cursor:
                cursor.execute(INSERT, [edition.pk, language, body, link, contact])
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") != TOO_MANY:
                raise
            raise TooManyReports(int(error.__cause__.diag.message_detail)) from error  # type: ignore[union-attr]


class Report(models.Model):
    """What a reader says is wrong with one edition. Nothing is kept of where it came from.

    The reader's words come in through a role that may do nothing else, and never change; the
    desk's own role may write the columns of the answer, and blank the contact.
    """

    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("edition read"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    body = models.CharField(_("what is wrong"), max_length=LONGEST_BODY)
    link = models.CharField(_("evidence"), max_length=LONGEST_LINK, blank=True)
    contact = models.CharField(_("contact"), max_length=LONGEST_CONTACT, blank=True)
    received_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)

    status = models.CharField(
        _("status"), max_length=20, choices=ReportStatus, db_default=ReportStatus.NEW
    )
    answer = models.TextField(
        _("answer"),
        blank=True,
        db_default="",
        help_text=_("What was done, or why nothing was. Stays on the desk."),
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        editable=False,
    )
    handled_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    note = models.ForeignKey(
        Note,
        on_delete=models.SET_NULL,
        related_name="reports",
        verbose_name=_("public note"),
        null=True,
        blank=True,
        editable=False,
    )
    corrected_in = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("corrected in"),
        null=True,
        blank=True,
        help_text=_("The edition that mends what was reported."),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader’s report")
        verbose_name_plural = _("readers’ reports")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["received_at"], name="report_received"),
            models.Index(
                fields=["received_at"], name="report_new", condition=Q(status=ReportStatus.NEW)
            ),
            letters_index("body", "contact", name="report_letters"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="report_says_something"),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__iregex=r"^https?://"),
                name="report_link_is_of_the_web",
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="report_language_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReportStatus.values), name="report_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.NEW, handled_at=None, handled_by=None)
                | (
                    ~Q(status=ReportStatus.NEW)
                    & Q(handled_at__isnull=False, handled_by__isnull=False)
                ),
                name="report_is_answered_by_someone",
                violation_error_message=_("An answered report names who answered it, and when."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.DISMISSED) | ~Q(answer=""),
                name="report_dismissed_has_a_reason",
                violation_error_message=_("Say why the report is dismissed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {Truncator(self.body).chars(60)}"
