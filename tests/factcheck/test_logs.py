"""Log lines: one record one line, with the request's id and nobody's address."""

import json
import logging
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from factcheck.logs import JSONFormatter, RequestIdMiddleware


def line_of(message, *arguments, error=None):
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, message, arguments, exc_info)
    return JSONFormatter().format(record)


def test_line_breaks_do_not_make_a_line():
    line = line_of("Not found: %s", 'a\n{"message": "forged"}\r\u2028')
    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"].startswith("Not found: a\n")


def test_one_time_links_and_addresses_are_blanked():
    line = line_of("Not Found: %s", "/admin/login/link/abc-DEF_1/x")
    assert "abc" not in line
    assert "/admin/login/link/" in line
    assert "192.0.2.1" not in line_of("Invalid request from ip=192.0.2.1: bad")
    assert "2001:db8" not in line_of("Invalid request from ip=2001:db8::1: bad")
    assert "abc" not in line_of("x", error=ValueError("/login/link/abc"))


def test_a_request_has_an_id_in_its_answer_and_in_its_lines():
    lines = []

    def view(_request):
        lines.append(json.loads(line_of("hello")))
        return HttpResponse()

    middleware = RequestIdMiddleware(view)
    answers = [middleware(RequestFactory().get("/")) for _request in range(2)]
    ids = [answer["X-Request-ID"] for answer in answers]
    assert [line["request"] for line in lines] == ids
    assert len(set(ids)) == 2
    assert "request" not in json.loads(line_of("outside"))


def test_what_gunicorn_writes_is_json_without_an_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).with_name("gunicorn"), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        [*command, "--config", "python:factcheck.serving", "wsgiref.simple_server:demo_app"],
        cwd=settings.BASE_DIR,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        answer = b""
        for _try in range(100):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                    client.sendall(b"NONSENSE\x00 / HTTP/9\r\n\r\n")
                    answer = client.recv(1000)
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        server.terminate()
        lines = [json.loads(line) for line in server.stderr.read().splitlines()]
    assert answer.startswith(b"HTTP/1.1 4")
    assert any("Invalid request" in line["message"] for line in lines)
    assert not any("ip=127" in line["message"] for line in lines)
