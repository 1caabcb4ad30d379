"""Relations to other claims, edited within their claim."""

from django.contrib import admin

from claims.models import Relation

from .parts import PartInline


class RelationInline(PartInline, admin.TabularInline):
    model = Relation
    fk_name = "claim"
    follows = 5
    autocomplete_fields = ["target"]
    fields = ["kind", "target"]
