"""The version of a draft that a page showed: what is done from there is done to that one only."""

import re
from collections.abc import Mapping

_VERSION = re.compile("[0-9]{1,19}")


def version_shown(said: Mapping[str, str]) -> int | None:
    """What an address or a form says of it; None where that is nothing."""
    version = said.get("version", "")
    return int(version) if _VERSION.fullmatch(version) else None
