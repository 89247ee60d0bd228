"""The bank takes money back that it had booked: the payment that it brought is taken back too."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from storno.bank.books import post_waiting
from storno.bank.models import Entry, EntryState, EntryWhy, Match, MatchReversal
from storno.core.ids import new_id
from storno.corrections.facts import gather, lock_standing
from storno.corrections.settle import take_back
from storno.custody.crossing import crossing
from storno.matching.write import move
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.queries import payment_with


def comes_back(entry: Entry) -> bool:
    """Whether the bank says that an entry takes back another one."""
    return entry.is_reversal or bool(entry.returned_id or entry.returned_why)


def taken_back_by(entry: Entry) -> Entry | None:
    """The one entry that this one takes back; None where there is none, or it could be several.

    It is the same sum the other way round, not later, and what the bank repeats of it is the same:
    the id that its payer had given, or else the reference and the account.
    """
    if not comes_back(entry) or entry.amount_minor > 0:
        return None
    same = Entry.objects.filter(
        organization_id=entry.organization_id,
        account=entry.account,
        currency=entry.currency,
        amount_minor=-entry.amount_minor,
        booked_on__lte=entry.booked_on,
        state__in=[EntryState.NEW, EntryState.MATCHED, EntryState.QUEUED],
    )
    named = [each for each in (entry.returned_id, entry.end_to_end) if each]
    by_id = Q(end_to_end__in=named)
    alike = Q(reference=entry.reference, party_account=entry.party_account)
    for condition in ([by_id] if named else []) + ([alike] if entry.reference else []):
        found = list(same.filter(condition).order_by("-booked_on", "-id")[:2])
        if len(found) == 1:
            return found[0]
    return None


def invoices_of(entries: Iterable[Entry]) -> set[UUID]:
    """The invoices that these entries have paid."""
    kept = [(each.organization_id, each.match_id) for each in entries if each.match_id]
    if not kept:
        return set()
    mine = kept[0][0]
    matches = Match.objects.filter(
        organization_id=mine,
        paid_organization_id=mine,
        id__in=[match_id for _organization, match_id in kept],
    )
    return set(matches.values_list("invoice_id", flat=True))


def take_back_by(entry: Entry, original: Entry, *, who: Actor, at: datetime) -> None:
    """Let an entry take back the original one, and with it the payment that this has brought.

    Raises MoneyWasGivenBack.
    """
    original = Entry.objects.select_for_update().get(
        organization_id=original.organization_id, id=original.id
    )
    if original.state == EntryState.MATCHED:
        reason = entry.returned_why or _("The bank took the money back.")
        unmatch(original, reason[:200], returned_by=entry, who=who, at=at)
    elif original.state == EntryState.QUEUED:
        post_waiting(original, new_id(), at=at, ends=True)
    move(original, EntryState.RETURNED, EntryWhy.RETURN)
    if entry.state == EntryState.QUEUED:
        post_waiting(entry, new_id(), at=at, ends=True)
    move(entry, EntryState.MATCHED, EntryWhy.RETURN, returns_entry_id=original.id)


def unmatch(
    entry: Entry, reason: str, *, returned_by: Entry | None = None, who: Actor, at: datetime
) -> MatchReversal:
    """Take the match of a locked entry back, with the payment that it brought.

    What the bank took back is paid no more, whoever had registered it. The entry itself is moved by
    the caller. Raises MoneyWasGivenBack.
    """
    assert entry.match_id is not None, "what is matched names its match"
    match = Match.objects.get(organization_id=entry.organization_id, id=entry.match_id)
    id_ = new_id()
    if match.brought or returned_by is not None:
        them = who.across(match.paid_organization_id)
        with crossing(them.organization_id, back_to=entry.organization_id):
            payment = payment_with(match.payment_id, organization_id=them.organization_id)
            standing = lock_standing(match.invoice_id, them.organization_id)
            case = gather(standing, who=them, at=at)
            taken_back = take_back(payment, reason, case, who=them, at=at)
        if them.organization_id != entry.organization_id:
            id_ = taken_back.id  # which joins the postings in both books
    reversal = sealed(
        MatchReversal(
            id=id_,
            organization_id=entry.organization_id,
            match_id=match.id,
            returned_by_id=None if returned_by is None else returned_by.id,
            reversed_at=at,
            reversed_by=who.person_id,
        )
    )
    reversal.save(force_insert=True)
    return reversal
