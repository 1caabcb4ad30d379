"""The worker in a real gunicorn, with a single thread that nobody may keep."""

import http.client
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:factcheck.serving"]
    command += ["--bind", f"{HOST}:{port}", "--workers", "1", "--threads", "1"]
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [*command, "tests.factcheck.echo"], cwd=settings.BASE_DIR, stderr=lines
        ) as process,
    ):
        for _try in range(200):
            try:
                socket.create_connection((HOST, port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert b"Traceback" not in log.read_bytes()


def connect(port):
    return socket.create_connection((HOST, port), timeout=15)


def ask(port, method="GET", path="/", body=None, **headers):
    connection = http.client.HTTPConnection(HOST, port, timeout=15)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    found = response.status, response.read().decode()
    connection.close()
    return found


def received(client, ending):
    found = b""
    while not found.endswith(ending):
        data = client.recv(10_000)
        assert data, found
        found += data
    return found


SLOW = {
    "nothing": b"",
    "header": b"GET / HTTP/1.1\r\nX-Slow: ",
    "body": b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\na",
    "second request": b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nX-",
    "no farewell": b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("kind", SLOW)
def test_who_is_slow_keeps_nobody_waiting(server, kind):
    slow = [connect(server) for _number in range(20)]
    for client in slow:
        client.sendall(SLOW[kind])
    start = time.monotonic()
    for _number in range(3):
        assert ask(server, path="/quick") == (200, "GET /quick 0;")
    assert time.monotonic() - start < 1.5
    for client in slow:
        client.close()


def test_a_header_that_does_not_end_is_answered_408(server):
    with connect(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        answer = received(client, b"temps.\n")
        assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n")
        assert client.recv(1) == b""


def test_requests_that_come_together_are_answered_in_their_order(server):
    with connect(server) as client:
        client.sendall(b"GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")
        time.sleep(0.2)
        client.sendall(b"cdeGET /3 HTTP/1.1\r\nConnection: close\r\n\r\n")
        answer = received(client, b"GET /3 0;\r\n0\r\n\r\n")
    assert [answer.find(words) > 0 for words in (b"GET /1 0;", b"POST /2 5;")] == [True, True]


@pytest.mark.parametrize("size", [0, 1, 70_000, 5_000_000])
def test_a_body_comes_whole(server, size):
    assert ask(server, "POST", "/", b"a" * size) == (200, f"POST / {size};")


def test_a_connection_serves_one_request_after_the_other(server):
    connection = http.client.HTTPConnection(HOST, server, timeout=15)
    for number in range(5):
        connection.request("POST", f"/{number}", b"a" * number)
        response = connection.getresponse()
        assert response.read().decode() == f"POST /{number} {number};"
        assert not response.will_close
    connection.close()


def test_who_asks_before_sending_is_told_to_go_on(server):
    with connect(server) as client:
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert received(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert b"POST / 3;" in received(client, b"0\r\n\r\n")


def test_a_body_that_is_too_large_is_refused_while_it_is_sent(server):
    with connect(server) as client:
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n")
        answer = received(client, b"volumineuse.\n")
        assert answer.startswith(b"HTTP/1.1 413 ")
