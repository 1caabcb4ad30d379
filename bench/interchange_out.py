"""One reading of the whole record in a process of its own: ours, or PostgreSQL's COPY.

Run by ``bench.interchange``, with what is to be read and the name of the database.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, os.getcwd())
what, database = sys.argv[1:]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings.test")
django.setup()

from django.conf import settings  # noqa: E402

for one in settings.DATABASES.values():
    one["NAME"] = database

from django.db import connection, connections, router  # noqa: E402

from claims.interchange.files import FILES  # noqa: E402
from claims.models import Edition  # noqa: E402

connection.ensure_connection()
connections[router.db_for_read(Edition)].ensure_connection()
start = time.perf_counter()
first = 0.0
size = 0
if what == "COPY":
    with connection.cursor() as cursor:
        command = "COPY (SELECT payload FROM claims_edition ORDER BY sequence) TO STDOUT"
        with cursor.copy(command) as copy:
            for block in copy:
                first = first or time.perf_counter() - start
                size += len(block)
else:
    file = FILES["record.jsonl"]
    for block in file.blocks(file.editions()):
        first = first or time.perf_counter() - start
        size += len(block)
seconds = time.perf_counter() - start
# What the process itself held at most: getrusage begins with what its parent had.
status = Path("/proc/self/status").read_text(encoding="ascii")
memory = int(status.partition("VmHWM:")[2].split()[0]) >> 10
print(json.dumps({"seconds": seconds, "first": first, "size": size, "memory": memory}))
