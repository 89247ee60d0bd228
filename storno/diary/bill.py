"""What bills a session: an open draft, an invoice that stands, or a paper of another system.

The session keeps what its next draft will say. As long as a draft or an invoice bills it, that
paper's word counts, here as on its page, so diary and draft cannot say different prices. Before
such a paper goes, the session takes over what it said (`keep_terms`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.clients.queries import case_number_of
from storno.core.insert import sent_together
from storno.core.refusals import FieldError, Invalid, Refused
from storno.diary.method import from_here, keep_choice, method_of, method_on
from storno.diary.models import Booking, BookingState
from storno.diary.price import price_of
from storno.diary.timing import Drafted, time_drafts
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import write_new_drafts
from storno.documents.external import mark_external
from storno.documents.models import Draft, DraftLine, Line, Standing, State
from storno.organizations.models import Method, Seller, Settings
from storno.organizations.queries import seller_of, settings_of
from storno.organizations.roles import Actor
from storno.organizations.scope import unlimited
from storno.tax.category import TaxCategory

SESSION = "session"
"""What papers call it that their line bills (`source_kind`)."""

_FIELDS = {"unit_price": "price", "recipient": "recipient", "delivered_on": "starts_at"}
"""What a draft calls what somebody entered of a session; all else is the service's."""


class Billed(Protocol):
    """A line of a draft or of a document, which says what it bills."""

    @property
    def source_kind(self) -> str:
        """What kind of thing."""

    @property
    def source_id(self) -> UUID | None:
        """Which one."""


class CreditFirst(Refused):
    """An invoice of the session stands, so what it bills is settled."""

    code = "credit_first"
    message = _("This session is invoiced, so its price and recipient can no longer be changed.")
    remedy = _("Credit the invoice first; the session is then open again.")
    field = "price"


class BilledAlready(Refused):
    """There is a draft or an invoice of the session."""

    code = "billed_already"
    message = _("There is a draft or an invoice of this session.")
    remedy = _("Open it from the session.")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session costs and who pays. The price in the major unit, as `price_includes_tax`.

    Of a line that bills several, or with a discount, it is what the line comes to.
    """

    recipient_id: UUID
    unit_price: Decimal
    price_includes_tax: bool


@dataclass(frozen=True, slots=True)
class Billing:
    """How a session is billed now.

    `payer` is who pays by the paper that bills it.
    `invoice` stands: it is not credited in full. Beside it there can be a draft: the corrected one,
    while the credit note is on hold or where a part was credited. A draft with `external_at` is the
    record of a paper of another system.
    """

    terms: Terms
    payer: Client | None = None
    draft: Draft | None = None
    invoice: Standing | None = None

    @property
    def price_locked(self) -> bool:
        """Whether price, recipient and method wait for a credit."""
        return self.invoice is not None and not _follows_a_credit(self.draft)

    @property
    def is_billed(self) -> bool:
        """Whether there is a draft or an invoice."""
        return self.draft is not None or self.invoice is not None

    @property
    def is_external(self) -> bool:
        """Whether it is invoiced in another system."""
        return self.draft is not None and self.draft.external_at is not None


def _follows_a_credit(draft: Draft | None) -> bool:
    """Whether a draft waits for the credit note of the invoice that it replaces."""
    return draft is not None and draft.waits_for_id is not None


def billing_of(session: Booking) -> Billing:
    """How one session is billed now; inside a scope."""
    return billings_of([session])[session.id]


def lock_billing(session: Booking) -> Billing:
    """How a locked session is billed, with the draft that bills it locked: it cannot leave."""
    return lock_billings([session])[session.id]


def lock_billings(sessions: Collection[Booking]) -> Mapping[UUID, Billing]:
    """How locked sessions of one organization are billed, with their drafts locked.

    By all papers there are, also by those that whoever asks may not see: deeds decide by it.
    """
    with unlimited():
        for mine in {session.organization_id for session in sessions}:
            bills = DraftLine.objects.filter(
                organization_id=mine, source_id__in=[session.id for session in sessions]
            ).values("draft_id")
            drafts = Draft.objects.filter(organization_id=mine, id__in=bills)
            list(drafts.select_for_update(of=("self",)).order_by("id"))
        return billings_of(sessions)


def billings_of(sessions: Collection[Booking]) -> Mapping[UUID, Billing]:
    """How sessions of one organization are billed now, by their ids, with three statements."""
    if not sessions:
        return {}
    (mine,) = {session.organization_id for session in sessions}
    asked = [session.id for session in sessions]
    drafts = {
        line.source_id: line
        for line in DraftLine.objects.filter(organization_id=mine, source_id__in=asked)
        .select_related("draft__recipient")
        .order_by("draft_id", "-position")
    }
    lines = _uncredited(
        list(Line.objects.filter(organization_id=mine, source_id__in=asked).order_by("id"))
    )
    standing = (
        Standing.objects.filter(organization_id=mine, id__in={line.document_id for line in lines})
        .exclude(state=State.CREDITED)
        .select_related("recipient")
        .in_bulk()
    )
    invoiced = {line.source_id: line for line in lines if line.document_id in standing}
    return {
        session.id: _billing(session, drafts.get(session.id), invoiced.get(session.id), standing)
        for session in sessions
    }


def _uncredited(lines: Sequence[Line]) -> list[Line]:
    """Of the lines of papers those of invoices that credit notes have left something of."""
    credited: dict[UUID | None, int] = defaultdict(int)
    for line in lines:
        credited[line.corrects_line_id] += line.amount_minor
    return [
        line
        for line in lines
        if line.corrects_line_id is None
        and (not line.amount_minor or credited[line.id] < line.amount_minor)
    ]


def _billing(
    session: Booking,
    drafted: DraftLine | None,
    invoiced: Line | None,
    standing: Mapping[UUID, Standing],
) -> Billing:
    draft = drafted.draft if drafted else None
    invoice = standing[invoiced.document_id] if invoiced else None
    own = terms_of(session)
    if drafted and (invoiced is None or _follows_a_credit(draft)):
        payer, payer_id = drafted.draft.recipient, drafted.draft.recipient_id or own.recipient_id
        terms = Terms(payer_id, price_of(drafted), drafted.includes_tax)
        return Billing(terms, payer, draft, invoice)
    if invoiced and invoice:
        terms = Terms(invoice.recipient_id, price_of(invoiced), invoiced.includes_tax)
        return Billing(terms, invoice.recipient, draft, invoice)
    return Billing(own)


def method_now(session: Booking, billing: Billing, settings: Settings) -> Method:
    """How a session is invoiced, by the word of what bills it where something does.

    One whose draft was stopped, taken back or failed on its way does not go out by itself any more.
    """
    usual = method_of(session, settings, billing.payer)
    if billing.price_locked:
        return from_here(usual)
    if billing.draft is not None:
        draft = billing.draft
        said = method_on(session, settings, billing.payer, draft)
        waits = draft.issues_at is None and draft.goes_at is None
        return Method.MANUAL if waits and said is Method.AUTOMATIC else said
    return usual


def terms_of(session: Booking) -> Terms:
    """What the session itself says: its next draft, where none bills it."""
    assert session.unit_price is not None, "a session has a price"
    assert session.client_id is not None, "a session has a client"
    recipient_id = session.recipient_id or session.client_id
    return Terms(recipient_id, session.unit_price, session.price_includes_tax)


def keep_terms(session: Booking, billing: Billing, settings: Settings) -> None:
    """Let a locked session say what the paper that bills it said, before that goes; not saved."""
    terms = billing.terms
    if billing.draft is not None:
        keep_choice(session, settings, billing.payer, billing.draft)
    session.unit_price, session.price_includes_tax = terms.unit_price, terms.price_includes_tax
    if billing.payer is not None:
        session.recipient = billing.payer
    session.recipient_id = terms.recipient_id


def outlive(lines: Iterable[Line], recipient_id: UUID, organization_id: UUID) -> None:
    """Let the sessions of an invoice that is being credited say what it said.

    Without looking at them: as long as it stands, nobody can give them another price. The invoice
    of one that is cancelled said what that cost, and no price.
    """
    mine = Booking.objects.filter(organization_id=organization_id)
    for line in lines:
        if line.source_kind == SESSION and line.source_id is not None:
            mine.filter(id=line.source_id).exclude(state=BookingState.CANCELLED).update(
                unit_price=price_of(line),
                price_includes_tax=line.includes_tax,
                recipient_id=recipient_id,
                version=F("version") + 1,
            )


def billed_in(lines: Iterable[Billed]) -> set[UUID]:
    """The ids of the sessions that lines bill, of a draft or of a document."""
    return {line.source_id for line in lines if line.source_kind == SESSION and line.source_id}


def drafted_in(draft_id: UUID, *, organization_id: UUID) -> QuerySet[Booking]:
    """The sessions that a draft bills and that are not cancelled."""
    billed = charged_in(draft_id, organization_id=organization_id)
    return billed.exclude(state=BookingState.CANCELLED)


def charged_in(draft_id: UUID, *, organization_id: UUID) -> QuerySet[Booking]:
    """The sessions that a draft bills, those as well for whose cancellation it asks something.

    None of a draft out of sight: of what is absent nothing is locked.
    """
    seen = Draft.objects.filter(organization_id=organization_id, id=draft_id)
    lines = DraftLine.objects.filter(
        organization_id=organization_id, draft_id__in=seen.values("id"), source_kind=SESSION
    )
    return Booking.objects.filter(organization_id=organization_id, id__in=lines.values("source_id"))


def sessions_billed(lines: Collection[Line]) -> Mapping[UUID | None, Booking]:
    """The sessions that these lines of one organization bill, by their ids."""
    ids = billed_in(lines)
    if not ids:
        return {}
    (mine,) = {line.organization_id for line in lines}
    sessions = Booking.objects.filter(organization_id=mine, id__in=ids)
    return {session.id: session for session in sessions}


def make_draft(session: Booking, *, who: Actor, at: datetime) -> Draft:
    """Write the draft that bills a session, within the caller's transaction.

    Where the session is invoiced in another system it is the record of that. Raises Invalid.
    """
    (draft,) = make_drafts([session], who=who, at=at)
    return draft


def make_drafts(sessions: Sequence[Booking], *, who: Actor, at: datetime) -> list[Draft]:
    """Write a draft for each of some sessions that differ in nothing but their time."""
    session, seller = sessions[0], seller_of(who.organization_id)
    usual = draft_entered(session, seller)
    entered = [
        replace(usual, lines=(line_of(each),), delivered_on=local_day(each, seller))
        for each in sessions
    ]
    try:
        drafts = write_new_drafts(entered, who=who, at=at)
    except Invalid as wrong:
        raise Invalid(_of_session(wrong.errors)) from None
    follow_usual_method(drafts, session, who=who, at=at)
    settings = settings_of(who.organization_id)
    method = method_of(session, settings)
    timed = zip(drafts, sessions, strict=True)
    drafted = (Drafted(draft, each, method) for draft, each in timed)
    time_drafts(drafted, settings, who=who, at=at)
    return drafts


def follow_usual_method(
    drafts: Sequence[Draft], session: Booking, *, who: Actor, at: datetime
) -> None:
    """Let new drafts of a session that is invoiced in another system be the records of that."""
    if method_of(session, settings_of(session.organization_id)) == Method.EXTERNAL:
        with sent_together():
            for draft in drafts:
                mark_external(draft, who=who, at=at)


def _of_session(errors: Collection[FieldError]) -> Iterator[FieldError]:
    for error in errors:
        field = _FIELDS.get(error.field.rpartition(".")[2], "service")
        yield FieldError(field, error.code, error.message)


def draft_entered(session: Booking, seller: Seller) -> DraftInput:
    """What the draft of a session says: one line, delivered on the day of the session."""
    recipient_id = terms_of(session).recipient_id
    assert session.client_id is not None, "a session has a client"
    return DraftInput(
        recipient_id=recipient_id,
        lines=(line_of(session),),
        delivered_on=local_day(session, seller),
        case_number=case_number_of(
            session.client_id, recipient_id, organization_id=session.organization_id
        ),
    )


def line_of(session: Booking) -> LineInput:
    """The line that bills a session."""
    terms = terms_of(session)
    return LineInput(
        description=session.description,
        quantity=Decimal(1),
        unit="",
        unit_price=terms.unit_price,
        tax_category=TaxCategory(session.tax_category),
        tax_rate=session.tax_rate,
        includes_tax=terms.price_includes_tax,
        source_kind=SESSION,
        source_id=session.id,
        served_id=session.client_id,
    )


def with_line(
    entered: DraftInput, session: Booking, change: Callable[[LineInput], LineInput | None]
) -> DraftInput:
    """A draft with the line that bills a session changed, or without it where None is returned."""
    lines = (change(line) if _bills(line, session) else line for line in entered.lines)
    return replace(entered, lines=tuple(line for line in lines if line is not None))


def _bills(line: Billed, session: Booking) -> bool:
    return (line.source_kind, line.source_id) == (SESSION, session.id)


def is_drafted_at_once(session: Booking, settings: Settings) -> bool:
    """Whether a session has its draft from the start; else somebody makes it when it is time."""
    return settings.draft_at_booking or method_of(session, settings) != Method.MANUAL


def local_day(session: Booking, seller: Seller) -> date:
    """The day of a session in the organization's zone."""
    return session.starts_at.astimezone(ZoneInfo(seller.time_zone)).date()
