"""Addresses that readers can follow: of the web, and of nothing else that a browser might open."""

from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

web_address = URLValidator(
    schemes=["http", "https"], message=_("Write the full address, starting with https://.")
)
