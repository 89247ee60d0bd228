"""Lists in pages: the next one begins after the last row of this one."""

from uuid import UUID

import pytest

from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Invalid

ID = UUID("01a20218-0a18-7000-aa7f-43e765c8095d")


@pytest.mark.parametrize("key", ["", "anna virtanen", "🙂 ö", "👩\u200d🔧", "a" * 200])
def test_a_place_survives_an_address(key: str) -> None:
    text = str(Place(key, ID))
    assert text.isascii() and set(text).isdisjoint("+/=&?#% ")
    assert Place.read(text) == Place(key, ID)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "\x00",
        "AAAA",
        str(Place("a\x00b", ID)),
        "[" * 5000,
        str(Place("a", ID))[5:],
    ],
)
def test_a_place_that_never_was(text: str) -> None:
    with pytest.raises(Invalid) as wrong:
        Place.read(text)
    (error,) = wrong.value.errors
    assert (error.field, error.code) == ("after", "unknown_place")


def test_one_row_too_many_tells_of_a_next_page() -> None:
    def place(row: int) -> Place:
        return Place(str(row), ID)

    assert page_of([1, 2], limit=2, place=place) == Page((1, 2), "")
    assert page_of([1, 2, 3], limit=2, place=place) == Page((1, 2), str(place(2)))
    assert page_of([], limit=2, place=place) == Page((), "")


def test_how_many_rows_a_page_may_have() -> None:
    assert (checked_limit(1), checked_limit(100)) == (1, 100)
    for limit in (0, -1, 101, 10**30):
        with pytest.raises(Invalid) as wrong:
            checked_limit(limit)
        (error,) = wrong.value.errors
        assert (error.field, error.code, str(error.message)) == (
            "limit",
            "out_of_range",
            "Between 1 and 100 rows.",
        )
