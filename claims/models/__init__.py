"""The nouns of the desk and of the record, one module each."""

from .choices import (
    Channel,
    ClaimantKind,
    ClaimantStance,
    ClaimKind,
    CorrectionClass,
    DocumentKind,
    EditionKind,
    EvidenceStance,
    Language,
    LinkReason,
    LinkState,
    Priority,
    QuoteState,
    RelationKind,
    ReportStatus,
    SourceKind,
    Status,
    TermKind,
    Visibility,
)
from .claim import Claim, ClaimTopic
from .claimant import Claimant
from .document import Document, Section, Transcript
from .edition import Edition, Redaction
from .evidence import Evidence
from .figure import Figure, Measure, Unit
from .link_check import LinkCheck
from .move import Move
from .note import Note
from .quote import Quote
from .rating import Rating
from .relation import Relation
from .reply import Reply
from .report import Report
from .source import Source
from .term import Term
from .topic import Topic

__all__ = [
    "Channel",
    "Claim",
    "ClaimKind",
    "ClaimTopic",
    "Claimant",
    "ClaimantKind",
    "ClaimantStance",
    "CorrectionClass",
    "Document",
    "DocumentKind",
    "Edition",
    "EditionKind",
    "Evidence",
    "EvidenceStance",
    "Figure",
    "Language",
    "LinkCheck",
    "LinkReason",
    "LinkState",
    "Measure",
    "Move",
    "Note",
    "Priority",
    "Quote",
    "QuoteState",
    "Rating",
    "Redaction",
    "Relation",
    "RelationKind",
    "Reply",
    "Report",
    "ReportStatus",
    "Section",
    "Source",
    "SourceKind",
    "Status",
    "Term",
    "TermKind",
    "Topic",
    "Transcript",
    "Unit",
    "Visibility",
]
