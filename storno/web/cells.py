"""Cells of a spreadsheet that hold what somebody has typed."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell beginning with one of these is run by spreadsheets; an apostrophe keeps it text."""


def safe_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
