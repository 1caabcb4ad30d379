import django_filters
from django.db.models import Q
from django.views.generic import DetailView
from django_filters.views import FilterView

from bench.stock.models import RATINGS, Claim, Topic


class ClaimFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search")
    rating = django_filters.ChoiceFilter(choices=[(slug, slug) for slug in RATINGS])
    topic = django_filters.ModelChoiceFilter(
        field_name="topics", queryset=Topic.objects.all(), to_field_name="slug"
    )

    class Meta:
        model = Claim
        fields = []

    def search(self, claims, _name, words):
        return claims.filter(
            Q(statement_en__icontains=words)
            | Q(statement_fr__icontains=words)
            | Q(summary_en__icontains=words)
            | Q(summary_fr__icontains=words)
        )


class ClaimList(FilterView):
    queryset = (
        Claim.objects.filter(is_published=True)
        .select_related("document", "claimant")
        .prefetch_related("topics")
    )
    filterset_class = ClaimFilter
    paginate_by = 25
    template_name = "stock/claim_list.html"


class ClaimPage(DetailView):
    queryset = (
        Claim.objects.filter(is_published=True)
        .select_related("document", "claimant")
        .prefetch_related("topics", "quotes", "evidence__source")
    )
    template_name = "stock/claim.html"
