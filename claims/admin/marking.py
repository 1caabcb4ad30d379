"""The form beside a captured text, in which marked words become a claim or join a draft."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.desk.locating import Choice, LocatingError, Mark
from claims.desk.marking import FirstEvidence
from claims.models import (
    Claim,
    Claimant,
    ClaimKind,
    Document,
    EvidenceStance,
    Language,
    Rating,
    SourceKind,
    Status,
    Transcript,
)

from .shared import PlainTextarea

OPEN = "open"
SAVE, SUBMIT, ADD = "save", "submit", "add"
# Claimants that the form offers without being asked.
MOST_OFFERED = 200
NUMBER = re.compile(r"\d{1,9}")
DRAFT_NUMBER = re.compile(r"\s*(\d{1,9})\b")


@dataclass
class Words:
    """What the form asks for in one language, and the places to choose from, if any."""

    language: Language
    exact: forms.BoundField
    sha256: forms.BoundField
    absent: forms.BoundField
    starts: dict[int, int]
    choices: list[Choice] = field(default_factory=list)

    @property
    def settled(self) -> dict[int, int]:
        """Places that need no asking."""
        asked = {choice.part for choice in self.choices}
        return {part: start for part, start in self.starts.items() if part not in asked}


class MarkForm(forms.Form):
    """Words marked in each language; then a new claim, or the draft that they are added to."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("As before")), *ClaimKind.choices],
    )
    claimant = forms.ModelChoiceField(
        label=_("Claimant"),
        required=False,
        queryset=Claimant.objects.none(),
        empty_label=_("As before"),
    )
    verdict = forms.ChoiceField(label=_("Rating"), required=False)
    url = forms.CharField(
        label=_("Address of the evidence"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    source_kind = forms.ChoiceField(
        label=_("Kind of source"),
        required=False,
        choices=[("", _("Other, or on file")), *SourceKind.choices],
    )
    stance = forms.ChoiceField(
        label=_("The evidence"),
        required=False,
        choices=EvidenceStance.choices,
        widget=forms.RadioSelect,
    )
    single_source_reason = forms.CharField(label=_("Why one source is enough"), required=False)
    draft = forms.CharField(
        label=_("Number or words of a draft of this document"),
        required=False,
        widget=forms.TextInput(attrs={"list": "drafts", "autocomplete": "off"}),
    )

    def __init__(
        self, document: Document, transcripts: Sequence[Transcript], data: Any = None
    ) -> None:
        self.document, self.transcripts = document, transcripts
        self.action = (data or {}).get("do", SAVE)
        self.choices: dict[str, list[Choice]] = {}
        super().__init__(data, prefix=None, label_suffix="")
        for transcript in transcripts:
            self._ask_for_words(transcript)
        for code in _codes(document):
            self._ask_for_texts(Language(code))
        self._offer_claimants()
        self.ratings = list(Rating.objects.of_current_scale())
        self.fields["verdict"].choices = [  # type: ignore[attr-defined]
            ("", _("No rating yet")),
            *((str(rating.pk), str(rating)) for rating in self.ratings),
            (OPEN, _("Open")),
        ]

    def _offer_claimants(self) -> None:
        """All, where they are not too many; then those who speak in this document."""
        field: Any = self.fields["claimant"]
        field.queryset = Claimant.objects.all()
        offered = list(field.queryset[: MOST_OFFERED + 1])
        if len(offered) > MOST_OFFERED:
            claims = Claim.objects.filter(document=self.document).order_by()
            speaking = claims.values("claimant").distinct()[:MOST_OFFERED]
            offered = list(field.queryset.filter(pk__in=speaking))
            field.help_text = _(
                "Offered is who speaks in this document: name another one in the claim’s form."
            )
        options = [(str(claimant.pk), str(claimant)) for claimant in offered]
        field.widget.choices = [("", field.empty_label), *options]

    def _ask_for_words(self, transcript: Transcript) -> None:
        code, label = transcript.language, Language(transcript.language).label
        self.fields |= {
            f"exact_{code}": forms.CharField(
                label=_("Exact words (%(language)s)") % {"language": label},
                required=False,
                strip=False,
                widget=PlainTextarea({"rows": 4, "lang": code}),
            ),
            f"sha256_{code}": forms.CharField(
                required=False, initial=transcript.sha256, widget=forms.HiddenInput
            ),
            f"absent_{code}": forms.BooleanField(label=_("Absent in this version"), required=False),
        }

    def _ask_for_texts(self, language: Language) -> None:
        attributes = {"lang": language.value}
        similar = {"data-similar-source": ""}
        self.fields |= {
            f"statement_{language}": forms.CharField(
                label=_("Statement (%(language)s)") % {"language": language.label},
                required=False,
                widget=PlainTextarea({"rows": 3, **attributes, **similar}),
            ),
            f"finding_{language}": forms.CharField(
                label=_("Finding (%(language)s)") % {"language": language.label},
                required=False,
                widget=PlainTextarea({"rows": 2, **attributes}),
            ),
        }

    # What the page shows

    @property
    def words(self) -> list[Words]:
        return [
            Words(
                Language(text.language),
                self[f"exact_{text.language}"],
                self[f"sha256_{text.language}"],
                self[f"absent_{text.language}"],
                self._starts(text.language),
                self.choices.get(text.language, []),
            )
            for text in self.transcripts
        ]

    @property
    def statements(self) -> list[forms.BoundField]:
        return [self[f"statement_{code}"] for code in _codes(self.document)]

    @property
    def findings(self) -> list[forms.BoundField]:
        return [self[f"finding_{code}"] for code in _codes(self.document)]

    @property
    def is_adding(self) -> bool:
        return self.action == ADD

    def refuse_words(self, error: LocatingError) -> None:
        """Say what is in doubt beside the words, and offer the places to choose from.

        The page now shows the texts of today: so do the hashes that it sends back.
        """
        hashes = {f"sha256_{text.language}": text.sha256 for text in self.transcripts}
        self.data = dict(self.data.items()) | hashes
        for refusal in error.refusals:
            name = f"exact_{refusal.language}"
            self.add_error(name if name in self.fields else None, str(refusal))
            self.choices[refusal.language] = refusal.choices

    def typed_statements(self) -> dict[str, str]:
        """The statements as they stand in the form, by language."""
        return {code: self.data.get(f"statement_{code}", "") for code in _codes(self.document)}

    # What was given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if len(self._absent(given)) > 1:
            self.add_error(None, _("A claim cannot be absent in every version of its document."))
        if self.is_adding:
            self._find_draft(given)
        else:
            self._check_claim(given)
        return given

    def _check_claim(self, given: dict[str, Any]) -> None:
        codes = _codes(self.document)
        if not any(given.get(f"statement_{code}") for code in codes):
            self.add_error(f"statement_{codes[0]}", _("Write the statement."))
        findings = [given.get(f"finding_{code}") for code in codes]
        if not (given.get("url") or given.get("stance") or any(findings)):
            return
        if not given.get("url"):
            self.add_error("url", _("Give the address of the evidence."))
        if not given.get("stance"):
            self.add_error("stance", _("Say what the evidence does to the statement."))
        if not any(findings):
            message = _("Say in at least one language what the source shows.")
            self.add_error(f"finding_{codes[0]}", message)

    def _find_draft(self, given: dict[str, Any]) -> None:
        drafts = drafts_of(self.document)
        asked = given.get("draft", "")
        number = DRAFT_NUMBER.match(asked)
        if number:
            found = [draft for draft in drafts if draft.position == int(number[1])]
        else:
            words = asked.casefold().strip()
            found = [draft for draft in drafts if words and words in _statements(draft)]
        if len(found) == 1:
            given["claim"] = found[0]
        elif found:
            numbers = ", ".join(str(draft.position) for draft in found[:12])
            message = _("Several drafts have these words: write the number of one (%(numbers)s).")
            self.add_error("draft", message % {"numbers": numbers})
        else:
            self.add_error("draft", _("No draft of this document has this number or these words."))

    def marks(self) -> list[Mark]:
        given = self.cleaned_data
        return [
            Mark(
                text.language,
                given[f"exact_{text.language}"],
                self._starts(text.language),
                given[f"sha256_{text.language}"],
            )
            for text in self.transcripts
            if given[f"exact_{text.language}"].strip()
        ]

    def absent_in(self) -> str:
        return next(iter(self._absent(self.cleaned_data)), "")

    def claim_columns(self) -> dict[str, Any]:
        """What ``desk.marking.start_claim`` wants to know."""
        given = self.cleaned_data
        verdict = given["verdict"]
        return {
            "claimant": given["claimant"],
            "kind": given["kind"],
            "evidence": self._evidence(),
            "absent_in": self.absent_in(),
            "is_open": verdict == OPEN,
            "rating_id": int(verdict) if verdict and verdict != OPEN else None,
            "single_source_reason": given["single_source_reason"],
            **self._texts("statement"),
        }

    def _evidence(self) -> FirstEvidence | None:
        given = self.cleaned_data
        if not given["url"]:
            return None
        return FirstEvidence(
            given["url"],
            given["stance"],
            source_kind=given["source_kind"],
            **self._texts("finding"),
        )

    def _texts(self, stem: str) -> dict[str, str]:
        return {
            f"{stem}_{code}": self.cleaned_data[f"{stem}_{code}"] for code in _codes(self.document)
        }

    def _absent(self, given: dict[str, Any]) -> list[str]:
        codes = [text.language for text in self.transcripts]
        return [code for code in codes if given.get(f"absent_{code}")]

    def _starts(self, language: str) -> dict[int, int]:
        """Where the parts of the words stand, as far as the browser or a person has said so."""
        stem = f"place_{language}_"
        given = {
            name.removeprefix(stem): self.data[name] for name in self.data if name.startswith(stem)
        }
        return {
            int(part): int(start)
            for part, start in given.items()
            if NUMBER.fullmatch(part) and NUMBER.fullmatch(start)
        }


def drafts_of(document: Document) -> list[Claim]:
    drafts = Claim.objects.filter(document=document, status=Status.DRAFT).order_by("position")
    return list(drafts.only("position", "slug", "statement_en", "statement_fr", "document"))


def _statements(claim: Claim) -> str:
    return f"{claim.statement_en}\n{claim.statement_fr}".casefold()


def _codes(document: Document) -> list[str]:
    """The languages of the desk, those of the document first and in its order."""
    return list(dict.fromkeys([*document.languages, *Language.values]))
