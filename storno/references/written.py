"""The forms in which a reference may be kept, of what somebody has written."""

from storno.references.creditor import is_creditor_reference
from storno.references.finnish import compact


def written_ways(reference: str) -> tuple[str, ...]:
    """The forms in which a reference may be kept, the likeliest first.

    Banks fill Finnish ones with zeros, and payers write the international form of one. A KID is a
    text: its own zeros belong to it, so it is looked for as it stands.
    """
    plain = compact(reference).upper()
    ways = [plain]
    if is_creditor_reference(plain):
        ways.append(plain[4:])
    ways += [way.lstrip("0") for way in ways if way.isdigit()]
    return tuple(way for way in dict.fromkeys(ways) if way)
