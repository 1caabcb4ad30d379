"""A window of Chromium that tells of everything that runs, is blocked or is foreign to a page."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# Tells of what a page asks for, before any of the page runs.
WATCH = """
document.addEventListener("securitypolicyviolation", event =>
    window.blocked(event.violatedDirective + " " + event.blockedURI));
"""
# What no text may have put into a page. ``addresses`` are those that lead or load.
FOREIGN = r"""() => {
    const found = [];
    const schemes = ["http:", "https:", "mailto:"];
    const addresses = ["href", "src", "action", "formaction", "data", "cite", "poster", "ping",
        "background", "manifest", "srcset", "xlink:href"];
    const strange = ["BASE", "OBJECT", "EMBED", "IFRAME", "FRAME", "FRAMESET", "MATH", "MARQUEE",
        "PORTAL", "VIDEO", "AUDIO", "STYLE", "ISINDEX", "APPLET"];
    for (const element of document.querySelectorAll("*")) {
        const name = element.tagName.toUpperCase();
        const told = element.outerHTML.slice(0, 120);
        if (strange.includes(name)) found.push("element: " + told);
        if (name === "META" && element.httpEquiv) found.push("element: " + told);
        if (name === "SCRIPT") {
            const data = ["application/ld+json", "application/json"].includes(element.type);
            if (data) {
                try { JSON.parse(element.textContent); } catch { found.push("JSON: " + told); }
            } else if (!element.src) found.push("script: " + told);
        }
        for (const { name: attribute, value } of element.attributes) {
            if (attribute.startsWith("on")) found.push("handler: " + told);
            if (attribute === "style" && /\(|javascript|animation|inset/i.test(value))
                found.push("style: " + told);
            if (addresses.includes(attribute) && !schemes.includes(scheme(value)))
                found.push("address: " + value.slice(0, 80) + " in " + told);
        }
    }
    function scheme(value) {
        try { return new URL(value, document.baseURI).protocol; } catch { return "http:"; }
    }
    return found;
}"""


# Files to be kept, and refusals without a word.
NOTHING_SHOWN = ("Download is starting", "ERR_HTTP_RESPONSE_CODE_FAILURE")


@dataclass
class Findings:
    """What the browser met."""

    pages: int = 0
    faults: list[str] = field(default_factory=list)
    fired: int = 0
    blocked: int = 0


class Window:
    """A window of Chromium that tells of everything that runs, is blocked or is foreign."""

    def __init__(self, browser: Any, site: str, findings: Findings, *, ignores: bool) -> None:
        self.site, self.findings, self.here = site, findings, ""
        self.context = browser.new_context(base_url=site, bypass_csp=ignores)
        self.context.expose_binding("xss", self._fired)
        self.context.expose_binding("blocked", self._blocked)
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._said)
        self.page.on("request", self._asked)

    def _fault(self, text: str) -> None:
        self.findings.faults.append(f"{self.here}: {text}"[:400])

    def _fired(self, _source: Any, *given: Any) -> None:
        self.findings.fired += 1
        self._fault(f"ran {given}")

    def _blocked(self, _source: Any, told: str) -> None:
        self.findings.blocked += 1
        self._fault(f"against the policy: {told}")

    def _dialog(self, dialog: Any) -> None:
        self._fault(f"dialog {dialog.message}")
        dialog.dismiss()

    def _said(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self._fault(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:")):
            self._fault(f"asked for {request.url}")

    def sign_in(self, person: Any) -> None:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": self.site}
        self.context.add_cookies([cookie])

    def open(self, address: str) -> None:
        """Load the page and look at it."""
        from playwright.sync_api import Error

        self.here = address
        try:
            response = self.page.goto(address, wait_until="load")
        except Error as error:
            if not any(told in error.message for told in NOTHING_SHOWN):
                raise
            return
        self.look()
        if response.status >= 500 and response.status != 501:
            self._fault(f"status {response.status}")
        if "json" in response.headers.get("content-type", ""):
            try:
                json.loads(response.body())
            except ValueError:
                self._fault("no JSON")

    def look(self) -> None:
        self.findings.pages += 1
        for told in self.page.evaluate(FOREIGN):
            self._fault(told)


@contextmanager
def chromium() -> Iterator[Any]:
    from django.db import connections
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; our queries do not run in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        try:
            yield browser
            browser.close()
        finally:
            # Under a running loop Django keeps other connections, which nobody else closes.
            connections.close_all()


@contextmanager
def served() -> Iterator[str]:
    """The address of the site, on loopback."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    address = f"http://127.0.0.1:{server.port}"
    settings.FACTCHECK = settings.FACTCHECK | {"base_url": address}
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    try:
        yield address
    finally:
        server.terminate()
