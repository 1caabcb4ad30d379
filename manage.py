#!/usr/bin/env python
"""Run an administrative task: `manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.development")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError as error:
        raise SystemExit(
            "Django is not installed for this Python. "
            "Run `make demo` once, then use .venv/bin/python."
        ) from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # Its message is written for the person at the keyboard; the way there is not.
        if "--traceback" in sys.argv:
            raise
        raise SystemExit(str(error)) from None
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        raise SystemExit(f"The database does not answer: {error}. Try again later.") from None


if __name__ == "__main__":
    main()
