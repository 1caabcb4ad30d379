"""Reads the page of one claim."""

from tests.markup import markup

ADDRESS = "/en/claims/the-claim/"


def show(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return markup(response)
