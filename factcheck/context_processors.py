"""What every template may ask about the site it is on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site": settings.FACTCHECK,
        "is_demo": settings.FACTCHECK["demo"],
        # Only where the replica that serves is older than readers expect.
        "read_as_of": getattr(request, "read_as_of", None),
    }
