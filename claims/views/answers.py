"""Answers to programs: open to any page, and errors as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse


def for_all[Response: HttpResponse | StreamingHttpResponse](response: Response) -> Response:
    """Published data may be read by any page."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def problem(status: HTTPStatus, **details: Any) -> HttpResponse:
    """Why there is no other answer."""
    body = {"title": status.phrase, "status": status.value, **details}
    media_type = "application/problem+json"
    return for_all(JsonResponse(body, status=status, content_type=media_type))
