"""A request on its way in: where it ends, what is too much, and how long it may take."""

import pytest

from factcheck import arrival
from factcheck.arrival import Arrival, ArrivedUnreader, Refused

GET = b"GET /en/ HTTP/1.1\r\nHost: a.example\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a.example\r\ncontent-LENGTH:  5 \r\n\r\n"


@pytest.fixture
def arrived():
    """Makes an arrival of these pieces, at 100 seconds."""
    made = []

    def make(*pieces):
        made.append(Arrival(100))
        for piece in pieces:
            made[-1].take(piece, 100)
        return made[-1]

    yield make
    for found in made:
        found.close()


def content(found):
    unreader = ArrivedUnreader(found)
    return b"".join(iter(unreader.chunk, b""))


@pytest.mark.parametrize(
    ("whole", "rest"),
    [(GET, b""), (GET, GET), (POST + b"abcde", b""), (POST + b"abcde", b"GET /")],
)
@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_it_ends_at_the_same_byte_however_it_comes(arrived, whole, rest, size):
    found = arrived()
    sent = whole + rest
    pieces = [sent[place : place + size] for place in range(0, len(sent), size)]
    count = 0
    while not found.is_whole:
        found.take(pieces[count], 101)
        count += 1
    assert content(found) == whole
    assert whole + found.rest == b"".join(pieces[:count])


@pytest.mark.parametrize("sent", [b"", GET[:-1], GET[:-2], POST, POST + b"abcd"])
def test_it_is_not_whole_before_its_last_byte(arrived, sent):
    assert not arrived(sent).is_whole


@pytest.mark.parametrize(
    "fields",
    [
        ["Content-Length: -1"],
        ["Content-Length: +5"],
        ["Content-Length: 5, 5"],
        ["Content-Length: 5", "Content-Length: 5"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Content-Length : 5"],
    ],
)
def test_where_the_length_is_in_doubt_it_ends_with_its_head(arrived, fields):
    head = "\r\n".join(["POST / HTTP/1.1", *fields, "", ""]).encode()
    found = arrived(head + b"abcde")
    assert found.is_whole
    assert content(found) == head


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 40_000, 414),
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 10_000, 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 20000001\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
    ],
)
def test_what_is_too_much_is_refused_when_it_is_known(arrived, sent, status):
    with pytest.raises(Refused) as refusal:
        arrived(sent)
    assert refusal.value.status == status


def test_a_large_body_is_taken_in(arrived):
    length = arrival.BODY_BYTES
    found = arrived(f"POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode(), b"a" * length)
    assert found.is_whole


def test_patience_grows_with_what_comes_and_not_with_waiting(arrived):
    found = arrived()
    assert found.deadline == 110
    found.take(b"GET ", 109)
    assert found.deadline == 110
    found = arrived(b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n")
    assert found.deadline == 120
    found.take(b"a" * 50_000, 119)
    assert found.deadline == 125


def test_who_asks_first_is_told_to_go_on_until_it_does(arrived):
    found = arrived(POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-Continue\r\n\r\n"))
    assert found.awaits_word
    found.take(b"a", 100)
    assert not found.awaits_word
