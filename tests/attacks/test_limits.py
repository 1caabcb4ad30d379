"""Requests beyond the limits, and slow ones, at a site as production serves it."""

import pytest

from bench.attacks import limits
from bench.attacks.application import application
from bench.attacks.cluster import cluster


@pytest.fixture(scope="module")
def site():
    with cluster() as server, application(server) as site:
        site.slugs = list(site.seed(3)["claims"])
        yield site
        site.stop()


def test_what_is_beyond_a_limit_is_refused_and_slow_senders_keep_nobody_out(site):
    site.start()
    found, faults = limits.beyond_limits(site.port, limits.cases(site.slugs[0]))
    assert faults == []
    assert {400, 411, 413, 414, 431} == set(found)
    told, faults = limits.slowly(site, site.slugs, connections=60, readers=4, seconds=6)
    site.stop()
    assert faults == []
    assert "60 slow connections" in told


def test_the_attack_finds_threads_that_slow_senders_keep(site):
    """A test that cannot fail says nothing."""
    site.start("--worker-class", "gthread", workers=1)
    _told, faults = limits.slowly(site, site.slugs, connections=20, readers=2, seconds=3)
    site.stop()
    assert any("waited up to" in fault for fault in faults)
