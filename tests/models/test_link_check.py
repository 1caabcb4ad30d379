"""What is known of a link: one row a source, for the address that was asked."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from claims.models import LinkCheck, Source
from tests.factories import make_link_check, make_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "columns", "constraint"),
    [
        ("ok", {"reason": "no_host"}, "link_check_says_what_is_wrong"),
        ("broken", {"reason": ""}, "link_check_says_what_is_wrong"),
        ("broken", {"reason": "bad weather"}, "link_check_reason_is_known"),
        ("broken", {"moved_to": "https://new.example/"}, "link_check_moved_says_where"),
        ("moved", {"moved_to": ""}, "link_check_moved_says_where"),
        ("moved", {"moved_to": "javascript:alert(1)"}, "link_check_moved_says_where"),
        ("ok", {"failing_since": timezone.now()}, "link_check_failing_since_when"),
        ("unreachable", {"failing_since": None}, "link_check_failing_since_when"),
    ],
)
def test_a_check_that_contradicts_itself_is_refused(state, columns, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        make_link_check(make_source(), state, **columns)


def test_an_unknown_state_is_refused():
    check = make_link_check(make_source(), "broken")
    with pytest.raises(IntegrityError, match="link_check_state_is_known"):
        LinkCheck.objects.filter(pk=check.pk).update(state="sulking")


def test_another_address_has_not_been_checked():
    source, other = make_source(), make_source()
    make_link_check(source), make_link_check(other)
    Source.objects.filter(pk=source.pk).update(url="https://elsewhere.example/")
    assert [check.source for check in LinkCheck.objects.all()] == [other]


def test_a_source_that_keeps_its_address_keeps_its_check():
    source = make_source()
    make_link_check(source)
    source.title = "Another title"
    source.save()
    assert LinkCheck.objects.filter(source=source).exists()


def test_a_check_goes_with_its_source():
    source = make_source()
    make_link_check(source)
    source.delete()
    assert not LinkCheck.objects.exists()


def test_a_check_leaves_nothing_in_the_history_of_its_source():
    source = make_source()
    before = source.events.count()
    make_link_check(source)
    assert source.events.count() == before
