"""Texts in one column per language are read in the reader's language."""

import pytest
from django.utils import translation

from claims.models import Topic
from claims.models.language import in_language


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Deaths"), ("fr", "Morts"), ("de", "Deaths")]
)
def test_a_label_is_read_in_the_active_language(language, label):
    topic = Topic(label_en="Deaths", label_fr="Morts")
    with translation.override(language):
        assert topic.label == label


def test_a_missing_text_falls_back_to_the_other_language():
    with translation.override("fr"):
        assert Topic(label_en="Deaths", label_fr="").label == "Deaths"


def test_a_payload_is_read_like_a_row():
    assert in_language({"label_en": "Deaths", "label_fr": "Morts"}, "label", "fr") == "Morts"
