"""What is written down of a request: one line of JSON each, its id, and nobody's address."""

import datetime
import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_request_id: ContextVar[str] = ContextVar("request_id", default="")

# Whoever reads the log must not be able to use these: one-time links, and where somebody is.
SECRETS = [
    (re.compile(r"(/login/link/)[^/\s\"']+"), r"\1…"),
    (re.compile(r"(\bip=)[^\s:,]+(:[0-9a-f:.]+)?", re.IGNORECASE), r"\1…"),
]


class RequestIdMiddleware:
    """Names each request, in its log lines and for whoever reports what went wrong."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = secrets.token_hex(8)
        token = _request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response


class JSONFormatter(logging.Formatter):
    """One record is one line, whatever line breaks its input had: JSON escapes them."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if name := _request_id.get():
            line["request"] = name
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info:
            line["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line)


def without_secrets(text: str) -> str:
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text
