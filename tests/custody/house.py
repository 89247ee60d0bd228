"""The operator of the test's installation, and sellers whose client money it keeps."""

from datetime import datetime

from storno.custody.operate import set_by_operator
from storno.custody.operator import create_operator
from storno.organizations.models import Organization
from storno.organizations.queries import operator
from tests.world import FOUNDED, World, found

CUSTODY = "FI3715903000000776"
"""The operator's account."""


def the_operator() -> Organization:
    """The operator, created by the first test that wants one: there is one an installation."""
    return operator() or create_operator(name="Client Money Ltd", custody_iban=CUSTODY, at=FOUNDED)


def in_custody(*assignments: str, at: datetime = FOUNDED, **settings: object) -> World:
    """A seller in custody: 20 % withheld, a fee of 5 %, unless told otherwise."""
    the_operator()
    world = found(**settings)  # type: ignore[arg-type]
    terms = ["custody=on", "withholding_percent=20", "fee_percent=5", "paid_credit=desk"]
    set_by_operator(world.organization.slug, [*terms, *assignments], at=at)
    world.organization.refresh_from_db()
    return world
