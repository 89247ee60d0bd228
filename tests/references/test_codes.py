"""The drawings, read back module by module."""

import re
from collections.abc import Sequence
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segno import helpers

from storno.references.barcode import BadBarcode
from storno.references.codes import code128c_svg, code128c_widths, qr_svg
from storno.references.epc import MAX_BYTES, BadPayload, epc_payload

BAR_CODE = "539363630020924920000010366000000000000590738390230311"

# ISO/IEC 15417 again, in another form: the eleven modules of each value, dark = 1, as numbers.
MODULES = """
6CC 66C 666 498 48C 44C 4C8 4C4 464 648 644 624 59C 4DC 4CE 5CC 4EC 4E6 672 65C 64E 6E4 674 76E 74C
72C 726 764 734 732 6D8 6C6 636 518 458 446 588 468 462 688 628 622 5B8 58E 46E 5D8 5C6 476 776 68E
62E 6E8 6E2 6EE 758 746 716 768 762 71A 77A 642 78A 530 50C 4B0 486 42C 426 590 584 4D0 4C2 434 432
612 650 7BA 614 47A 53C 4BC 49E 5E4 4F4 4F2 7A4 794 792 6DE 6F6 7B6 578 51E 45E 5E8 5E2 7A8 7A2 5DE
5EE 75E 7AE 684 690 69C
"""
VALUES = {int(modules, 16): value for value, modules in enumerate(MODULES.split())}


def scanned(widths: Sequence[int]) -> str:
    """The digits of a Code 128C, its frame and its check symbol verified."""
    bits = "".join(str((at + 1) % 2) * width for at, width in enumerate(widths))
    assert bits.endswith("1100011101011")
    symbols = [VALUES[int(bits[at : at + 11], 2)] for at in range(0, len(bits) - 13, 11)]
    start, *values, check = symbols
    assert start == 105
    assert check == (start + sum(at * value for at, value in enumerate(values, 1))) % 103
    return "".join(f"{value:02}" for value in values)


def drawn(svg: str) -> tuple[str, list[list[int]]]:
    """The title of a drawing, and its modules row by row: 1 = dark."""
    tree = ET.fromstring(svg)
    space = {"svg": "http://www.w3.org/2000/svg"}
    assert tree.attrib["role"] == "img"
    assert not any("style" in element.attrib for element in tree.iter())
    left, top, width, height = map(int, tree.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    white, black = tree.findall("svg:path", space)
    assert white.attrib == {"fill": "#fff", "d": f"M0 0h{width}v{height}h-{width}z"}
    assert black.attrib["fill"] == "#000"
    rows = [[0] * width for _ in range(height)]
    shape = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")
    assert shape.sub("", black.attrib["d"]) == ""
    for x, y, along, down, back in shape.findall(black.attrib["d"]):
        assert along == back
        for row in rows[int(y) : int(y) + int(down)]:
            row[int(x) : int(x) + int(along)] = [1] * int(along)
    title = tree.find("svg:title", space)
    assert title is not None
    return title.text or "", rows


def test_the_table_of_the_standard_is_complete() -> None:
    assert sorted(VALUES.values()) == list(range(106))


@given(st.text("0123456789", min_size=2, max_size=54).filter(lambda digits: len(digits) % 2 == 0))
def test_every_bar_code_can_be_read_back(digits: str) -> None:
    assert scanned(code128c_widths(digits)) == digits


def test_every_pair_of_digits_has_its_symbol() -> None:
    digits = "".join(f"{pair:02}" for pair in range(100))
    assert scanned(code128c_widths(digits)) == digits


def test_a_bank_bar_code_is_drawn_as_its_widths_say() -> None:
    title, rows = drawn(code128c_svg(BAR_CODE, label="Bar code & more"))
    assert title == "Bar code & more"
    assert all(row == rows[0] for row in rows)
    bits = "".join(map(str, rows[0]))
    assert bits.startswith("0" * 10 + "1")
    assert bits.endswith("1" + "0" * 10)
    runs = [len(run) for run in re.findall("0+|1+", bits[10:-10])]
    assert tuple(runs) == code128c_widths(BAR_CODE)
    assert scanned(runs) == BAR_CODE


@pytest.mark.parametrize("digits", ["1", "123", "12a4", "1 23", "١٢", "²³", ""])
def test_what_is_no_pairs_of_digits_is_refused(digits: str) -> None:
    with pytest.raises(BadBarcode):
        code128c_widths(digits)
    with pytest.raises(BadBarcode):
        code128c_svg(digits, label="Bar code")


@pytest.mark.parametrize(
    ("name", "reference", "amount_minor"),
    [("Franz Mustermänn", "RF18539007547034", 1230), ("Ærlig Øye", "RF341234561", 125500)],
)
def test_a_payment_is_drawn_as_another_maker_draws_it(
    name: str, reference: str, amount_minor: int
) -> None:
    iban = "DE71110220330123456789"
    payload = epc_payload(name=name, iban=iban, amount_minor=amount_minor, reference=reference)
    title, rows = drawn(qr_svg(payload, label="Pay <now>"))
    other = helpers.make_epc_qr(
        name=name,
        iban=iban,
        amount=Decimal(amount_minor) / 100,
        reference=reference,
        encoding="utf-8",
    )
    assert title == "Pay <now>"
    assert rows == [list(row) for row in other.matrix_iter(border=4)]
    assert other.error == "M"


def test_the_largest_payload_fits_version_13() -> None:
    _, rows = drawn(qr_svg("ä" + "x" * (MAX_BYTES - 2), label="Pay"))
    assert len(rows) == 17 + 4 * 13 + 2 * 4


def test_a_larger_payload_is_refused() -> None:
    with pytest.raises(BadPayload):
        qr_svg("x" * (MAX_BYTES + 1), label="Pay")
    with pytest.raises(BadPayload):
        qr_svg("ä" * 166, label="Pay")
