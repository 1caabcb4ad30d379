"""What a load balancer asks: is the process alive, and can it serve?"""

from functools import cache
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks the database nothing: a restart would not bring that back."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Status 503 and what is missing, until the database answers with every migration applied."""
    missing = list(_missing())
    status = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
    return JsonResponse({"ready": not missing, "missing": missing}, status=status)


def _missing() -> list[str]:
    # Named, because this request is a reader's, who may not read what has been migrated.
    recorder = MigrationRecorder(connections["default"])
    try:
        applied = recorder.applied_migrations()
    except (DatabaseError, InterfaceError):
        return ["database"]
    return [f"migration {app}.{name}" for app, name in _migrations() if (app, name) not in applied]


@cache
def _migrations() -> list[tuple[str, str]]:
    """All that this release brings. Without a connection: only the files are read."""
    return sorted(MigrationLoader(None).disk_migrations)
