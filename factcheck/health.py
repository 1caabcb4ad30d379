"""What a load balancer asks: is the process alive, and can it serve?"""

from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from factcheck import replicas
from factcheck.replicas.fleet import PRIMARY


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks the database nothing: a restart would not bring that back."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Status 503 until readers can be served, and what is missing in any case.

    Replicas serve readers without the primary, and without each other.
    """
    lost = replicas.lost()
    pending = [] if PRIMARY in lost else _pending()
    missing = ["database"] * (PRIMARY in lost) + pending
    missing += [f"replica {alias}" for alias in lost if alias != PRIMARY]
    is_served = any(alias not in lost for alias in settings.READER_REPLICAS) and not pending
    is_ready = is_served or not missing
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": is_ready, "missing": missing}, status=status)


def _pending() -> list[str]:
    # Named, because this request is a reader's, who may not read what has been migrated.
    recorder = MigrationRecorder(connections[PRIMARY])
    try:
        applied = recorder.applied_migrations()
    except (DatabaseError, InterfaceError):
        return ["database"]
    return [f"migration {app}.{name}" for app, name in _migrations() if (app, name) not in applied]


@cache
def _migrations() -> list[tuple[str, str]]:
    """All that this release brings. Without a connection: only the files are read."""
    return sorted(MigrationLoader(None).disk_migrations)
