"""Setting anything about an organization by `key=value`, its client money among it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storno.administration.operate import FORMS as MEMBERS_FORMS
from storno.administration.operate import (
    Assigned,
    form_of,
    kinds_of,
    read_assignments,
    write_assigned,
)
from storno.custody.join import turn_off, turn_on
from storno.custody.payout_account import write_payout_account
from storno.custody.terms import TermsChanges, write_terms
from storno.organizations.queries import operator, organization_called, seller_of
from storno.organizations.roles import system
from storno.organizations.scope import scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyChanges:
    """Whether the operator keeps client money, and where the seller's part goes."""

    custody: bool | None = None
    """Whether clients pay to the operator's account."""
    payout_account: str | None = None
    """The seller's own account; another one counts after two days."""


FORMS = (*MEMBERS_FORMS, CustodyChanges, TermsChanges)

KINDS = kinds_of(*FORMS)

KEYS: tuple[str, ...] = tuple(sorted(KINDS))
"""Everything that `storno organization set` knows."""


def set_by_operator(slug: str, assignments: Iterable[str], *, at: datetime) -> Assigned:
    """Set what the assignments (`hold_seconds=0`) say, all or nothing; returns what was read.

    Raises Absent; Invalid, which names each key; NumbersGiven, NoOperator, NotForCustody,
    AccountIsTheOperators.
    """
    organization = organization_called(slug)
    entered = read_assignments(assignments, KINDS)
    house = operator()
    account, bic = "", ""
    if house is not None:
        with scope(house.id):
            seller = seller_of(house.id)
            account, bic = seller.account, seller.bic
    who = system(organization.id)
    ours = form_of(CustodyChanges, entered)
    with scope(organization.id):
        write_assigned(entered, who=who, at=at)
        terms = form_of(TermsChanges, entered)
        if terms != TermsChanges():
            write_terms(terms, who=who, at=at)
        if ours.custody:
            turn_on(house, account, bic, who=who, at=at)
        if ours.custody is False:
            turn_off(who=who, at=at)
        if ours.payout_account:
            write_payout_account(ours.payout_account, who=who, at=at)
    return entered
