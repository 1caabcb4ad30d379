from django.contrib import admin
from django.urls import path

from bench.stock.views import ClaimList, ClaimPage

urlpatterns = [
    path("admin/", admin.site.urls),
    path("claims/", ClaimList.as_view()),
    path("claims/<slug:slug>/", ClaimPage.as_view()),
]
