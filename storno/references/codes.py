"""Codes to be scanned, drawn as SVG: QR and Code 128C.

The drawings are black on white with their quiet zone, whatever the colours of the page; they carry
no inline style (for a strict content security policy) and name themselves to screen readers.
Their unit of length is the module, the narrowest bar; the page or paper gives them their size.
"""

from collections.abc import Iterable
from html import escape
from itertools import groupby

import segno

from storno.references.barcode import BadBarcode
from storno.references.epc import MAX_BYTES, BadPayload

_QR_QUIET = 4
_BAR_QUIET = 10
_BAR_HEIGHT = 40

# ISO/IEC 15417, table 1: the widths of bar, space, bar, space, bar, space for the values 0-105.
_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 "
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 "
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
)
_PATTERNS = tuple(_WIDTHS.split())
_START_C = 105
_STOP = "2331112"


def qr_svg(payload: str, *, label: str) -> str:
    """The payload as a QR code in UTF-8 with error correction M; `label` is its name when read out.

    Payloads of EPC069-12 fit version 13, the largest that the guidelines allow.
    Raises BadPayload for more than 331 bytes.
    """
    if len(payload.encode()) > MAX_BYTES:
        raise BadPayload(f"the payload has more than {MAX_BYTES} bytes")
    code = segno.make_qr(payload, encoding="utf-8", error="m", boost_error=False)
    runs: list[str] = []
    for row, modules in enumerate(code.matrix, start=_QR_QUIET):
        column = _QR_QUIET
        for is_dark, run in groupby(modules):
            width = sum(1 for _ in run)
            if is_dark:
                runs.append(f"M{column} {row}h{width}v1h-{width}z")
            column += width
    side = len(code.matrix) + 2 * _QR_QUIET
    return _drawing(side, side, runs, label)


def code128c_widths(digits: str) -> tuple[int, ...]:
    """The widths in modules of bar, space, bar … of the digits in Code 128, code set C.

    Start C, a symbol for each pair of digits, the check symbol (mod 103), stop.
    Raises BadBarcode unless the digits are pairs.
    """
    if not (digits.isascii() and digits.isdigit() and len(digits) % 2 == 0):
        raise BadBarcode(f"{digits!r} is not an even number of digits")
    values = [int(digits[place : place + 2]) for place in range(0, len(digits), 2)]
    check = (_START_C + sum(place * value for place, value in enumerate(values, start=1))) % 103
    symbols = [_PATTERNS[value] for value in (_START_C, *values, check)]
    return tuple(int(width) for width in "".join([*symbols, _STOP]))


def code128c_svg(digits: str, *, label: str) -> str:
    """The digits as a bar code; `label` is its name when read out. Raises BadBarcode."""
    bars: list[str] = []
    position = _BAR_QUIET
    for place, width in enumerate(code128c_widths(digits)):
        if place % 2 == 0:
            bars.append(f"M{position} 0h{width}v{_BAR_HEIGHT}h-{width}z")
        position += width
    return _drawing(position + _BAR_QUIET, _BAR_HEIGHT, bars, label)


def _drawing(width: int, height: int, shapes: Iterable[str], label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'shape-rendering="crispEdges"><title>{escape(label)}</title>'
        f'<path fill="#fff" d="M0 0h{width}v{height}h-{width}z"/>'
        f'<path fill="#000" d="{"".join(shapes)}"/></svg>'
    )
