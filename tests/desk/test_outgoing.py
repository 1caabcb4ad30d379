"""Which addresses are asked at all, and what a host means before it is looked up."""

import ipaddress

import pytest

from claims.desk.outgoing import FetchError, Policy, place_of

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"]
# Each of these classes is one that Python's is_global lets through on 3.12 or 3.13.
TAKEN_FOR_GLOBAL = [
    "168.63.129.16",
    "192.0.0.9",
    "192.0.0.192",
    "192.88.99.1",
    "224.0.0.1",
    "::127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "200::1",
    "2001:1::1",
    "2001:20::1",
    "2002:7f00:1::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "a000::1",
    "fec0::1",
    "ff0e::1",
]
PLAINLY_PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.31.255.255",
    "192.168.0.1",
    "198.18.0.1",
    "203.0.113.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "fd00:ec2::254",
    "fe80::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_web_is_asked(address):
    assert Policy().allows(ipaddress.ip_address(address), 443)


@pytest.mark.parametrize("address", TAKEN_FOR_GLOBAL + PLAINLY_PRIVATE)
def test_nothing_else_is_asked(address):
    assert not Policy().allows(ipaddress.ip_address(address), 443)


@pytest.mark.parametrize("port", [0, 21, 22, 25, 79, 81, 444, 5432, 8000, 8080, 65535])
def test_the_ports_of_the_web_alone_are_asked(port):
    assert not Policy().allows(ipaddress.ip_address("8.8.8.8"), port)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://news.example/strike?id=1#top", "https://news.example/strike?id=1"),
        ("HTTP://News.Example", "http://news.example/"),
        ("http://news.example.:80/", "http://news.example/"),
        ("http://news.example:443/", "http://news.example:443/"),
        (
            "https://пример.испытание/ж?ж=1",
            "https://xn--e1afmkfd.xn--80akhbyknj4f/%D0%B6?%D0%B6=1",
        ),
        ("https://news.example/a%20b/é", "https://news.example/a%20b/%C3%A9"),
        ("http://８.８.８.８/", "http://8.8.8.8/"),
        ("http://news。example/", "http://news.example/"),
        ("https://[2606:4700:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://my_host.news.example/", "https://my_host.news.example/"),
    ],
)
def test_an_address_becomes_what_every_program_understands(url, place):
    assert place_of(url, Policy()).url == place


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://news.example/", "not_web"),
        ("file:///etc/passwd", "not_web"),
        ("//news.example/", "not_web"),
        ("news.example", "not_web"),
        ("http://news.example/a\r\nHost: x", "not_web"),
        ("http://news.example/\x00", "not_web"),
        ("http://news.example/a b", "not_web"),
        ("http:\\\\news.example", "not_web"),
        ("https://news.example/" + "x" * 2000, "not_web"),
        ("http://me@news.example/", "user_info"),
        ("http://@news.example/", "user_info"),
        ("http://news.example:8080/", "odd_port"),
        ("http://news.example:0/", "odd_port"),
        ("http://news.example:99999/", "odd_host"),
        ("http://news.example:x/", "odd_host"),
        ("http:///path", "odd_host"),
        ("http://straße.example/", "odd_host"),
        ("http://a\u200db.example/", "odd_host"),
        ("http://news%2eexample/", "odd_host"),
        ("http://news..example/", "odd_host"),
        ("http://news.example,other.example/", "odd_host"),
        ("http://" + "x" * 64 + ".example/", "odd_host"),
        ("http://" + "x." * 200 + "example/", "odd_host"),
        ("http://[::1/", "odd_host"),
        ("http://[fe80::1%25eth0]/", "odd_host"),
        ("http://[v1.x]/", "odd_host"),
        ("http://news.example\u2100/", "odd_host"),
    ],
)
def test_what_programs_would_read_differently_is_refused(url, reason):
    with pytest.raises(FetchError) as caught:
        place_of(url, Policy())
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "host",
    ["2130706433", "017700000001", "0x7f000001", "0x7f.1", "127.1", "127.0.1", "0", "1.2.3.4.5",
     "127.0.0.01", "256.1.1.1", "news.123", "news.0x1f", "１２７.1"],
)  # fmt: skip
def test_a_number_is_an_address_in_its_usual_form_or_nothing(host):
    with pytest.raises(FetchError) as caught:
        place_of(f"http://{host}/", Policy())
    assert caught.value.reason == "odd_host"
