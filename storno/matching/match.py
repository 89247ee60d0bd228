"""A person says which invoice an entry pays, or which payment it is; or takes that back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.bank.books import post_aside
from storno.bank.models import Entry, EntryState, EntryWhy, Match
from storno.bank.queries import NotWaiting, entry_with, lock_entry
from storno.bank.take_in import must_see_the_bank
from storno.core.entered import text_errors, tidy
from storno.core.ids import new_id
from storno.core.refusals import Invalid, NotAllowed, Refused
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import lock_invoice
from storno.corrections.settle import checked_reason
from storno.custody.barred import must_come_by_hand
from storno.history.record import Happening, record
from storno.matching.cross import keeps_client_money, lock_theirs, owner_of, pay_theirs
from storno.matching.plan import Verdict
from storno.matching.references import Owner
from storno.matching.returned import unmatch
from storno.matching.write import join, move, paid_by_hand, pay, put
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed
from storno.payments.queries import payment_with
from storno.staff.strangers import must_be_a_stranger


class NotMatched(Refused):
    """There is no match to be undone."""

    code = "entry_not_matched"
    message = _("This entry is not matched with an invoice.")
    remedy = _("Look at the list as it is now.")


class NothingCameIn(Refused):
    """Money that went out pays no invoice."""

    code = "nothing_came_in"
    message = _("This money went out, so it pays no invoice.")
    remedy = _("Set it aside if it has nothing to do with your invoices.")


class CurrencyDiffers(Refused):
    """An invoice is paid in its own currency."""

    code = "currency_differs"
    message = _("This money is in another currency than the invoice.")
    remedy = _("Set it aside, and register by hand what the bank has paid out to you.")


class NotThisPayment(Refused):
    """The payment is none that the entry could be."""

    code = "not_this_payment"
    message = _("This payment is another one: its amount or day differs, or it is matched.")
    remedy = _("Look at the suggestions as they are now.")


@dataclass(frozen=True)
class EntrySetAside(Happening):
    """An entry has nothing to do with the invoices."""

    kind: ClassVar = "bank.entry_set_aside"
    sentence: ClassVar = _("A bank entry was set aside.")


@dataclass(frozen=True)
class EntryTakenUp(Happening):
    """An entry that was set aside is to be matched after all."""

    kind: ClassVar = "bank.entry_taken_up"
    sentence: ClassVar = _("A bank entry was taken up again.")


@dataclass(frozen=True)
class MatchUndone(Happening):
    """A match was wrong."""

    kind: ClassVar = "bank.match_undone"
    sentence: ClassVar = _("The match of a bank entry was undone.")


@after_due_credit
@deed
def match_entry(entry_id: UUID, invoice_id: UUID, *, who: Actor, at: datetime) -> Entry:
    """Pay an invoice with an entry that waits; more than is open is owed back.

    Customer service does it in a visit to the operator, with money on its account. Raises Absent,
    NotWaiting, NothingCameIn, CurrencyDiffers, OwnOrganization, NotAllowed.
    """
    _must_match(who, Deed.REGISTER_PAYMENT)
    must_see_the_bank(who)
    must_come_by_hand(settings_of(who.organization_id))
    owner = owner_of(invoice_id, who.organization_id) if keeps_client_money(who) else None
    theirs = owner is not None and owner.organization_id != who.organization_id
    if owner is not None:
        _must_be_anothers(owner.organization_id, who)
    meant = lock_theirs(owner or Owner(who.organization_id, invoice_id), who=who, at=at)
    entry = _waiting(entry_id, who)
    if entry.amount_minor <= 0:
        raise NothingCameIn
    if meant.currency != entry.currency:
        raise CurrencyDiffers
    if owner is not None and theirs:
        pay_theirs(entry, owner, EntryWhy.BY_HAND, who=who, at=at)
    else:
        pay(entry, invoice_id, EntryWhy.BY_HAND, who=who, at=at)
    return entry


@deed
def link_entry(entry_id: UUID, payment_id: UUID, *, who: Actor, at: datetime) -> Entry:
    """Say that an entry is a payment which somebody registered by hand: no money comes twice.

    Raises Absent, NotWaiting, NotThisPayment, CurrencyDiffers, NotAllowed.
    """
    who.must(Deed.REGISTER_PAYMENT)
    must_see_the_bank(who)
    payment = payment_with(payment_id, organization_id=who.organization_id)
    lock_invoice(payment.invoice_id, who.organization_id, at=at)
    entry = _waiting(entry_id, who)
    if payment not in paid_by_hand(entry, payment.invoice_id):
        raise NotThisPayment
    if payment.invoice.currency != entry.currency:
        raise CurrencyDiffers
    join(entry, payment, EntryWhy.LINKED, match_id=new_id(), who=who, at=at)
    return entry


@after_due_credit
@deed
def undo_match(entry_id: UUID, reason: str, *, who: Actor, at: datetime) -> Entry:
    """Undo a wrong match: the payment it brought is taken back, and the entry waits again.

    Customer service does it as it matches. Raises Absent, Invalid, NotMatched, MoneyWasGivenBack,
    OwnOrganization, NotAllowed, SignInAgain.
    """
    _must_match(who, Deed.REVERSE_PAYMENT)
    who.must_be_fresh()
    must_see_the_bank(who)
    must_come_by_hand(settings_of(who.organization_id))
    reason = checked_reason(reason)
    match = _match_of(entry_with(entry_id, organization_id=who.organization_id))
    _must_be_anothers(match.paid_organization_id, who)
    lock_theirs(Owner(match.paid_organization_id, match.invoice_id), who=who, at=at)
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if entry.match_id != match.id:
        raise NotMatched
    reversal = unmatch(entry, reason, who=who, at=at)
    crosses = match.paid_organization_id != who.organization_id
    verdict, move_id = Verdict(EntryState.QUEUED, EntryWhy.UNDONE), reversal.id if crosses else None
    put(entry, verdict, because=reversal.id, at=at, move_id=move_id)
    record(MatchUndone(), subject_id=entry.id, who=who, at=at)
    return entry


@deed
def set_aside(entry_id: UUID, note: str, *, who: Actor, at: datetime) -> Entry:
    """Set an entry aside that has nothing to do with the invoices, with a note if there is one.

    On the operator's account it is the operator's own money then. Raises Absent, Invalid,
    NotWaiting, NotAllowed.
    """
    who.must(Deed.REGISTER_PAYMENT)
    must_see_the_bank(who)
    note = tidy(note)
    if errors := tuple(text_errors("note", note, longest=200)):
        raise Invalid(errors)
    entry = _waiting(entry_id, who)
    put(entry, Verdict(EntryState.ASIDE, EntryWhy.SET_ASIDE), because=new_id(), at=at)
    move(entry, EntryState.ASIDE, EntryWhy.SET_ASIDE, note=note)
    if keeps_client_money(who):
        post_aside(entry, new_id(), at=at)
    record(EntrySetAside(), subject_id=entry.id, who=who, at=at)
    return entry


@deed
def take_up(entry_id: UUID, *, who: Actor, at: datetime) -> Entry:
    """Let an entry that was set aside wait again. Raises Absent, NotWaiting, NotAllowed."""
    who.must(Deed.REGISTER_PAYMENT)
    must_see_the_bank(who)
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if entry.state != EntryState.ASIDE:
        raise NotWaiting
    if keeps_client_money(who):
        post_aside(entry, new_id(), at=at, ends=True)
    put(entry, Verdict(EntryState.QUEUED, EntryWhy.TAKEN_UP), because=new_id(), at=at)
    record(EntryTakenUp(), subject_id=entry.id, who=who, at=at)
    return entry


def _must_match(who: Actor, deed: Deed) -> None:
    """Raise NotAllowed, also of customer service anywhere but in a visit to the operator."""
    who.must(deed if who.visit_id is None else Deed.SERVE)
    if who.visit_id is not None and not keeps_client_money(who):
        raise NotAllowed


def _must_be_anothers(organization_id: UUID, who: Actor) -> None:
    """Raise OwnOrganization where customer service would link money to an own invoice."""
    if who.visit_id is not None:
        must_be_a_stranger(who.across(organization_id))


def _waiting(entry_id: UUID, who: Actor) -> Entry:
    """Lock an entry that waits. Raises Absent, NotWaiting."""
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if entry.state != EntryState.QUEUED:
        raise NotWaiting
    return entry


def _match_of(entry: Entry) -> Match:
    """The match that stands. Raises NotMatched."""
    if entry.match_id is None:
        raise NotMatched
    return Match.objects.get(organization_id=entry.organization_id, id=entry.match_id)
