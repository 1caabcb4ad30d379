"""``manage.py demo``: a site with its first interview, published and served on this machine."""

import os
import secrets
import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pghistory
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from claims.desk import workflow
from claims.desk.roles import CHIEF_EDITOR, EDITOR, RESEARCHER
from claims.models import Claim, Document, Edition, Status
from claims.record.composing import content_sha256

FIXTURES = [settings.BASE_DIR / "fixtures" / f"{name}.json" for name in ("scale", "interview")]
# One account for each role, and one for the person who runs the machine.
ACCOUNTS = {
    "researcher": RESEARCHER,
    "editor": EDITOR,
    "chief": CHIEF_EDITOR,
    "admin": None,
}


class Command(BaseCommand):
    help = (
        "Prepare a demonstration: migrate, load the interview, publish it, make one account for "
        "each role, and serve it on loopback. A second run keeps what was edited."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port to serve on.")
        parser.add_argument("--no-serve", action="store_true", help="Prepare, then exit.")
        parser.add_argument("--reset", action="store_true", help="Delete everything, start over.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.FACTCHECK["demo"]:
            raise CommandError(
                "This is not a demonstration: manage.py demo runs with the development settings."
            )
        if not options["no_serve"]:
            refuse_taken_port(options["port"])
        if options["reset"]:
            self._reset()
        self.stdout.write("Preparing the database…")
        call_command("migrate", verbosity=0)
        accounts = make_accounts()
        if not Document.objects.exists():
            self._load_and_publish()
        self._tell(options["port"], accounts)
        if not options["no_serve"]:
            self._serve(options["port"])

    def _reset(self) -> None:
        refuse_real_record()
        self.stdout.write("Deleting what is there…")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
            cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC;")
        password_file().unlink(missing_ok=True)

    @transaction.atomic
    def _load_and_publish(self) -> None:
        """All or nothing: a demonstration that was broken off starts over."""
        self.stdout.write("Loading the interview…")
        users = get_user_model().objects
        researcher, editor = users.get(username="researcher"), users.get(username="editor")
        with pghistory.context(user=researcher.pk):
            call_command("importfixture", *FIXTURES, verbosity=0)
        claims = Claim.objects.with_content().filter(status=Status.DRAFT)
        for claim in self._progress(list(claims), "Submitting"):
            workflow.submit(claim, by=researcher, at=timezone.now())
        self.stdout.write("Publishing…")
        in_review = list(Claim.objects.with_content().filter(status=Status.IN_REVIEW))
        contents = workflow.preview(in_review)
        workflow.publish_many(
            {slug: content_sha256(content) for slug, content in contents.items()},
            by=editor,
            at=timezone.now(),
        )

    def _progress(self, claims: list[Claim], label: str) -> Iterator[Claim]:
        if sys.stderr.isatty():
            yield from tqdm(claims, desc=label, leave=False)
        else:
            self.stdout.write(f"{label} {len(claims)} claims…")
            yield from claims

    def _tell(self, port: int, accounts: dict[str, str]) -> None:
        live = Edition.objects.live().count()
        address = f"http://127.0.0.1:{port}"
        lines = [
            "",
            f"{live} claims are published.",
            f"  Readers:  {address}/",
            f"  Editors:  {address}/admin/",
            "",
            "Accounts:",
            *(f"  {name:<12}{password}" for name, password in accounts.items()),
            "",
        ]
        self.stdout.write("\n".join(lines))

    def _serve(self, port: int) -> None:
        settings.FACTCHECK["base_url"] = f"http://127.0.0.1:{port}"
        signal.signal(signal.SIGTERM, end)
        # That this server is not for production has been said in better words.
        os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
        self.stdout.write(
            "Press Ctrl-C to stop. A public site runs otherwise: docs/administration.md"
        )
        call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, insecure_serving=True)


def end(*_signal: Any) -> NoReturn:
    """Ends like Ctrl-C, so that the embedded database stops too; asked again, goes on ending."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used ({error}): "
                "choose another, as in “make demo PORT=8001”."
            ) from error


def refuse_real_record() -> None:
    """Deleting is for demonstrations: a desk at real work is not touched.

    A demonstration is published in the transaction that loads it, so documents without any
    edition are somebody's work.
    """
    if "claims_edition" not in connection.introspection.table_names():
        return
    real = Edition.objects.exclude(payload="").exclude(payload__contains='"is_demonstration":true')
    if real.exists() or (Document.objects.exists() and not Edition.objects.exists()):
        raise CommandError("This database holds work that is no demonstration: nothing is deleted.")


def make_accounts() -> dict[str, str]:
    """Each account's password, or what is known of it, by user name.

    Passwords are generated once and kept in a file that only this user can read.
    """
    known = read_passwords()
    shown = {}
    for name, role in ACCOUNTS.items():
        user, is_new = get_user_model().objects.get_or_create(
            username=name,
            defaults={"is_staff": True, "is_superuser": role is None},
        )
        if is_new:
            known[name] = secrets.token_urlsafe(9)
            user.set_password(known[name])
            user.save()
        note_origin(name)
        if role:
            user.groups.add(Group.objects.get(name=role))
        is_current = name in known and user.check_password(known[name])
        shown[name] = known[name] if is_current else "(the password you gave it)"
    write_passwords(known)
    return shown


def note_origin(name: str) -> None:
    """Its password has been printed: a public site refuses to start with such an account."""
    # Asked for by its name: claims do not import the project, which the accounts belong to.
    events: Any = apps.get_model("accounts", "AccountEvent")
    about = {"happening": "demonstration", "account": name}
    if not events.objects.filter(**about).exists():
        events.objects.create(**about, at=timezone.now())


def password_file() -> Path:
    return Path(settings.BASE_DIR) / ".demo-accounts"


def read_passwords() -> dict[str, str]:
    if not password_file().exists():
        return {}
    lines: Iterable[str] = password_file().read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines if " " in line)


def write_passwords(passwords: dict[str, str]) -> None:
    file = password_file()
    file.touch(mode=0o600)
    file.write_text("".join(f"{name} {password}\n" for name, password in passwords.items()))
