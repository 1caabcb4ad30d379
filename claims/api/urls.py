"""Addresses under ``/api/v1/``."""

from django.urls import path

from claims.conditional import conditional

from .views import Claims, Corrections, Description, Nothing, OneClaim, Ratings, terms

urlpatterns = [
    path("claims/", conditional(Claims.as_view()), name="api_claims"),
    path("claims/<str:slug>/", conditional(OneClaim.as_view()), name="api_claim"),
    path("ratings/", conditional(Ratings.as_view()), name="api_ratings"),
    path("corrections/", conditional(Corrections.as_view()), name="api_corrections"),
    path("openapi.json", conditional(Description.as_view()), name="api_description"),
]
for kind in ("document", "topic", "claimant"):
    several, one = terms(kind)
    urlpatterns += [
        path(f"{kind}s/", conditional(several.as_view()), name=f"api_{kind}s"),
        path(f"{kind}s/<str:slug>/", conditional(one.as_view()), name=f"api_{kind}"),
    ]
urlpatterns.append(path("<path:rest>", Nothing.as_view()))
