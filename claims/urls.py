"""Readers' addresses, under a language prefix."""

from django.urls import path

from claims.views.claim import claim
from claims.views.claim_list import claim_list
from claims.views.document import document
from claims.views.home import home
from claims.views.method import method

app_name = "claims"
urlpatterns = [
    path("", home, name="home"),
    path("claims/", claim_list, name="claim_list"),
    path("claims/<slug:slug>/", claim, name="claim"),
    path("documents/<slug:slug>/", document, name="document"),
    path("method/", method, name="method"),
]
