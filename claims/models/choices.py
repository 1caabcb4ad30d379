"""Every closed list of the domain: values are stored and exported, labels are translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class LinkState(models.TextChoices):
    """What became of a source's address: whether readers still find the page there."""

    OK = "ok", pgettext_lazy("link", "There")
    MOVED = "moved", pgettext_lazy("link", "Moved")
    BROKEN = "broken", pgettext_lazy("link", "Broken")
    UNREACHABLE = "unreachable", pgettext_lazy("link", "Not reached")
    REFUSED = "refused", pgettext_lazy("link", "Not asked")


class LinkReason(models.TextChoices):
    """Why an address is not simply there, in words for the desk."""

    PERMANENT = "permanent", _("The site has a new address for the page.")
    FRONT_PAGE = "front_page", _("Leads to the site’s first page now: the page may be gone.")
    NOT_FOUND = "not_found", _("The site has no such page any more.")
    NO_HOST = "no_host", _("No site has this name any more.")
    FORBIDDEN = "forbidden", _("The site turns programs away: look with a browser.")
    SITE_FAULT = "site_fault", _("The site reports a fault of its own.")
    ODD_STATUS = "odd_status", _("The site answers neither with the page nor that it is gone.")
    BROKEN_ANSWER = "broken_answer", _("The answer broke off, or was none that makes sense.")
    NO_LOOKUP = "no_lookup", _("The name of the site could not be looked up.")
    NO_CONNECTION = "no_connection", _("The site could not be connected to.")
    CERTIFICATE = "certificate", _("The site’s certificate is not valid.")
    TOO_SLOW = "too_slow", _("The site took too long to answer.")
    TOO_MANY_HOPS = "too_many_hops", _("The address leads in circles, or on and on.")
    NOT_WEB = "not_web", _("The address, or where it leads, is none of the web.")
    USER_INFO = "user_info", _("The address, or where it leads, holds a user name.")
    ODD_HOST = "odd_host", _("The name of the site cannot be understood.")
    ODD_PORT = "odd_port", _("Only the ports 80 and 443 of sites are asked.")
    NOT_PUBLIC = "not_public", _("The site has an address that is not public.")


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
    RATING = "rating", _("Rating")
