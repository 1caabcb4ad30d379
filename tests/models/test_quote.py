"""The words of a quote as readers see them."""

import pytest

from claims.models.quote import shown_words


@pytest.mark.parametrize(
    ("omissions", "shown"),
    [
        ([], "one, two, three"),
        ([[4, 9]], "one, […] three"),
        ([[3, 5], [9, 10]], "one […] two, […] three"),
    ],
)
def test_an_omission_is_an_ellipsis_in_brackets(omissions, shown):
    assert shown_words("one, two, three", omissions) == shown


def test_omissions_count_code_points():
    assert shown_words("𐍈𐍈 two 𐍈", [[2, 6]]) == "𐍈𐍈 […] 𐍈"
