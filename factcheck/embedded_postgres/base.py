"""The database backend: Django's own for PostgreSQL, pointed at the embedded server."""

import os
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient as PostgresClient

from factcheck.embedded_postgres.folders import Folders
from factcheck.embedded_postgres.programs import program_folder
from factcheck.embedded_postgres.server import Server


class DatabaseClient(PostgresClient):
    """`manage.py dbshell`, with the wheel's own psql."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        place = running_server(settings_dict).connection_parameters
        located = settings_dict | {key.upper(): value for key, value in place.items()}
        arguments, environment = super().settings_to_cmd_args_env(located, parameters)
        return [str(program_folder() / cls.executable_name), *arguments[1:]], environment


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Patches what is returned, never the settings, which several threads share."""
        parameters: dict[str, Any] = super().get_connection_params()
        parameters.pop("throwaway", None)
        return parameters | running_server(self.settings_dict).connection_parameters


def running_server(settings_dict: dict[str, Any]) -> Server:
    server = configured_server(is_throwaway=settings_dict["OPTIONS"].get("throwaway", False))
    server.ensure_running()
    return server


def configured_server(*, is_throwaway: bool) -> Server:
    """The server of this checkout, running or not."""
    chosen = os.environ.get("FACTCHECK_PGDATA", "")
    return Server.at(
        Folders.of_checkout(settings.BASE_DIR, chosen=chosen, is_throwaway=is_throwaway)
    )
