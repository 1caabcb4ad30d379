"""What search engines are told."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """A demonstration stays out of search engines, a real site keeps only its desk out."""
    kept_out = "/" if settings.FACTCHECK["demo"] else reverse("admin:index")
    sitemap = f"{settings.FACTCHECK['base_url']}{reverse('sitemap')}"
    text = f"User-agent: *\nDisallow: {kept_out}\nSitemap: {sitemap}\n"
    return HttpResponse(text, content_type="text/plain")
