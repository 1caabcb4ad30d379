"""One request of the public web: what is sent, what is taken, and where it ends."""

import socket
import ssl
import subprocess
import threading

import pytest

from claims.desk import fetching
from claims.desk.fetching import Fetcher
from claims.desk.outgoing import FetchError
from tests.strange_sites import (
    OnlySite,
    drip,
    endless,
    on_get,
    packed,
    raw,
    redirect,
    serving,
    silence,
    status,
)

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def answers():
    """What the site answers, by path: each test writes into it."""
    return {"/page": status(200)}


@pytest.fixture
def site(answers):
    with serving(answers) as sites:
        yield sites[0]


@pytest.fixture
def fetch(site):
    fetcher = Fetcher("factcheck-links/1 (+https://desk.example/)", OnlySite(site))
    return lambda path: fetcher.fetch(site.url(path))


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.6)


def reason(fetch, path):
    with pytest.raises(FetchError) as caught:
        fetch(path)
    return caught.value.reason


def methods(site):
    return [head.split(" ")[0] for head in site.asked]


def test_a_page_is_asked_for_without_its_text(site, fetch):
    assert fetch("/page").status == 200
    assert methods(site) == ["HEAD"]


def test_the_request_says_who_asks_and_takes_nothing_packed(site, fetch):
    fetch("/page")
    assert site.asked[0].split("\r\n") == [
        "HEAD /page HTTP/1.1",
        f"Host: 127.0.0.1:{site.port}",
        "User-Agent: factcheck-links/1 (+https://desk.example/)",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
        "",
        "",
    ]


@pytest.mark.parametrize("head", [status(405), status(404), status(403), status(500), raw()])
def test_a_site_that_does_not_understand_head_is_asked_for_the_page(site, fetch, answers, head):
    answers["/odd"] = on_get(status(200), head)
    assert fetch("/odd").status == 200
    assert methods(site) == ["HEAD", "GET"]


def test_a_site_that_keeps_silent_at_head_is_asked_for_the_page(site, fetch, answers, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 3.0)
    answers["/odd"] = on_get(status(200), silence)
    assert fetch("/odd").status == 200
    assert methods(site) == ["HEAD", "GET"]


def test_what_the_page_answers_counts(fetch, answers):
    answers["/gone"] = on_get(status(410), status(404))
    assert fetch("/gone").status == 410


def test_five_redirects_are_followed_and_no_more(fetch, answers):
    answers |= {f"/{step}": redirect(f"/{step - 1}") for step in range(2, 7)}
    answers["/1"] = redirect("/page")
    assert fetch("/5").status == 200
    assert reason(fetch, "/6") == "too_many_hops"


def test_only_permanent_redirects_are_a_move(site, fetch, answers):
    answers |= {"/old": redirect("/new", 301), "/new": redirect("/page", 302)}
    answer = fetch("/old")
    assert (answer.moved_to, answer.url) == (site.url("/new"), site.url("/page"))
    answers["/old"] = redirect("/new", 302)
    answers["/new"] = redirect("/page", 301)
    assert fetch("/old").moved_to == ""


def test_a_redirect_in_other_letters_is_followed(fetch, answers):
    answers["/old"] = redirect("/жаңа бет")
    answers["/%D0%B6%D0%B0%D2%A3%D0%B0%20%D0%B1%D0%B5%D1%82"] = status(200)
    assert fetch("/old").status == 200


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("http://127.0.0.2/", "not_public"),
        ("http://[64:ff9b::7f00:1]/", "not_public"),
        ("http://127.1/", "odd_host"),
        ("http://[::1", "odd_host"),
        ("http://127.0.0.1:22/", "odd_port"),
        ("file:///etc/passwd", "not_web"),
        ("http://a@127.0.0.1/", "user_info"),
    ],
)
def test_each_redirect_is_checked_anew(fetch, answers, to, expected):
    answers["/old"] = redirect(to)
    assert reason(fetch, "/old") == expected


def test_a_redirect_that_says_not_where_is_an_answer_as_it_is(fetch, answers):
    answers["/old"] = status(302)
    assert fetch("/old").status == 302


def looking_up(site, *addresses, count=None):
    def lookup(host, port, **_options):
        if count is not None:
            count.append(host)
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    return lambda path: Fetcher("test", OnlySite(site), lookup).fetch(
        site.url(path, host="desk.example")
    )


def test_the_host_is_looked_up_once_and_named_in_the_request(site, answers):
    count = []
    answers["/odd"] = on_get(status(200))
    assert looking_up(site, "127.0.0.1", count=count)("/odd").status == 200
    assert count == ["desk.example"]
    assert len(site.asked) == 2
    assert all(f"Host: desk.example:{site.port}" in head for head in site.asked)


def test_one_answer_that_is_not_public_is_enough_to_refuse(site):
    assert reason(looking_up(site, "127.0.0.1", "10.0.0.1"), "/page") == "not_public"
    assert site.asked == []


def test_a_host_without_addresses_is_no_host(site):
    assert reason(looking_up(site), "/page") == "no_host"


@pytest.mark.parametrize(
    ("number", "expected"), [(socket.EAI_NONAME, "no_host"), (socket.EAI_AGAIN, "no_lookup")]
)
def test_a_name_that_is_not_found_is_told_from_a_look_up_that_fails(site, number, expected):
    def fail(*_given, **_options):
        raise socket.gaierror(number, "no")

    fetcher = Fetcher("test", OnlySite(site), fail)
    assert reason(fetcher.fetch, "http://desk.example/") == expected


def test_a_look_up_does_not_outlast_the_deadline(site, impatient):
    waiting = threading.Event()
    fetcher = Fetcher("test", OnlySite(site), lambda *_given, **_options: waiting.wait(5))
    assert reason(fetcher.fetch, "http://desk.example/") == "too_slow"
    waiting.set()


def test_a_port_that_nobody_listens_on_is_no_connection(site):
    site.shutdown()
    site.server_close()
    fetcher = Fetcher("test", OnlySite(site))
    assert reason(fetcher.fetch, site.url()) == "no_connection"


@pytest.mark.parametrize(
    "answer",
    [
        silence,
        drip(OK + b"X-Drop: ", pause=0.05),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.05),
        on_get(drip(OK + b"\r\n", pause=0.05)),
    ],
    ids=["silence", "head", "continue", "body"],
)
def test_the_deadline_is_for_all_of_it_however_slowly_it_drips(fetch, answers, answer, impatient):
    answers["/slow"] = answer
    assert reason(fetch, "/slow") == "too_slow"


@pytest.mark.parametrize(
    "answer",
    [
        status(200, f"X-Huge: {'x' * 100_000}"),
        status(200, *(f"X-{number}: x" for number in range(200))),
        endless(OK, b"X-More: more\r\n" * 50),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
        raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        raw(b"HTTP/1.1 what\r\n\r\n"),
        raw(),
        on_get(raw(OK + b"Content-Length: 500\r\n\r\nhalf a page")),
        on_get(raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
    ],
    ids=["header", "headers", "head", "continue", "ssh", "status", "nothing", "half", "chunks"],
)
def test_what_is_no_whole_answer_is_told(fetch, answers, answer):
    answers["/odd"] = answer
    assert reason(fetch, "/odd") == "broken_answer"


@pytest.mark.parametrize(
    "beginning",
    [b"\r\n", b"Content-Length: 99999999999\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n-1\r\n"],
)
def test_of_a_page_without_an_end_two_megabytes_are_taken(
    site, fetch, answers, beginning, monkeypatch
):
    taken = []
    receive = fetching.Wire.receive_into

    def count(wire, buffer):
        taken.append(receive(wire, buffer))
        return taken[-1]

    monkeypatch.setattr(fetching.Wire, "receive_into", count)
    answers["/endless"] = on_get(endless(OK + beginning, bytes(1 << 16)))
    assert fetch("/endless").status == 200
    assert 2 << 20 <= sum(taken) < (2 << 20) + (1 << 17)


def test_nothing_is_unpacked(fetch, answers, monkeypatch):
    def refuse(*_given, **_options):
        raise AssertionError("unpacked")

    answers["/bomb"] = on_get(packed(100))
    monkeypatch.setattr("zlib.decompress", refuse)
    monkeypatch.setattr("zlib.decompressobj", refuse)
    assert fetch("/bomb").status == 200


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for desk.example that only its owner vouches for."""
    folder = tmp_path_factory.mktemp("certificate")
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", folder / "key", "-out", folder / "certificate", "-days", "2",
         "-subj", "/CN=desk.example", "-addext", "subjectAltName=DNS:desk.example"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def secure_site(site, certificate):
    """The site behind TLS; ``asked_names`` are what it was asked for by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "certificate", certificate / "key")
    site.asked_names = []
    context.sni_callback = lambda _line, name, _context: site.asked_names.append(name)
    site.socket = context.wrap_socket(site.socket, server_side=True)
    return site


def ask_securely(site, host):
    def lookup(_host, port, **_options):
        return [(0, 0, 0, "", ("127.0.0.1", port))]

    url = site.url("/page", host=host).replace("http:", "https:")
    return Fetcher("test", OnlySite(site), lookup).fetch(url)


def trust(monkeypatch, certificate):
    context = ssl.create_default_context(cafile=certificate / "certificate")
    monkeypatch.setattr(fetching, "_context", lambda: context)


def test_a_secure_site_is_asked_by_its_name(secure_site, certificate, monkeypatch):
    trust(monkeypatch, certificate)
    assert ask_securely(secure_site, "desk.example").status == 200
    assert secure_site.asked_names == ["desk.example"]


def test_a_certificate_that_nobody_vouches_for_is_told(secure_site):
    with pytest.raises(FetchError) as caught:
        ask_securely(secure_site, "desk.example")
    assert caught.value.reason == "certificate"


def test_a_certificate_of_another_host_is_told(secure_site, certificate, monkeypatch):
    trust(monkeypatch, certificate)
    with pytest.raises(FetchError) as caught:
        ask_securely(secure_site, "other.example")
    assert caught.value.reason == "certificate"
    assert secure_site.asked == []
