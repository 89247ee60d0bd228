"""What is known of one client as a ZIP: for the client who asks for it (GDPR art. 15 and 20).

Tables are CSV, papers PDF with the same in JSON. Whoever makes it gets no more than they may read:
sessions of diaries that are open to them, consents where these are theirs to know, and who has
looked where they administer the organization.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from storno.archive.models import File, FileKind
from storno.clients.care import cares_of
from storno.clients.consents import answers_of
from storno.clients.looks import looks_at, own_client_looked_at
from storno.clients.models import Client
from storno.clients.queries import contacts_of
from storno.core.sheet import Row, safe_cell, sheet_of
from storno.corrections.stop import CREDIT_STOPPED_LETTER
from storno.diary.models import Booking, BookingKind, Series
from storno.diary.sight import diaries_of
from storno.documents.files import pdf_of
from storno.documents.models import Document, Erasure, Particulars
from storno.history.tell import events_of, tell
from storno.mailroom.models import Letter
from storno.money.currency import decimal_text
from storno.notices.models import Notice
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.overdue.models import Reminder
from storno.payments.queries import payments_on, refunds_on, write_offs_on
from storno.people.queries import names_of
from storno.printing.labels import Language
from storno.reports.client_list import (
    CLIENT_COLUMNS,
    CONTACT_COLUMNS,
    client_row,
    contact_row,
)

MOST_PAPERS = 1000
"""More papers than these are not in it; the README says so."""
MOST_EVENTS = 5000
AT_ONCE = 10
"""So many PDFs are in memory."""


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A ZIP, and what it is called where it is saved."""

    content: bytes
    name: str


def client_file(client_id: UUID, *, language: Language, who: Actor, at: datetime) -> ClientFile:
    """What `who` may know of a client, which is noted as a look at it; in a scope.

    Raises Absent, NotAllowed.
    """
    who.must(Deed.EXPORT)
    client = own_client_looked_at(client_id, who=who, at=at)
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        papers = _papers(client)
        archive.writestr("README.txt", _readme(client, who, all_papers=len(papers) <= MOST_PAPERS))
        for name, rows in _tables(client, papers, language, who).items():
            archive.writestr(f"{name}.csv", sheet_of(rows))
        _add_papers(archive, papers[:MOST_PAPERS])
    return ClientFile(file.getvalue(), f"client-{client.number}.zip")


def _papers(client: Client) -> list[Document]:
    """The papers that go to the client and are not erased, the oldest first."""
    mine = {"organization_id": client.organization_id}
    papers = Document.objects.filter(**mine, recipient_id=client.id).exclude(
        id__in=Erasure.objects.filter(**mine).values("document_id")
    )
    return list(papers.order_by("issued_on", "id")[: MOST_PAPERS + 1])


def _add_papers(archive: ZipFile, papers: Sequence[Document]) -> None:
    """Each paper as JSON and as PDF, in two statements where all PDFs are on file."""
    if not papers:
        return
    mine, names = papers[0].organization_id, {paper.id: _name(paper) for paper in papers}
    of_papers = Particulars.objects.filter(organization_id=mine, document_id__in=names)
    parts = dict(of_papers.values_list("document_id", "parts"))
    for paper in papers:
        told = json.dumps(_told(paper, parts[paper.id]), ensure_ascii=False, indent=2)
        archive.writestr(f"papers/{names[paper.id]}.json", told)
    pdfs = File.objects.filter(organization_id=mine, kind=FileKind.PDF, subject_id__in=names)
    on_file = pdfs.values_list("subject_id", "content").order_by("id")
    for paper_id, content in on_file.iterator(chunk_size=AT_ONCE):
        archive.writestr(f"papers/{names.pop(paper_id)}.pdf", content)
    for paper_id, name in names.items():
        archive.writestr(f"papers/{name}.pdf", pdf_of(paper_id, organization_id=mine))


def _name(paper: Document) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in paper.number)


def _told(paper: Document, parts: object) -> dict[str, object]:
    return {
        "kind": paper.kind,
        "number": paper.number,
        "issued_on": paper.issued_on.isoformat(),
        "currency": paper.currency,
        "net": decimal_text(paper.net_minor, paper.currency),
        "tax": decimal_text(paper.tax_minor, paper.currency),
        "gross": decimal_text(paper.payable_minor, paper.currency),
        "kept_until": paper.retain_until.isoformat(),
        "particulars": parts,
    }


def _tables(
    client: Client, papers: list[Document], language: Language, who: Actor
) -> dict[str, Iterable[Row]]:
    mine, ids = client.organization_id, [paper.id for paper in papers]
    zone = seller_of(mine).time_zone
    beside = contacts_of(client.id, organization_id=mine)
    for contact in beside:
        contact.client = client
    readable = diaries_of(who).readable
    sessions = list(
        Booking.objects.filter(
            readable,
            organization_id=mine,
            client_id=client.id,
            kind=BookingKind.SESSION,
        ).order_by("starts_at", "id")
    )
    series = Series.objects.filter(readable, organization_id=mine, client_id=client.id)
    about = [*(each.id for each in sessions), *series.values_list("id", flat=True), *ids]
    subjects = [client.id, *about]
    consents = {"consents": _consents(client)} if who.may(Deed.KEEP_CONSENTS) else {}
    looks = {"looks": _looks(client)} if who.may(Deed.INVITE) else {}
    return {
        "client": [CLIENT_COLUMNS, client_row(client)],
        "contacts": [CONTACT_COLUMNS, *map(contact_row, beside)],
        **consents,
        "sessions": _sessions(sessions),
        "payments": _payments(papers, mine, ZoneInfo(zone)),
        "letters": _letters(mine, about),
        "notices": _notices(mine, ids),
        "reminders": _reminders(papers, mine),
        "access": _access(client),
        **looks,
        "history": _history(subjects, language, zone, who),
    }


def _consents(client: Client) -> Iterator[Row]:
    yield ("consent", "version", "statement", "answer", "how", "on")
    for each in answers_of(client.id, organization_id=client.organization_id):
        text = each.text
        yield (
            safe_cell(text.template.name),
            str(text.version),
            safe_cell(text.statement),
            each.answer,
            each.how,
            each.on.isoformat(),
        )


def _sessions(sessions: Iterable[Booking]) -> Iterator[Row]:
    yield ("starts_at", "ends_at", "state", "what", "place", "price")
    for each in sessions:
        yield (
            each.starts_at.isoformat(),
            each.ends_at.isoformat(),
            each.state,
            safe_cell(each.description),
            safe_cell(each.place),
            f"{each.unit_price:f}",
        )


def _payments(papers: Sequence[Document], organization_id: UUID, zone: ZoneInfo) -> Iterator[Row]:
    """What came in, what was taken back of it, what was given back, and what of that came again."""
    yield ("kind", "date", "invoice", "currency", "amount")
    paper_of = {paper.id: paper for paper in papers}

    def row(kind: str, on: date, invoice_id: UUID, amount_minor: int) -> Row:
        paper = paper_of[invoice_id]
        amount = decimal_text(amount_minor, paper.currency)
        return (kind, on.isoformat(), safe_cell(paper.number), paper.currency, amount)

    for came in payments_on(paper_of, organization_id):
        payment, back = came.payment, came.reversal
        yield row("payment", payment.paid_on, payment.invoice_id, payment.amount_minor)
        if back is not None:
            on = back.reversed_at.astimezone(zone).date()
            yield row("reversal", on, payment.invoice_id, -payment.amount_minor)
    for gone in refunds_on(paper_of, organization_id):
        refund, again = gone.refund, gone.reversal
        yield row("refund", refund.refunded_on, refund.invoice_id, -refund.amount_minor)
        if again is not None:
            on = again.reversed_at.astimezone(zone).date()
            yield row("refund_reversal", on, refund.invoice_id, refund.amount_minor)
    for each in write_offs_on(paper_of, organization_id):
        lost, asked = each.write_off, each.reversal
        yield row("write_off", lost.written_on, lost.invoice_id, lost.amount_minor)
        if asked is not None:
            on = asked.reversed_at.astimezone(zone).date()
            yield row("write_off_reversal", on, lost.invoice_id, -lost.amount_minor)


def _letters(organization_id: UUID, subjects: list[UUID]) -> Iterator[Row]:
    yield ("queued_at", "sent_at", "kind", "medium", "to", "state")
    sent = Letter.objects.filter(organization_id=organization_id, subject_id__in=subjects)
    for each in sent.exclude(kind=CREDIT_STOPPED_LETTER).order_by("id"):  # tells a member
        yield (
            each.queued_at.isoformat(),
            each.sent_at.isoformat() if each.sent_at else "",
            each.kind,
            each.medium,
            safe_cell(each.to_address),
            each.state,
        )


def _notices(organization_id: UUID, invoices: list[UUID]) -> Iterator[Row]:
    yield ("invoice", "kind", "state", "due_at", "sent_at")
    told = Notice.objects.filter(organization_id=organization_id, invoice_id__in=invoices)
    for each in told.select_related("invoice").order_by("due_at", "id"):
        yield (
            safe_cell(each.invoice.number),
            each.kind,
            each.state,
            each.due_at.isoformat(),
            each.sent_at.isoformat() if each.sent_at else "",
        )


def _reminders(papers: Sequence[Document], organization_id: UUID) -> Iterator[Row]:
    yield ("invoice", "sent_on", "currency", "open", "pay_by", "by_hand")
    paper_of = {paper.id: paper for paper in papers}
    sent = Reminder.objects.filter(organization_id=organization_id, invoice_id__in=paper_of)
    for each in sent.order_by("sent_at", "id"):
        paper = paper_of[each.invoice_id]
        yield (
            safe_cell(paper.number),
            each.sent_on.isoformat(),
            paper.currency,
            decimal_text(each.open_minor, paper.currency),
            each.pay_by.isoformat(),
            "yes" if each.by_hand else "no",
        )


def _access(client: Client) -> Iterator[Row]:
    yield ("since", "who", "kind")
    cares = list(cares_of(client.id, client.organization_id))
    names = names_of(care.person_id for care in cares)
    for care in cares:
        yield (care.since.isoformat(), safe_cell(names.get(care.person_id, "")), care.kind)


def _looks(client: Client) -> Iterator[Row]:
    yield ("at", "who")
    looks = looks_at(client.id, client.organization_id, most=MOST_EVENTS)
    names = names_of(look.person_id for look in looks)
    for look in looks:
        yield (look.at.isoformat(), safe_cell(names.get(look.person_id, "")))


def _history(subjects: list[UUID], language: Language, zone: str, who: Actor) -> Iterator[Row]:
    yield ("at", "by", "what")
    events = events_of(who.organization_id, subjects, limit=MOST_EVENTS)
    for told in tell(events, language=language, time_zone=zone):
        yield (told.event.at.isoformat(), safe_cell(told.who), safe_cell(told.sentence))


def _readme(client: Client, who: Actor, *, all_papers: bool) -> str:
    """What is in it, in the reader's language."""
    lines = [
        _("What is kept here under number %(number)d, as far as you may read it.")
        % {"number": client.number},
        "",
        _("client, contacts: what is known."),
        *([_("consents: what was agreed to.")] if who.may(Deed.KEEP_CONSENTS) else []),
        _("sessions, payments, letters: what took place, was paid or given back, and was sent."),
        _("Of sessions only those in diaries that are open to you."),
        _("history: who did what."),
        _("notices: when payment was asked for."),
        _("reminders: when you were reminded of what was not paid in time."),
        _("access: who looks after the client."),
        *([_("looks: who has looked at the client.")] if who.may(Deed.INVITE) else []),
        _("papers: invoices and credit notes as PDF, and what they say as JSON."),
        "",
        _("Tables are CSV in UTF-8; moments are in UTC unless they say otherwise."),
    ]
    if not all_papers:
        lines.append(_("Of papers only the first 1,000 are here; the others are in Storno."))
    return "\n".join(lines) + "\n"
