"""Readers' addresses, under a language prefix."""

from django.urls import path

from claims.conditional import conditional
from claims.views.claim import claim
from claims.views.claim_list import claim_list
from claims.views.corrections import corrections
from claims.views.data import data
from claims.views.document import differences, document
from claims.views.history import claim_edition, history
from claims.views.home import home
from claims.views.machines import embed, frameable
from claims.views.method import method
from claims.views.report import report
from claims.views.term import claimant, topic

app_name = "claims"
urlpatterns = [
    path("", conditional(home), name="home"),
    path("claims/", conditional(claim_list), name="claim_list"),
    path("claims/<slug:slug>/", conditional(claim), name="claim"),
    path("claims/<slug:slug>/history/", conditional(history), name="claim_history"),
    path(
        "claims/<slug:slug>/editions/<int:number>/",
        conditional(claim_edition),
        name="claim_edition",
    ),
    path("claims/<slug:slug>/embed/", frameable(conditional(embed)), name="claim_embed"),
    path("corrections/", conditional(corrections), name="corrections"),
    path("claims/<slug:slug>/report/", report, name="report"),
    path("documents/<slug:slug>/", conditional(document), name="document"),
    path("documents/<slug:slug>/differences/", conditional(differences), name="differences"),
    path("topics/<slug:slug>/", conditional(topic), name="topic"),
    path("claimants/<slug:slug>/", conditional(claimant), name="claimant"),
    path("method/", conditional(method), name="method"),
    path("data/", conditional(data), name="data"),
]
