"""The admin's pages as a browser sees them: addresses, and what their forms would send."""

from html.parser import HTMLParser

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim

# Django asks these for every page of someone who is logged in: session, user, permissions of
# the user and of the groups.
QUERIES_OF_LOGIN = 4


def change_address(row):
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def list_address(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def add_address(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def move_address(claim, name):
    return reverse("admin:claims_claim_move", args=[claim.pk, name])


def text_of(response):
    return response.content.decode()


def query_count(browser, address):
    """The queries of a page, without those of the login. The first visit fills Django's caches."""
    assert browser.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries) - QUERIES_OF_LOGIN


def open_form(browser, address, form_id="claim_form"):
    """What the form on the page would send if it was saved as it is."""
    response = browser.get(address)
    assert response.status_code == 200
    return fields_of(text_of(response), form_id)


def open_claim(browser, claim):
    return open_form(browser, change_address(claim))


def save_claim(browser, claim, **changes):
    """Open the claim's form, type the changes, save."""
    return browser.post(change_address(claim), open_claim(browser, claim) | changes)


def new_row(prefix, number=0, **columns):
    """What the button to add a row of an inline makes the form send."""
    return {f"{prefix}-TOTAL_FORMS": number + 1} | {
        f"{prefix}-{number}-{name}": value for name, value in columns.items()
    }


def fresh(claim):
    return Claim.objects.get(pk=claim.pk)


def fields_of(html, form_id=None):
    reader = FormReader(form_id)
    reader.feed(html)
    return reader.fields


class FormReader(HTMLParser):
    """Collects the fields of the form with an id; without one, of the last form that posts here."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id = form_id
        self.fields = {}
        self.is_inside = False
        self.select = self.textarea = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.is_inside = (
                given.get("id") == self.form_id if self.form_id else "action" not in given
            )
        if not self.is_inside:
            return
        name = given.get("name")
        if tag == "option":
            self._option(given)
        elif not name or "__prefix__" in name or "disabled" in given:
            return
        elif tag == "input":
            self._input(name, given)
        elif tag == "select":
            self.select = (name, "multiple" in given)
        elif tag == "textarea":
            self.textarea, self.fields[name] = name, ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.textarea:
            # A browser drops the first line end and sends the others as CR LF.
            text = self.fields[self.textarea].removeprefix("\n")
            self.fields[self.textarea] = text.replace("\n", "\r\n")
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea] += data

    def _input(self, name, given):
        kind = given.get("type", "text")
        if kind == "submit" or (kind in ("checkbox", "radio") and "checked" not in given):
            return
        self.fields[name] = given.get("value", "on" if kind == "checkbox" else "")

    def _option(self, given):
        if not self.select:
            return
        name, is_multiple = self.select
        if is_multiple and "selected" in given:
            self.fields.setdefault(name, []).append(given["value"])
        elif not is_multiple and ("selected" in given or name not in self.fields):
            self.fields[name] = given.get("value", "")
