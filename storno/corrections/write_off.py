"""Asking no more for what is open: as bad debt, or as a cent difference; and asking for it again.

Order of locks: held draft, standing.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import Case, gather, lock_invoice
from storno.corrections.seen import Seen, must_be_as_shown, seen_by_payer
from storno.corrections.settle import ask_again, checked_reason, settle_cents
from storno.documents.models import Standing
from storno.ledger.journal import Claim
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.payments.models import WriteOff, WriteOffKind, WriteOffReversal
from storno.payments.queries import write_off_with
from storno.payments.write_off import write_off_open


class NothingToWriteOff(Refused):
    """Nothing is asked for on the invoice."""

    code = "nothing_open"
    message = _("Nothing is left to pay on this invoice.")
    remedy = _("There is nothing to write off.")


class BeingCancelled(Refused):
    """A credit note on hold takes what is open as well."""

    code = "being_cancelled"
    message = _("A credit note on this invoice is on its way.")
    remedy = _("Take it back first, if you want to write off what is open.")


@after_due_credit
@deed
def write_off_invoice(
    invoice_id: UUID, *, relieved: bool, seen: Seen | None = None, who: Actor, at: datetime
) -> WriteOff:
    """Write off as bad debt all that is open on an invoice; nothing of it is asked for any more.

    `relieved`: its VAT is taken back as well, as the law lets one whose loss is certain (Finnish
    VAT Act 78 §, Norwegian VAT Act § 4-7). `seen` is how the invoice stood where this was decided.
    Raises Absent, NotAsShown, NothingToWriteOff, BeingCancelled, NotAllowed.
    """
    who.must(Deed.WRITE_OFF)
    _draft, standing = lock_invoice(invoice_id, who.organization_id, at=at)
    must_be_as_shown(seen, seen_by_payer(standing, at=at))
    must_be_open(standing)
    case = gather(standing, who=who, at=at)
    return write_off_open(
        WriteOffKind.BAD_DEBT_RELIEVED if relieved else WriteOffKind.BAD_DEBT,
        case.facts.invoice,
        standing,
        case.facts.claim,
        has_credit_notes=case.facts.has_credit_notes,
        today=case.now.today,
        who=who,
        at=at,
    )


@after_due_credit
@deed
def settle_difference(
    invoice_id: UUID, *, seen: Seen | None = None, who: Actor, at: datetime
) -> WriteOff:
    """Settle the cents that are open on an invoice, up to what the settings say.

    Raises Absent, NotAsShown, NothingToWriteOff, BeingCancelled, MoreThanCents, NotAllowed.
    """
    who.must(Deed.REGISTER_PAYMENT)
    _draft, standing = lock_invoice(invoice_id, who.organization_id, at=at)
    must_be_as_shown(seen, seen_by_payer(standing, at=at))
    must_be_open(standing)
    return settle_cents(gather(standing, who=who, at=at), who=who, at=at)


def kinds_open_to(who: Actor, case: Case) -> tuple[WriteOffKind, ...]:
    """As what somebody may write off what is open on an invoice now; none where nothing can be."""
    open_minor = case.standing.open_minor
    if not open_minor or case.standing.cancelling_at is not None:
        return ()
    kinds: list[WriteOffKind] = []
    if open_minor <= case.now.settings.settled_cents and who.may(Deed.REGISTER_PAYMENT):
        kinds.append(WriteOffKind.CENT_DIFFERENCE)
    if who.may(Deed.WRITE_OFF):
        kinds.append(WriteOffKind.BAD_DEBT)
        if any(case.facts.claim.tax.values()):
            kinds.append(WriteOffKind.BAD_DEBT_RELIEVED)
    return tuple(kinds)


def lost_by(kind: WriteOffKind, claim: Claim) -> tuple[int, int]:
    """What would be lost by writing off what is open, and the VAT taken back, in minor units."""
    part = WriteOff(kind=kind, amount_minor=claim.open_minor).part
    after = claim.written_off(part)
    back = sum(after.relieved_tax.values()) - sum(claim.relieved_tax.values())
    return claim.open_minor - back, back


def must_be_open(standing: Standing) -> None:
    """Raise NothingToWriteOff, BeingCancelled where nothing can be written off."""
    if standing.cancelling_at is not None:
        raise BeingCancelled
    if not standing.open_minor:
        raise NothingToWriteOff


@after_due_credit
@deed
def reverse_write_off(
    write_off_id: UUID, reason: str, *, who: Actor, at: datetime
) -> WriteOffReversal:
    """Ask again for what was written off; needs a recent sign-in and a reason.

    A credit note on hold stays: what leaves is planned then. Raises Absent, Invalid, NotAllowed,
    SignInAgain, WriteOffAlreadyReversed.
    """
    row = write_off_with(write_off_id, organization_id=who.organization_id)
    is_cents = row.kind == WriteOffKind.CENT_DIFFERENCE
    who.must(Deed.REVERSE_PAYMENT if is_cents else Deed.WRITE_OFF)
    who.must_be_fresh()
    reason = checked_reason(reason)
    _draft, standing = lock_invoice(row.invoice_id, who.organization_id, at=at)
    return ask_again(row, reason, gather(standing, who=who, at=at), who=who, at=at)
