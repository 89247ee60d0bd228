"""What the worker does for one organization, or for all: each round is one call after the other.

A round yields after each thing done, and may be stopped there; the clock is read anew each time.
"""

from collections.abc import Iterator
from uuid import UUID

from storno.administration.invite import forget_invitations
from storno.administration.open_lines_letter import LINES_LETTER, compose_lines
from storno.cases.letters import (
    CHECKED_LETTER,
    CREDITED_LETTER,
    DECLINED_LETTER,
    OPENED_LETTER,
    compose_case_approved,
    compose_case_declined,
    compose_case_opened,
)
from storno.clients.looks import forget_looks
from storno.clients.take_in import forget_imports
from storno.core.clock import read_clock
from storno.corrections.automatic import finalise_due
from storno.corrections.collect import collect_next
from storno.corrections.depart import depart_due
from storno.corrections.follow_refund import follow_next_refund
from storno.corrections.letter import compose_credit_stopped
from storno.corrections.stop import CREDIT_STOPPED_LETTER
from storno.corrections.to_payer import owe_back_what_failed
from storno.custody.letters import compose_money_came, compose_payout_account
from storno.custody.payout_account import PAYOUT_ACCOUNT_LETTER
from storno.custody.set_aside import MONEY_CAME_LETTER
from storno.diary.forget import forget_clients, forget_links
from storno.diary.messages.compose import compose_session_letter
from storno.diary.messages.remind import remind_of_sessions
from storno.diary.messages.staff import CANCELLED_BY_CLIENT, compose_cancelled_by_client
from storno.diary.messages.tell import LETTERS
from storno.documents.erase import erase_expired
from storno.documents.files import pdf_of, recent_without_pdf
from storno.documents.issue import (
    DOCUMENT_LETTER,
    NOTIFICATION_LETTER,
    OVERDUE_LETTER,
    REMINDER_LETTER,
)
from storno.documents.letter import (
    LINK_RENEWED_LETTER,
    compose_document_letter,
    compose_renewed_link,
)
from storno.mailroom.deliver import Composer, deliver_next
from storno.mailroom.way_out import way_out
from storno.matching.meet import meet_new
from storno.notices.letter import compose_notice
from storno.notices.remind import remind_due
from storno.organizations.count import forget_asked
from storno.organizations.once import forget_answers
from storno.organizations.scope import scope
from storno.overdue.automatic import remind_overdue
from storno.overdue.letter import compose_reminder
from storno.overdue.statement import STATEMENT_LETTER
from storno.payments.erase import erase_reasons
from storno.payouts.erase import erase_money_letters
from storno.payouts.letters import compose_payout_back, compose_payout_left
from storno.payouts.write import BACK_LETTER, LEFT_LETTER
from storno.reports.statement_letter import compose_statement
from storno.support.erase import erase_conversations
from storno.support.letters import ANSWER_LETTER, compose_answer
from storno.support.tell import WAITING_LETTER, compose_waiting, tell_staff

COMPOSERS: dict[str, Composer] = {
    DOCUMENT_LETTER: compose_document_letter,
    LINK_RENEWED_LETTER: compose_renewed_link,
    NOTIFICATION_LETTER: compose_notice,
    REMINDER_LETTER: compose_notice,
    OVERDUE_LETTER: compose_reminder,
    STATEMENT_LETTER: compose_statement,
    CREDIT_STOPPED_LETTER: compose_credit_stopped,
    CANCELLED_BY_CLIENT: compose_cancelled_by_client,
    ANSWER_LETTER: compose_answer,
    WAITING_LETTER: compose_waiting,
    MONEY_CAME_LETTER: compose_money_came,
    PAYOUT_ACCOUNT_LETTER: compose_payout_account,
    LEFT_LETTER: compose_payout_left,
    BACK_LETTER: compose_payout_back,
    OPENED_LETTER: compose_case_opened,
    DECLINED_LETTER: compose_case_declined,
    CHECKED_LETTER: compose_case_approved,
    CREDITED_LETTER: compose_case_approved,
    LINES_LETTER: compose_lines,
    **dict.fromkeys(LETTERS.values(), compose_session_letter),
}
"""Who writes which kind of letter."""

AT_ONCE = 20
"""Letters or papers of one organization before the next one has its turn."""


def depart(organization_id: UUID) -> Iterator[None]:
    """Issue what goes out by itself, or was on hold, and whose time has come."""
    if finalise_due(organization_id, at=read_clock()):
        yield
    if depart_due(organization_id, at=read_clock()):
        yield


def collect(organization_id: UUID) -> Iterator[None]:
    """Ask the payment provider what has come in by card, and have it pay back what shall go."""
    while collect_next(organization_id, at=read_clock()):
        yield
    while follow_next_refund(organization_id, at=read_clock()):
        yield


def remind(organization_id: UUID) -> Iterator[None]:
    """Tell those once more who have not paid yet."""
    if remind_due(organization_id, at=read_clock()):
        yield


def remind_of_overdue(organization_id: UUID) -> Iterator[None]:
    """Remind of what was not paid in time, where reminders go by themselves."""
    for _invoice_id in remind_overdue(organization_id, at=read_clock()):
        yield


def match(organization_id: UUID) -> Iterator[None]:
    """Let entries of the bank that have just been read meet their invoices."""
    while meet_new(organization_id, at=read_clock()):
        yield


def owe_back(organization_id: UUID) -> Iterator[None]:
    """Have owed back again what the bank could not pay to whoever had paid it."""
    if owe_back_what_failed(organization_id, at=read_clock()):
        yield


def deliver(organization_id: UUID) -> Iterator[None]:
    """Send letters, over one connection for the round; where a server is missing they wait."""
    out = way_out()
    try:
        for _turn in range(AT_ONCE):
            if not deliver_next(organization_id, composers=COMPOSERS, out=out, at=read_clock()):
                break
            yield
    finally:
        out.close()


def remind_clients(organization_id: UUID) -> Iterator[None]:
    """Queue the reminders of sessions that are due."""
    while remind_of_sessions(organization_id, at=read_clock()):
        yield


def set_papers(organization_id: UUID) -> Iterator[None]:
    """Render papers that were issued just now, so that the first click on them is quick."""
    with scope(organization_id):
        waiting = recent_without_pdf(organization_id, at=read_clock(), limit=AT_ONCE)
    for document_id in waiting:
        with scope(organization_id):
            pdf_of(document_id, organization_id=organization_id)
        yield


def erase(organization_id: UUID) -> Iterator[None]:
    """Erase what is personal in documents whose time is over, then what only served them."""
    if erase_expired(organization_id, at=read_clock()):
        yield
    if erase_reasons(organization_id):
        yield
    if erase_money_letters(organization_id, at=read_clock()):
        yield
    if erase_conversations(organization_id, at=read_clock()):
        yield
    if forget_clients(organization_id, at=read_clock()):
        yield
    if forget_links(organization_id, at=read_clock()):
        yield


def forget(organization_id: UUID) -> Iterator[None]:
    """Forget what is kept for a while only: answers to requests, invitations, files, looks."""
    if forget_looks(organization_id, at=read_clock()):
        yield
    if forget_answers(organization_id=organization_id, at=read_clock()):
        yield
    if forget_invitations(organization_id=organization_id, at=read_clock()):
        yield
    if forget_imports(organization_id=organization_id, at=read_clock()):
        yield


def tell_desk() -> None:
    """Tell customer service of members who wait."""
    tell_staff(at=read_clock())


def forget_counts() -> None:
    """Forget how often links were asked for in hours that are over."""
    forget_asked(at=read_clock())
