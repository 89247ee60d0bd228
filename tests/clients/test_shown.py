"""What another payer reads of a client: initials or a number, and never the name."""

import pytest

from storno.clients.models import Client
from storno.clients.shown import shown_to_others
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
