"""The roles that come with migrate."""

import pytest
from django.contrib.auth.models import Group

from claims.desk.roles import PERMISSIONS, create_roles
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_roles_exist_after_migrating():
    assert set(Group.objects.values_list("name", flat=True)) == set(PERMISSIONS)


@pytest.mark.parametrize(
    ("role", "permission", "is_given"),
    [
        ("Researcher", "submit_claim", True),
        ("Researcher", "publish_claim", False),
        ("Researcher", "withdraw_claim", False),
        ("Researcher", "delete_claim", False),
        ("Researcher", "change_rating", False),
        ("Editor", "publish_claim", True),
        ("Editor", "send_back_claim", True),
        ("Editor", "withdraw_claim", False),
        ("Editor", "change_rating", False),
        ("Researcher", "view_report", True),
        ("Researcher", "change_report", False),
        ("Editor", "change_report", True),
        ("Editor", "delete_report", False),
        ("Chief editor", "withdraw_claim", True),
        ("Chief editor", "change_rating", True),
        ("Chief editor", "delete_claim", False),
        ("Chief editor", "change_edition", False),
        ("Chief editor", "add_edition", False),
    ],
)
def test_each_role_may_do_its_own_work(role, permission, is_given):
    assert make_user(role).has_perm(f"claims.{permission}") is is_given


def test_bringing_roles_up_to_date_takes_away_what_was_added_by_hand():
    group = Group.objects.get(name="Researcher")
    group.permissions.set([])
    create_roles()
    assert group.permissions.filter(codename="submit_claim").exists()
