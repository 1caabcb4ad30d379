from django.contrib import admin

from bench.stock.models import Claim, Claimant, Document, Evidence, Quote, Source, Topic


class EvidenceInline(admin.TabularInline):
    model = Evidence
    raw_id_fields = ["source"]  # A select of every source would not end.


class QuoteInline(admin.TabularInline):
    model = Quote


@admin.register(Claim)
class ClaimAdmin(admin.ModelAdmin):
    list_display = ["statement_en", "rating", "document", "claimant", "is_published"]
    list_filter = ["is_published", "rating", "topics"]
    list_select_related = ["document", "claimant"]
    search_fields = ["statement_en", "statement_fr", "slug"]
    inlines = [QuoteInline, EvidenceInline]


admin.site.register([Claimant, Document, Source, Topic])
