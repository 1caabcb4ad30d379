"""Hostile addresses: nothing but the public web is connected to, and the attack would notice."""

import ipaddress
import socket

import pytest

from bench.attacks import ssrf
from claims.desk import fetching
from tests.strange_sites import OnlySite


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """Less of it than the real one: whoever drips has as little success with five seconds."""
    monkeypatch.setattr(fetching, "SECONDS", 5.0)


def test_no_hostile_address_leads_inside():
    outcome = ssrf.attack()
    assert outcome.faults == []
    assert outcome.connections == 0
    assert outcome.counts.total() > 170
    assert outcome.counts["answered"] == 8


FORGOTTEN = {
    "NAT64": "64:ff9b::/96",
    "loopback": "127.0.0.0/8",
    "mapped": "::ffff:0:0/96",
}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_the_attack_finds_a_policy_that_forgets(name):
    """A test that cannot fail says nothing."""
    network = ipaddress.ip_network(FORGOTTEN[name])

    class Forgetful(OnlySite):
        def allows(self, address, port):
            return address in network or super().allows(address, port)

    outcome = ssrf.attack(make_policy=Forgetful, only=name)
    assert outcome.connections > 0
    assert outcome.faults


def test_the_attack_finds_a_connection_to_another_address_than_was_checked(monkeypatch):
    """What a client does that looks the name up again when it connects."""

    def again(place, _addresses, deadline):
        return socket.create_connection(("127.0.0.2", place.port), deadline.left())

    monkeypatch.setattr(fetching, "_connected", again)
    outcome = ssrf.attack(only="turns after the look-up")
    assert outcome.connections > 0
