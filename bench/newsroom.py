"""Publishing in a large archive: one claim's database time, and a newsroom's busiest minute.

python -m bench.newsroom EDITOR COUNT    (publishes that editor's share; run by ``measure``)
"""

import json
import os
import subprocess
import sys
import time
from typing import Any

import django

from bench.results import middle

EDITORS = 8
ONES = 20


def measure(total: int) -> dict[str, float]:
    """Milliseconds in the database for one; how many a minute, and how many failed."""
    ones = publish(EDITORS - 1, ONES)
    share = total // EDITORS
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.newsroom", str(editor), str(share)],
            stdout=subprocess.PIPE,
        )
        for editor in range(EDITORS)
    ]
    found = [json.loads(process.communicate()[0]) for process in processes]
    seconds = max(one["ended"] for one in found) - min(one["began"] for one in found)
    published = sum(one["published"] for one in found)
    return {
        "milliseconds": ones["milliseconds"],
        "queries": ones["queries"],
        "published": published,
        "failed": sum(one["failed"] for one in found),
        "a minute": published / max(seconds, 0.001) * 60,
    }


def prepare(total: int) -> int:
    """Brings drafts into review until there are that many; gives how many there are."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from claims.desk import workflow
    from claims.models import Claim

    waiting = Claim.objects.filter(status="in_review").count()
    researcher = get_user_model().objects.get(username="researcher-0")
    drafts = Claim.objects.filter(status="draft", editions=None).order_by("pk")
    for claim in drafts[: max(0, total - waiting)]:
        workflow.submit(claim, by=researcher, at=timezone.now())
    return Claim.objects.filter(status="in_review").count()


def publish(editor: int, count: int) -> dict[str, Any]:
    """One after the other, each read and published in its own transaction."""
    from django.contrib.auth import get_user_model
    from django.db import DatabaseError
    from django.utils import timezone

    from bench.sqltimes import timed_queries
    from claims.desk import workflow
    from claims.models import Claim
    from claims.record.composing import content_sha256

    by = get_user_model().objects.get(username=f"editor-{editor}")
    ids = Claim.objects.filter(status="in_review").order_by("pk").values_list("pk", flat=True)
    mine = [pk for pk in ids if pk // 1_000 % EDITORS == editor][:count]
    took, queries, failed = [], [], 0
    began = time.monotonic()
    for pk in mine:
        [claim] = Claim.objects.with_content().filter(pk=pk)
        content = workflow.preview([claim])[claim.slug]
        with timed_queries() as found:
            try:
                workflow.publish(
                    claim, by=by, at=timezone.now(), preview_sha256=content_sha256(content)
                )
            except (DatabaseError, workflow.TransitionError) as error:
                failed += 1
                print(f"{claim.slug}: {error}", file=sys.stderr)
        took.append(sum(milliseconds for _sql, milliseconds in found))
        queries.append(len(found))
    return {
        "milliseconds": middle(took),
        "queries": middle(queries),
        "published": len(mine) - failed,
        "failed": failed,
        "began": began,
        "ended": time.monotonic(),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.site_settings")
    django.setup()
    print(json.dumps(publish(int(sys.argv[1]), int(sys.argv[2]))))
