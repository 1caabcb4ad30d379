"""`python -m factcheck.embedded_postgres stop` stops this checkout's servers (`make stop`)."""

import os
import sys

import django

from factcheck.embedded_postgres.base import configured_server


def main(arguments: list[str]) -> int:
    if arguments != ["stop"]:
        print("Usage: python -m factcheck.embedded_postgres stop")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.development")
    django.setup()
    stopped = [configured_server(is_throwaway=kind).stop() for kind in (False, True)]
    print("Stopped." if any(stopped) else "Nothing was running.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
