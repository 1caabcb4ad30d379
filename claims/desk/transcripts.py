"""Captured texts: every change of one looks for the quotes anew, in the same transaction."""

from django.db import transaction

from claims.models import Document, Transcript

from .anchoring import Anchored, Text, anchor_all


@transaction.atomic
def capture(document: Document, language: str, words: str) -> list[Anchored]:
    """Keep ``words`` as the document's text in ``language``, and anchor its quotes in it.

    Nothing is normalised: the text is kept letter for letter.
    """
    Transcript.objects.update_or_create(
        document=document, language=language, defaults={"text": words}
    )
    return anchor_all(document, language, Text.of(words))
