"""How the API answers: always JSON, open to any page, errors as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import override
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

PROBLEM = "application/problem+json"


class BadParameters(APIException):
    """What is wrong with each parameter, by its name."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("The address asks for something that cannot be understood.")
        self.errors = errors


class Gone(APIException):
    """What was published and has been withdrawn: the detail is the reason."""

    status_code = status.HTTP_410_GONE


class AlwaysJSON(BaseContentNegotiation):
    """There is one format: asking for another is no reason to be refused."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class PublicView(APIView):
    """Readable by any page, without credentials; errors are in English."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with override("en"):
            return super().dispatch(request, *args, **kwargs)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What a browser asks before it sends ``If-None-Match`` from another site."""
        response = Response(status=status.HTTP_204_NO_CONTENT)
        response["Access-Control-Allow-Methods"] = "GET, HEAD"
        response["Access-Control-Allow-Headers"] = "If-None-Match"
        return response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Access-Control-Allow-Origin"] = "*"
        final["Access-Control-Expose-Headers"] = "ETag"
        return final

    def refuse_unknown(self, known: set[str]) -> None:
        """Raises BadParameters for what is no parameter here: a typing error is not ignored."""
        unknown = sorted(self.request.GET.keys() - known)
        if unknown:
            told = f"There is no such parameter. Known: {', '.join(sorted(known)) or 'none'}."
            raise BadParameters({name: [told] for name in unknown})


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; None for what is a fault of ours."""
    response = exception_handler(error, context)
    if response is None:
        return None
    code = response.status_code
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code}
    body["detail"] = (
        str(error.detail) if isinstance(error, APIException) else NotFound.default_detail
    )
    if isinstance(error, BadParameters):
        body["errors"] = error.errors
    headers = {name: response[name] for name in ("Allow",) if name in response}
    return Response(body, status=code, headers=headers, content_type=PROBLEM)
