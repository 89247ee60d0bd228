"""Undo of a removal: the page that follows bears what was removed, as its form would be typed anew.

It stands in the address, so nothing is kept of what is gone, and going on forgets it.
"""

from collections.abc import Iterable, Mapping

Typed = list[tuple[str, str]]
"""Fields of a form by name."""


def removed_in(query: Mapping[str, str], what: str, names: Iterable[str]) -> Typed:
    """The fields of what was removed just now, if an address says that it was one of these."""
    if query.get("removed") != what:
        return []
    return [(name, query.get(name, "")) for name in names]
