"""The three roles of the desk and what each may do, as Django groups."""

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _

RESEARCHER = "Researcher"
EDITOR = "Editor"
CHIEF_EDITOR = "Chief editor"

LABELS = {RESEARCHER: _("Researcher"), EDITOR: _("Editor"), CHIEF_EDITOR: _("Chief editor")}

_CONTENT = ["claim", "quote", "evidence", "figure", "relation", "reply", "source"]
_SHARED = ["topic", "claimant", "document", "section", "transcript", "measure", "unit"]
_VIEWED = ["rating", "edition", "redaction", "move", "term", "report"]

_RESEARCHER = {
    *(f"{verb}_{noun}" for noun in _CONTENT for verb in ("add", "change", "view")),
    *(f"delete_{noun}" for noun in _CONTENT if noun not in ("claim", "source")),
    *(f"{verb}_{noun}" for noun in _SHARED for verb in ("add", "view")),
    *(f"view_{noun}" for noun in _VIEWED),
    *("add_note", "change_note", "view_note"),
    *("submit_claim", "revise_claim", "discard_claim", "drop_claim"),
}
_EDITOR = _RESEARCHER | {
    *(f"{verb}_{noun}" for noun in _SHARED for verb in ("change", "delete")),
    *("delete_source", "delete_note", "send_back_claim", "publish_claim", "change_report"),
}
_CHIEF_EDITOR = _EDITOR | {"withdraw_claim", "add_rating", "change_rating"}

PERMISSIONS = {RESEARCHER: _RESEARCHER, EDITOR: _EDITOR, CHIEF_EDITOR: _CHIEF_EDITOR}


def create_roles() -> None:
    """Make the groups, or bring their permissions up to date. Needs the permissions to exist."""
    for name, codenames in PERMISSIONS.items():
        group, _is_new = Group.objects.get_or_create(name=name)
        permissions = Permission.objects.filter(
            content_type__app_label="claims", codename__in=codenames
        )
        missing = codenames - {permission.codename for permission in permissions}
        if missing:
            raise LookupError(f"No such permissions: {', '.join(sorted(missing))}.")
        group.permissions.set(permissions)
