"""The attacks from outside, a few times each, on a server and a site of their own."""

from random import Random

import pytest

from bench.attacks.application import application
from bench.attacks.batches import NONE, WHOLE, batch_sizes, half_imported
from bench.attacks.cluster import cluster
from bench.attacks.crashes import Crashes
from bench.attacks.desk import Ledger, await_work, desks
from bench.attacks.invariants import broken, lost
from bench.attacks.kills import OLD, Kills, half_written

CLAIMS = 12


@pytest.fixture(scope="module")
def attacked():
    """A site at work, and what an attack must know of it."""
    with cluster() as server, application(server) as site:
        seed = site.seed(CLAIMS)
        site.start()
        yield site, seed


def test_nothing_acknowledged_is_lost_when_the_application_is_killed(attacked):
    site, seed = attacked
    run = Kills(site, seed, Random(1))
    run.of_workers(2)
    run.of_imports(2)
    run.of_exports(4)
    run.check()
    assert run.faults == []
    assert run.counts["workers"] == 2
    assert run.counts["acknowledged"]


def test_nothing_acknowledged_is_lost_when_postgresql_is_killed(attacked):
    site, seed = attacked
    run = Crashes(site, seed, Random(1))
    run.run(2)
    assert run.faults == []
    assert run.counts["acknowledged"]


def test_the_attacks_find_what_is_lost_or_half_done(attacked):
    """What they look for is planted: a test that cannot fail says nothing."""
    site, seed = attacked
    [desk] = desks(site, seed, 1, CLAIMS)
    await_work([desk], 1)
    ledger = desk.stop()
    assert ledger.faults == []
    slug, text = ledger.edits[0]
    with site.cluster.connect() as connection:
        assert lost(connection, [ledger]) == []
        assert broken(connection) == []
        ledger.moves[slug, "publish"] += 1000
        ledger.published.append((slug, "0" * 64))
        assert len(lost(connection, [ledger])) == 2
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("DELETE FROM claims_claimevent WHERE statement_en = %s", [text])
            assert f"an edit: {(slug, text)}" in lost(connection, [Ledger(edits=[(slug, text)])])
            connection.execute(
                "UPDATE claims_claim SET status = 'withdrawn' WHERE slug = %s", [slug]
            )
            assert any("last move" in one for one in broken(connection))


def test_half_an_import_and_half_a_file_are_found(attacked, tmp_path):
    site, _seed = attacked
    with site.cluster.connect() as connection:
        assert batch_sizes(connection, 999) == NONE
        assert half_imported(connection, 999, 0) == ["An acknowledged import is lost"]
        assert half_imported(connection, 999, -9) == []
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(
                "UPDATE claims_claim SET slug = 'batch-999-1' WHERE id = (SELECT min(id) FROM "
                "claims_claim)"
            )
            assert half_imported(connection, 999, -9)[0].startswith("Half an import")
    assert WHOLE["claim"]
    (tmp_path / "claims.csv").write_bytes(b"one\ntw")
    assert half_written(tmp_path, {"claims.csv": b"one\ntwo\n"})
    (tmp_path / "claims.csv").write_bytes(OLD)
    assert half_written(tmp_path, {"claims.csv": b"one\ntwo\n"}) == []
