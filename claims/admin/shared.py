"""What the admin of every noun shares: its widgets, its fixed names, and how it takes a refusal."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.db import IntegrityError, models, transaction
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .autocomplete import AutocompleteAtHand, FormAtHand
from .listing import CountTo, DeskList, shown_count

RESTRICT_VIOLATION = "23001"  # what the triggers of the desk and the record raise
UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"


class PlainTextarea(AdminTextareaWidget):
    """Keeps a text's line ends as they were: browsers send CR LF for each."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 3, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class DeskForm(FormAtHand):
    """Says what the database refused, beside what was typed."""

    refusal = ""
    is_refused = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.refusal:
            self.refuse(self.refusal)
        return cleaned

    def refuse(self, message: str) -> None:
        self.is_refused = True
        self.add_error(None, message)


class DeskOptions(AutocompleteAtHand):
    """Options that forms and inlines have in common."""

    form: type[forms.ModelForm] = FormAtHand
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.TextField: {"widget": PlainTextarea}}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Beside a related row stand links to add and to change it, none to delete it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field


class DeskAdmin(DeskOptions, DeskList):
    """A noun of the desk. Slugs are natural keys: proposed when a row is made, fixed afterwards.

    What the database's triggers and constraints refuse is said on the page, never a fault.
    """

    form = DeskForm
    fixed_fields: tuple[str, ...] = ("slug",)
    slug_from: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = self.fixed_fields if obj else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_ordering(self, request: HttpRequest) -> Any:
        """The model's own, said aloud: a count beside each row would silently lose it."""
        return self.ordering or self.opts.ordering

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj or not self.slug_from else {"slug": self.slug_from}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        arguments = (request, object_id, form_url, extra_context)
        try:
            response = super().changeform_view(*arguments)
        except IntegrityError as error:
            request.refusal = explain(error)  # type: ignore[attr-defined]
            response = super().changeform_view(*arguments)
        context = getattr(response, "context_data", None) or {}
        if "adminform" in context and getattr(context["adminform"].form, "is_refused", False):
            response.status_code = 409
        return response

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except IntegrityError as error:
            self.message_user(request, explain(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except IntegrityError as error:
            self.message_user(request, explain(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


# Beside a row: so many of what belongs to it are counted.
MOST_BESIDE = 1_000


class CountsClaims(DeskAdmin):
    """A noun that claims point to: its list says how many do, and leads to them.

    ``pointer`` is the column of ``pointing`` that holds the noun's key.
    """

    pointing: type[models.Model]
    pointer = ""
    filters_claims_by = ""

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        uses = self.pointing._default_manager.filter(**{self.pointer: OuterRef("pk")})
        counted = uses.order_by().values("pk")[: MOST_BESIDE + 1]
        return super().with_columns(rows).annotate(claim_count=CountTo(counted))

    @admin.display(description=gettext_lazy("claims"))
    def claim_count(self, row: Any) -> str:
        address = reverse("admin:claims_claim_changelist")
        query = urlencode({self.filters_claims_by: row.pk})
        count = shown_count(row.claim_count, MOST_BESIDE)
        return format_html('<a href="{}?{}">{}</a>', address, query, count)


class ReadOnlyAdmin(DeskList):
    """A noun that is looked at here and written elsewhere: in the order of its dates, if any."""

    # Counting what each choice would leave reads all rows.
    show_facets = admin.ShowFacets.NEVER

    def get_ordering(self, request: HttpRequest) -> Any:
        """The newest first; where a date is chosen, by the dates themselves, as their index is."""
        name = self.date_hierarchy
        if name and any(key.startswith(f"{name}__") for key in request.GET):
            return [f"-{name}", "-pk"]
        return super().get_ordering(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def explain(error: Exception) -> str:
    """What the database refused, in words an editor can act on."""
    code = getattr(error.__cause__, "sqlstate", "")
    if code == UNIQUE_VIOLATION:
        return _(
            "Nothing was saved: a row with the same name, key or place exists already, perhaps "
            "made by someone else just now. Change yours, then save again."
        )
    if code == FOREIGN_KEY_VIOLATION:
        return _(
            "Nothing was saved: something that this refers to has just been deleted, or is still "
            "used elsewhere. Choose again, then save."
        )
    if code == RESTRICT_VIOLATION:
        return _(
            "Nothing was saved: the content of a claim can be changed in draft only, and one of "
            "these claims is no longer a draft. Copy what you typed, open a revision, then try "
            "again."
        )
    return _("Nothing was saved: the database refused it. %(error)s") % {"error": error}
