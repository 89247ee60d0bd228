"""What another payer reads of a client: initials or a number, and never the name."""

import pytest

from storno.clients.models import Client
from storno.clients.shown import line_for, shown_to_others
from storno.organizations.models import ClientShownAs

INITIALS, REFERENCE = ClientShownAs.INITIALS, ClientShownAs.REFERENCE


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Daisy Duck", "D. D."),
        ("daisy  von duck", "D. V. D."),
        ("Åse-Marie Ødegård", "Å. Ø."),
        ("A\u030ase", "Å."),
        ("Daisy (Dee) Duck", "D. D."),
        ("مريم", "م."),
        ("🙂 7", "client 12"),
    ],
)
def test_initials(name: str, shown: str) -> None:
    assert shown_to_others(Client(name=name, number=12), INITIALS, language="en") == shown


def test_the_number() -> None:
    assert shown_to_others(Client(name="Daisy", number=12), REFERENCE, language="en") == "client 12"


@pytest.mark.parametrize(
    ("description", "to_other", "said"),
    [
        ("60 min", True, "60 min, D. D."),
        ("60 min, D. D.", True, "60 min, D. D."),
        ("60 min, client 12", True, "60 min, D. D."),
        ("60 min, D. D.", False, "60 min"),
        ("60 min, client 12", False, "60 min"),
        ("60 min", False, "60 min"),
        ("x" * 300, True, "x" * 293 + ", D. D."),
    ],
)
def test_a_line_says_to_others_whose_it_was(description: str, to_other: bool, said: str) -> None:
    daisy = Client(name="Daisy Duck", number=12)
    line = line_for(description, daisy, to_other=to_other, shown_as=INITIALS, language="en")
    assert line == said
