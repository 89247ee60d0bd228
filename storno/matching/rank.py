"""How likely an invoice is what an entry pays, judged by what both say; pure.

Nothing is matched by likeness: what is likely is offered, and a person confirms it.
"""

from collections.abc import Iterable
from enum import StrEnum

from storno.core.folding import fold


class Likeness(StrEnum):
    """Why an invoice may be the one that is meant, the strongest first."""

    REGISTERED = "registered"
    REFERENCE = "reference"
    NUMBER = "number"
    AMOUNT = "amount"
    ACCOUNT = "account"
    NAME = "name"


_WEIGHTS = {
    Likeness.REGISTERED: 32,
    Likeness.REFERENCE: 16,
    Likeness.NUMBER: 8,
    Likeness.AMOUNT: 4,
    Likeness.ACCOUNT: 3,
    Likeness.NAME: 2,
}
"""What names the invoice outweighs what it has in common with others; two weak signs outweigh a
sum that many invoices may have."""

MOST_TOKENS = 40
_LONGEST_TOKEN = 40
_AROUND = ".,;:!?()[]{}\"'#*"


def weight(likenesses: Iterable[Likeness]) -> int:
    """How much these say together."""
    return sum(_WEIGHTS[each] for each in likenesses)


def tokens(*texts: str) -> tuple[str, ...]:
    """What in a payer's words may be a number or a reference: whatever bears a digit.

    Also all digits of a text put together, as references are written in groups.
    """
    found: dict[str, None] = {}
    for text in texts:
        words = [word.strip(_AROUND) for word in text.split()]
        numbered = [word for word in words if any(map(str.isdigit, word))]
        found |= dict.fromkeys([*numbered, "".join(numbered)])
    return tuple(each for each in found if 0 < len(each) <= _LONGEST_TOKEN)[:MOST_TOKENS]


def name_keys(name: str) -> tuple[str, ...]:
    """The folded forms of a name as banks turn it: "Virtanen Matti" is Matti Virtanen, too."""
    words = fold(name).split()
    turned = (words[place:] + words[:place] for place in range(min(len(words), 4)))
    return tuple(dict.fromkeys(" ".join(each) for each in turned))
