"""The same questions of archives of several sizes: what is asked of one, as its own process says.

DATABASE_URL=… python -m bench.growth
"""

import json
import os
from typing import Any

import django

from bench import databases

type Question = tuple[str, dict[str, str]]


def questions(address: str) -> dict[str, Question]:
    """Path and headers by operation; the names are the same in every archive."""
    settings = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "bench.site_settings"}
    found: dict[str, Any] = json.loads(databases.run("bench.growth", capture=True, **settings))
    return {name: (path, headers) for name, (path, headers) in found.items()}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.site_settings")
    django.setup()
    from bench.addresses import choose, operations
    from bench.logins import session_key

    cookie = {"Cookie": f"sessionid={session_key()}"}
    print(
        json.dumps(
            {
                operation.name.partition(" at row")[0]: (
                    operation.ours[0],
                    cookie if operation.is_admin else {},
                )
                for operation in operations(choose())
                if not operation.is_conditional
            }
        )
    )
