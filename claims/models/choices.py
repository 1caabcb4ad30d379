"""Every closed list of the domain: values are stored and exported, labels are translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """A language the desk publishes in, by ISO 639-1 code."""

    EN = "en", _("English")
    FR = "fr", _("French")


class Status(models.TextChoices):
    """Where the desk's work on a claim stands; the record says what is live."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DocumentKind(models.TextChoices):
    INTERVIEW = "interview", _("Interview")
    SPEECH = "speech", _("Speech")
    ARTICLE = "article", _("Article")
    REPORT = "report", _("Report")
    POST = "post", _("Social media post")
    OTHER = "other", _("Other text")


class ClaimantKind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    GROUP = "group", _("Group of people")
    PUBLICATION = "publication", _("Publication")


class ClaimKind(models.TextChoices):
    ATTRIBUTION = "attribution", _("Attribution")
    CAUSAL = "causal", _("Cause and effect")
    CHARACTERISATION = "characterisation", _("Characterisation")
    DEMAND = "demand", _("Demand")
    EVENT = "event", _("Event")
    LEGAL = "legal", _("Law")
    OWNERSHIP = "ownership", _("Ownership")
    PREDICTION = "prediction", _("Prediction")
    QUANTITY = "quantity", _("Number")


class ClaimantStance(models.TextChoices):
    """How the claimant stands to what they say: their own view, a report, or a denial."""

    ENDORSES = "endorses", _("Says it as their own")
    REPORTS = "reports", _("Reports what others say")
    REJECTS = "rejects", _("Rejects it")


class Priority(models.IntegerChoices):
    HIGH = 1, _("High")
    NORMAL = 2, _("Normal")
    LOW = 3, _("Low")


class QuoteState(models.TextChoices):
    """How a quote stands to the transcript it was last located in."""

    EXACT = "exact", _("Exact")
    MOVED = "moved", _("Moved")
    AMBIGUOUS = "ambiguous", _("Ambiguous")
    BROKEN = "broken", _("Broken")
    UNLOCATED = "unlocated", _("Not located yet")


class SourceKind(models.TextChoices):
    ACADEMIC = "academic", _("Academic work")
    AGENCY = "agency", _("News agency")
    COMPANY = "company", _("Company")
    NEWSPAPER = "newspaper", _("News medium")
    NGO = "ngo", _("Non-governmental organisation")
    OFFICIAL = "official", _("Official body")
    REFERENCE = "reference", _("Reference work")
    OTHER = "other", _("Other")


# Those who know at first hand: what they publish is not a report of what others found.
PRIMARY_KINDS = {SourceKind.ACADEMIC, SourceKind.COMPANY, SourceKind.OFFICIAL}


class EvidenceStance(models.TextChoices):
    """What a piece of evidence does to the statement it is attached to."""

    SUPPORTS = "supports", _("Supports")
    CONTRADICTS = "contradicts", _("Contradicts")
    CONTEXT = "context", _("Context")


class RelationKind(models.TextChoices):
    REPEATS = "repeats", _("Repeats")
    REFINES = "refines", _("Refines")
    CONTRADICTS = "contradicts", _("Contradicts")
    REPORTS = "reports", _("Reports")


class Visibility(models.TextChoices):
    INTERNAL = "internal", _("Internal")
    PUBLIC = "public", _("Public")


class Channel(models.TextChoices):
    """How a claimant was asked for an answer."""

    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    TELEPHONE = "telephone", _("Telephone")
    IN_PERSON = "in_person", _("In person")
    SOCIAL_MEDIA = "social_media", _("Social media")
    FORM = "form", _("Contact form")
    OTHER = "other", _("Other")


class EditionKind(models.TextChoices):
    PUBLICATION = "publication", _("Publication")
    WITHDRAWAL = "withdrawal", _("Withdrawal")


class CorrectionClass(models.TextChoices):
    """Why a published claim was published again."""

    TYPO = "typo", _("Typing error")
    CLARIFICATION = "clarification", _("Clarification")
    NEW_EVIDENCE = "new_evidence", _("New evidence")
    CHANGED_VERDICT = "changed_verdict", _("Changed verdict")


class ReportStatus(models.TextChoices):
    """What the desk has done about an error that a reader reported."""

    NEW = "new", _("New")
    ANSWERED = "answered", _("Answered")
    DISMISSED = "dismissed", _("Dismissed")


class TermKind(models.TextChoices):
    """What editions are filed under."""

    DOCUMENT = "document", _("Document")
    SECTION = "section", _("Section")
    TOPIC = "topic", _("Topic")
    CLAIMANT = "claimant", _("Claimant")
