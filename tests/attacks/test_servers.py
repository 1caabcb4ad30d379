"""Restarts, restores, migrations, a soak and a promotion: a few times each, and faults planted.

In this order: the last takes the site's own server away.
"""

import os
import time
from contextlib import ExitStack
from random import Random

import pytest

from bench.attacks import full_disk, full_files, migrations, promotion, soak
from bench.attacks.application import application
from bench.attacks.cluster import cluster
from bench.attacks.desk import Ledger
from bench.attacks.disks import small_disk
from bench.attacks.migrations import Migrations, Probe
from bench.attacks.restarts import DESK_CLAIMS, Reader, Restarts, known_pages, over
from bench.attacks.restore import Drill

CLAIMS = DESK_CLAIMS + 8
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")


@pytest.fixture(scope="module")
def attacked():
    """A site at work, and what an attack must know of it."""
    with cluster() as server, application(server) as site:
        seed = site.seed(CLAIMS)
        site.start()
        yield site, seed


def test_readers_are_told_or_answered_right_while_the_database_restarts(attacked):
    site, seed = attacked
    run = Restarts(site, seed, pace=4)
    run.run(2, away=0.1, between=3, chance=Random(1))
    # Two restarts in a few seconds are a larger share than the bar is for.
    assert [fault for fault in run.faults if "of the answers were 503" not in fault] == []
    assert run.right
    assert len(run.firsts) == 2


def test_a_wrong_answer_and_a_late_one_are_found(attacked):
    site, seed = attacked
    pages = dict.fromkeys(known_pages(site, seed), b"What it never was")
    reader = Reader(site, pages, 0.05)
    reader.start()
    time.sleep(1)
    reader.stop()
    assert reader.faults
    assert reader.counts["right"] == 0
    assert over(0.021, 0.9) == ["2.1% of the answers were 503"]
    assert over(0.019, 1.1) == ["The first good answer came after 1.10 s"]


def test_migrations_hold_nobody_up_and_change_nothing(attacked):
    site, seed = attacked
    run = Migrations(site, within=10)
    run.run("0018_link_checks", seed)
    assert run.faults == []
    assert run.right


def test_a_lock_that_is_held_and_a_row_that_changes_are_found(attacked):
    site, _seed = attacked
    run = Migrations(site, within=2)
    with site.cluster.connect() as connection:
        probe = Probe(site.cluster, "edition", "writing")
        with connection.transaction():
            connection.execute("LOCK TABLE claims_edition IN SHARE MODE")
            probe.start()
            time.sleep(0.5)
        probe.stop()
        assert probe.longest > 0.3
        before = migrations.digests(connection, migrations.columns(connection))
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("UPDATE claims_term SET live_count = live_count + 1")
            run.compare("a step", before, migrations.digests(connection, {"claims_term": {"id"}}))
            after = migrations.digests(connection, migrations.columns(connection))
            run.faults.clear()
            run.compare("a step", before, after)
    assert [fault.split(" was ")[0] for fault in run.faults] == ["a step: claims_term"]


def test_memory_connections_and_times_stay_as_they_were(attacked):
    site, seed = attacked
    run = soak.Soak(site, seed, pace=4)
    run.run(0.4)
    assert run.faults == []
    assert run.leaked() == (0, 0)
    assert all(run.percentiles())
    assert run.growth() < 1


def test_what_grows_or_leaks_is_found(attacked):
    site, seed = attacked
    bars = soak.Bars()
    fine = {"growth": 0.04, "slower": 0.09, "leaked": (0, 0), "most": 36, "bound": 36}
    assert soak.judged(**fine, bars=bars) == []
    for over_it in ({"growth": 0.06}, {"slower": 0.11}, {"leaked": (1, 0)}, {"most": 37}):
        assert len(soak.judged(**fine | over_it, bars=bars)) == 1
    assert soak.grown([100] * 20 + [106] * 20) == pytest.approx(0.06)
    run = soak.Soak(site, seed, pace=4)
    run.desk.stop()
    with site.cluster.connect("factcheck_app") as connection, connection.transaction():
        connection.execute("SELECT 1")
        assert run.leaked() == (1, 0)


def test_what_is_restored_is_what_was_dumped(attacked):
    site, seed = attacked
    drill = Drill(site, seed)
    drill.dump()
    assert drill.faults == []
    assert drill.restored
    # The drill has stopped it, as if its machine was gone.
    site.start()


def test_a_restore_that_lacks_a_row_is_found(attacked):
    site, seed = attacked
    drill = Drill(site, seed)
    expected = drill._digests()
    with site.cluster.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM claims_move WHERE id = (SELECT min(id) FROM claims_move)")
    drill._compare("dump", expected)
    assert [fault.split(":")[1].split()[0] for fault in drill.faults] == ["claims_move"]


@as_root
def test_no_file_is_left_by_half_on_a_full_disk(attacked):
    site, _seed = attacked
    counts, faults = full_files.fill(site, "package")
    assert faults == []
    assert counts["refused"] == 1
    whole = {"claims.csv": b"one\ntwo\n"}
    assert full_files.half_written({"claims.csv": b"one\ntw"}, whole)
    assert full_files.half_written({"claims.csv.unfinished": b""}, whole)


@as_root
def test_a_database_on_a_full_disk_refuses_in_words_and_goes_on(monkeypatch):
    monkeypatch.setattr(full_disk, "FULL_SECONDS", 2)
    _told, faults = full_disk.attack(64)
    assert faults == []


@as_root
def test_a_disk_that_is_never_full_and_a_traceback_are_found(attacked, monkeypatch):
    site, seed = attacked
    monkeypatch.setattr(full_disk, "batch", lambda _number: "[")
    monkeypatch.setattr(site, "command", lambda *_arguments, **pipes: run_broken(site, pipes))
    with small_disk(1) as disk:
        run = full_disk.FullDisk(site, disk, seed)
        run.bring()
        run.desk.stop()
    assert run.faults[0].startswith("A full disk is not said in words: Traceback")


def run_broken(site, pipes):
    return type(site).command(site, "-c", "raise OSError('No space left on device')", **pipes)


def test_an_editor_goes_on_when_a_standby_is_promoted(attacked, monkeypatch):
    site, seed = attacked
    monkeypatch.setattr(promotion, "PAUSED_SECONDS", 1)
    first = site.cluster
    # However soon it was: that a gap is found is shown here, too.
    run = promotion.Promotion(site, within=0)
    with ExitStack() as standbys:
        second = standbys.enter_context(promotion.standby_of(first, "second"))
        desk = run.start(seed, first, second)
        run.paused(desk, second)
        run.synchronous(desk, first, second)
        assert [fault.split(" for ")[0] for fault in run.faults] == [
            "synchronous: nothing was written"
        ]
        unknown = Ledger(edits=[("claim-a", "What nobody has kept.")])
        assert run.gone(second, unknown) == [f"an edit: {unknown.edits[0]}"]
        site.stop()
