"""Readers' addresses, under a language prefix."""

from django.urls import path

from claims.views.claim import claim
from claims.views.claim_list import claim_list
from claims.views.corrections import corrections
from claims.views.document import differences, document
from claims.views.history import claim_edition, history
from claims.views.home import home
from claims.views.method import method
from claims.views.report import report

app_name = "claims"
urlpatterns = [
    path("", home, name="home"),
    path("claims/", claim_list, name="claim_list"),
    path("claims/<slug:slug>/", claim, name="claim"),
    path("claims/<slug:slug>/history/", history, name="claim_history"),
    path("claims/<slug:slug>/editions/<int:number>/", claim_edition, name="claim_edition"),
    path("corrections/", corrections, name="corrections"),
    path("claims/<slug:slug>/report/", report, name="report"),
    path("documents/<slug:slug>/", document, name="document"),
    path("documents/<slug:slug>/differences/", differences, name="differences"),
    path("method/", method, name="method"),
]
