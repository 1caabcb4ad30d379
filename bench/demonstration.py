"""The demonstration in a database of its own, served on loopback while a block runs.

The database is made for it and dropped afterwards, on the server that DATABASE_URL names or on
the embedded one.
"""

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

# Nothing is invented for a picture: these editions mend what the interview's fixture words badly.
CLARIFIED = "demand-stop-layoffs"
STATEMENT_EN = "Strikers demanded an end to layoffs; in the French version, that layoffs be banned."
STATEMENT_FR = (
    "Les grévistes demandaient l’interdiction des licenciements ; dans la version anglaise, "
    "leur arrêt."
)
NOTE_EN = "The statement now says in words which version says what."
NOTE_FR = "L’énoncé dit désormais en toutes lettres quelle version dit quoi."
REPEATED = "tco-us-share-75-restated"
REASON_EN = "It repeats another claim of the same interview, which keeps its verdict."
REASON_FR = "Elle répète une autre affirmation du même entretien, qui garde son verdict."


@contextmanager
def demonstration(*, is_corrected: bool = False) -> Iterator[str]:
    """The address of a site with the interview; with a correction and a withdrawal if asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
    django.setup()
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.db import connection, connections
    from django.test.runner import DiscoverRunner
    from django.test.testcases import LiveServerThread

    connection.settings_dict["TEST"]["NAME"] = "factcheck_shown"
    runner = DiscoverRunner(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    settings.FACTCHECK = settings.FACTCHECK | {"demo": True}
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    try:
        publish_interview()
        if is_corrected:
            correct()
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        address = f"http://127.0.0.1:{server.port}"
        settings.FACTCHECK = settings.FACTCHECK | {"base_url": address}
        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        yield address
    finally:
        if server.is_ready.is_set():
            server.terminate()
        connections.close_all()
        connection.close()
        runner.teardown_databases(databases)


def publish_interview() -> None:
    from claims.desk.roles import CHIEF_EDITOR, EDITOR, RESEARCHER
    from claims.management.commands.demo import Command
    from tests.factories import make_user

    roles = {"researcher": RESEARCHER, "editor": EDITOR, "chief": CHIEF_EDITOR}
    for name, role in roles.items():
        make_user(role, username=name)
    Command()._load_and_publish()


def correct() -> None:
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim, CorrectionClass
    from claims.record.publishing import Correction
    from tests.factories import publish, submit

    people = {user.username: user for user in get_user_model().objects.all()}
    clarified = Claim.objects.get(slug=CLARIFIED)
    workflow.revise(clarified, by=people["researcher"], at=timezone.now())
    clarified.statement_en, clarified.statement_fr = STATEMENT_EN, STATEMENT_FR
    clarified.save(update_fields=["statement_en", "statement_fr"])
    correction = Correction(CorrectionClass.CLARIFICATION, NOTE_EN, NOTE_FR)
    publish(
        submit(clarified, by=people["researcher"]),
        by=people["editor"],
        at=timezone.now() + datetime.timedelta(seconds=1),
        correction=correction,
    )
    repeated = Claim.objects.get(slug=REPEATED)
    workflow.withdraw(
        repeated,
        by=people["chief"],
        at=timezone.now(),
        reason_en=REASON_EN,
        reason_fr=REASON_FR,
    )
