"""Saves that meet another: what is sent, and what is shown of both."""

from claims.models import Claim
from tests.admin.pages import (
    change_address,
    fields_of,
    text_of,
)


def post(browser, claim, form, **changes):
    return browser.post(change_address(claim), form | changes)


def change(claim, **columns):
    """Someone else's save, by the plainest way there is."""
    Claim.objects.filter(pk=claim.pk).update(**columns)


def lines(response):
    return {line.label: line for line in response.context["meeting"].lines}


def texts(line):
    return line.opened, text_in(line.theirs), text_in(line.mine)


def text_in(pieces):
    return "".join(piece.text for piece in pieces if piece.tag != "del")


def again(browser, claim, response, keep=None, **changes):
    """Send the page that was shown once more, with choices by the lines' labels."""
    form = fields_of(text_of(response), "claim_form")
    for label, side in (keep or {}).items():
        line = lines(response)[label]
        form[f"keep-{line.name}"] = f"{side}:{line.mine_sha256}"
    return browser.post(change_address(claim), form | changes)


def is_saved(response):
    return response.status_code == 302
