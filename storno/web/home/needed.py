"""Home in words: each thing that waits for somebody, why, and the one way to deal with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext

from storno.bank.queries import COUNTED_TO
from storno.catalogue.queries import offers_sessions
from storno.core.refusals import Blocker, Words
from storno.documents.queries import InvoiceRow
from storno.documents.words import credit_words
from storno.history.tell import tell
from storno.mailroom.way_out import is_server_missing
from storno.organizations.models import OrganizationKind, Wording
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.payouts.queries import AccountNeed
from storno.reports.needs import Needs
from storno.web.access import Here
from storno.web.say import reader_language, say_days, say_departure, say_moment, say_money
from storno.web.words import WORDS


@dataclass(frozen=True, slots=True)
class Way:
    """The one way to deal with something."""

    label: Words
    url: str
    method: str = "get"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits; `kind` is `waits` or `done`. What leaves does so at `goes_at`."""

    icon: str
    title: Words
    told: Words = ""
    url: str = ""
    action: Way | None = None
    kind: str = "waits"
    goes_at: datetime | None = None


def needs_in_words(needs: Needs, here: Here, now: Circumstances) -> list[Need]:
    """What needs somebody, the most pressing first."""
    return [
        *_no_server(here),
        *_account(needs, here),
        *_cases(needs, here),
        *_unread(needs, here),
        *_to_check(needs),
        *_entries(needs, here),
        *_cancelling(needs, here, now),
        *_stopped(needs, here, now),
        *_not_issued(needs, here),
        *_not_delivered(needs, here),
        *_untold(needs, here, now),
        *_called_off(needs, here, now),
        *_to_give(needs, here),
        *_leaving(needs, here, now),
        *_owed_back(needs, here),
        *_overdue(needs, here, now),
    ]


def first_steps(needs: Needs, here: Here, now: Circumstances) -> list[Need]:
    """What is left to do before the first invoice; nothing for readers, or once one has gone.

    Nor for the operator, whose money is that of others.
    """
    is_operator = here.organization.kind == OrganizationKind.OPERATOR
    if needs.issued_any or is_operator or not here.who.may(Deed.WRITE_DRAFTS):
        return []
    details = here.url("settings_seller")
    left = [_missing(each, details) for each in needs.missing]
    if not left:
        left = [Need("check", _("Your name, address and account are complete."), kind="done")]
    numbers = here.url("settings_numbers")
    told = _("They begin at 1, unless you come from elsewhere.")
    return [
        *left,
        *_to_book(here, now),
        _vat(f"{details}#id_vat_registered", registered=now.seller.vat_registered),
        Need("state-draft", _("How your numbers begin"), told, numbers, Way(_("See"), numbers)),
    ]


def _to_book(here: Here, now: Circumstances) -> Iterator[Need]:
    """What a practice needs before it can book anybody; inside a reading."""
    is_practice = now.settings.wording == Wording.PRACTICE
    if (
        is_practice
        and here.who.may(Deed.KEEP_CATALOGUE)
        and not offers_sessions(here.organization.id)
    ):
        url = here.url("service_new")
        yield Need(
            "state-draft",
            _("Nothing can be booked yet"),
            _("Sessions are booked of a service: enter one with its length and its price."),
            url,
            Way(_("New service"), url),
        )


def _missing(blocker: Blocker, details: str) -> Need:
    url = f"{details}#id_{blocker.field}"
    return Need("state-draft", blocker.message, url=url, action=Way(_("Fill in"), url))


def _vat(url: str, *, registered: bool) -> Need:
    """Whether invoices will bear VAT: nobody should learn that from the first one that is out."""
    if registered:
        title = _("Your invoices bear VAT")
        told = _("You are in the VAT register. If not, say so first: VAT on an invoice is owed.")
    else:
        title = _("Your invoices bear no VAT")
        told = _("You are not in the VAT register. If you are, say so first.")
    return Need("state-draft", title, told, url, Way(_("See"), url))


def _no_server(here: Here) -> Iterator[Need]:
    if not is_server_missing():
        return
    told = _("Tell an administrator of your organization, or whoever runs this installation.")
    if here.who.may(Deed.CHANGE_SETTINGS):
        told = _(
            "Whoever runs this installation sets STORNO_SMTP_URL and starts it again. Then what "
            "waits leaves by itself."
        )
    yield Need("warning", _("No mail server is set: no letter leaves, all of them wait"), told)


def _to_check(needs: Needs) -> Iterator[Need]:
    """For customer service: how many refund cases there are to check."""
    count = needs.to_check
    if not count and not needs.to_be_paid_back:
        return
    title = ngettext(
        "%(n)s refund case is to be checked", "%(n)s refund cases are to be checked", count
    )
    told = _("In %(n)s more the seller pays the money back first.") % {"n": needs.to_be_paid_back}
    url = reverse("desk_cases")
    yield Need("undo", title % {"n": count}, told, url, Way(_("See the refund cases"), url))


_ACCOUNT: dict[AccountNeed, tuple[Words, Words]] = {
    AccountNeed.MISSING: (
        _later("No account is known to which your money goes"),
        _later("Enter the account to which it shall be paid out."),
    ),
    AccountNeed.FAILED: (
        _later("The bank sent your money back"),
        _later("Check your account. Nothing more goes to it until you have entered it anew."),
    ),
    AccountNeed.CHANGES: (
        _later("Your money shall be paid out to another account"),
        _later("Was it not you? Then keep your account."),
    ),
}
"""What is said of the account that money is paid out to."""


def _account(needs: Needs, here: Here) -> Iterator[Need]:
    if needs.account is not None:
        title, told = _ACCOUNT[needs.account]
        url = here.url("settings_payouts")
        yield Need("bank", title, told, url, Way(_("See your account"), url))


def _cases(needs: Needs, here: Here) -> Iterator[Need]:
    for case, number in needs.cases:
        title = _("The money of invoice %(number)s is to be paid back")
        told = _("Pay the money back, then confirm it in the refund case.")
        if not case.held_minor:
            told = _("Nothing is paid on its invoice any more: take the refund case back.")
        elif case.is_stale:
            told = _(
                "Money has come or gone since you confirmed it. Check the amount, and confirm it "
                "again."
            )
        url = here.url("refund_case", case.case.id)
        way = Way(_("See the refund case"), url)
        yield Need("undo", title % {"number": number}, told, url, way)


def _unread(needs: Needs, here: Here) -> Iterator[Need]:
    if needs.unread:
        count, url = needs.unread, here.url("conversations")
        title = ngettext(
            "Customer service has written: %(count)d new message",
            "Customer service has written: %(count)d new messages",
            count,
        )
        yield Need("chat", title % {"count": count}, url=url, action=Way(_("Read"), url))


def _entries(needs: Needs, here: Here) -> Iterator[Need]:
    if needs.entries:
        count = needs.entries
        title = ngettext("%(count)d bank entry waits", "%(count)d bank entries wait", count)
        if count >= COUNTED_TO:
            title = _("%(count)d bank entries wait, or more")
        told = _("Say which invoices they pay, or set them aside.")
        url = here.url("bank")
        yield Need("bank", title % {"count": count}, told, url, Way(_("Match them"), url))


def _cancelling(needs: Needs, here: Here, now: Circumstances) -> Iterator[Need]:
    for row in needs.cancelling:
        goes_at = row.standing.cancelling_at
        assert goes_at is not None
        url = here.url("invoice", row.document.id)
        if goes_at > here.at:
            when = say_departure(goes_at, here.at, now.seller.time_zone)
            told = _("The credit note leaves %(when)s. Until then you can take it back.")
            told %= {"when": when}
        else:
            told = _("The credit note is leaving.")
        way = Way(_("See the invoice"), url)
        if goes_at > here.at and here.who.may(Deed.UNDO):
            undo = WORDS[now.settings.wording].undo
            way = Way(undo, here.url("invoice_undo", row.document.id), "post")
        in_part = row.standing.is_cancelled_in_part
        title = str(credit_words(now.settings.wording, in_part=in_part).pending) % _of(row)
        yield Need("clock", title, told, url, way, goes_at=goes_at)


def _stopped(needs: Needs, here: Here, now: Circumstances) -> Iterator[Need]:
    told = tell(
        [event for _row, stop in needs.stopped for event in stop],
        language=reader_language(),
        time_zone=now.seller.time_zone,
    )
    sentences = {each.event.id: each.sentence for each in told}
    for row, stop in needs.stopped:
        url = here.url("invoice", row.document.id)
        yield Need(
            "info",
            _("The credit note on invoice %(number)s to %(name)s was stopped") % _of(row),
            " ".join(sentences[event.id] for event in stop),
            url,
            Way(_("See the invoice"), url),
        )


def _not_issued(needs: Needs, here: Here) -> Iterator[Need]:
    for draft in needs.not_issued:
        name = draft.recipient.name if draft.recipient else _("nobody yet")
        yield Need(
            "warning",
            _("The invoice to %(name)s could not be issued") % {"name": name},
            _("Open the draft to see why; it has no number."),
            here.url("draft", draft.id),
            Way(_("See draft"), here.url("draft", draft.id)),
        )


def to_decide(needs: Needs, here: Here, now: Circumstances) -> Iterator[Need]:
    """The drafts that a credit left behind, and what somebody can do with them."""
    ways = _("Invoice %(number)s was credited. Finish the draft or delete it.")
    if now.settings.wording == Wording.PRACTICE:
        ways = _(
            "Invoice %(number)s was credited. Finish the draft, invoice it externally or delete it."
        )
    for draft in needs.to_decide:
        name = draft.recipient.name if draft.recipient else _("nobody yet")
        assert draft.replaces is not None, "it follows a credit"
        url = here.url("draft", draft.id)
        yield Need(
            "state-draft",
            _("The draft for %(name)s awaits a decision") % {"name": name},
            ways % {"number": draft.replaces.number},
            url,
            Way(_("See draft"), url),
        )


def _not_delivered(needs: Needs, here: Here) -> Iterator[Need]:
    for letter, document in needs.not_delivered:
        if document is None:
            continue
        page = document.invoice_id
        yield Need(
            "warning",
            _("The letter with %(number)s could not be delivered") % {"number": document.number},
            _("To %(address)s. Send it again, or to another address.")
            % {"address": letter.to_address},
            here.url("invoice", page),
            Way(_("See"), here.url("invoice", page)),
        )


def _untold(needs: Needs, here: Here, now: Circumstances) -> Iterator[Need]:
    for letter, session in needs.untold:
        when = say_moment(session.starts_at, here.at, now.seller.time_zone).words
        url = here.url("booking", session.id)
        yield Need(
            "warning",
            _("A message about the session of %(name)s could not be delivered")
            % {"name": session.client},
            _("The session is %(when)s. The message went to %(address)s.")
            % {"when": when, "address": letter.to_address},
            url,
            Way(_("See"), url),
        )


def _called_off(needs: Needs, here: Here, now: Circumstances) -> Iterator[Need]:
    for session in needs.called_off:
        when = say_moment(session.starts_at, here.at, now.seller.time_zone).words
        url = here.url("booking", session.id)
        yield Need(
            "diary",
            _("%(name)s cancelled a session") % {"name": session.client},
            _("It was to be %(when)s; the time is free again.") % {"when": when},
            url,
            Way(_("See"), url),
        )


def _to_give(needs: Needs, here: Here) -> Iterator[Need]:
    for note in needs.to_give:
        named = {"number": note.number, "name": note.recipient.name}
        url = here.url("credit_note", note.id)
        yield Need(
            "warning",
            _("Credit note %(number)s to %(name)s is still to be given") % named,
            _("Its invoice was given by hand. Print or download it, and mark it as given."),
            url,
            Way(_("See the credit note"), url),
        )


def _leaving(needs: Needs, here: Here, now: Circumstances) -> Iterator[Need]:
    for draft in needs.leaving:
        assert draft.goes_at is not None
        name = draft.recipient.name if draft.recipient else ""
        told = _("It is leaving.")
        if draft.goes_at > here.at:
            when = say_departure(draft.goes_at, here.at, now.seller.time_zone)
            told = _("It leaves %(when)s. Until then you can edit or withdraw it.")
            told %= {"when": when}
        yield Need(
            "clock",
            _("The invoice to %(name)s is on its way") % {"name": name},
            told,
            here.url("draft", draft.id),
            Way(_("See"), here.url("draft", draft.id)),
            goes_at=draft.goes_at,
        )


def _owed_back(needs: Needs, here: Here) -> Iterator[Need]:
    for row in needs.owed_back:
        amount = say_money(row.standing.owed_back_minor, row.document.currency)
        yield Need(
            "payment",
            _("%(amount)s is owed back to %(name)s") % (_of(row) | {"amount": amount}),
            _("Invoice %(number)s.") % _of(row),
            here.url("invoice", row.document.id),
            Way(_("See the invoice"), here.url("invoice", row.document.id)),
        )


def _overdue(needs: Needs, here: Here, now: Circumstances) -> Iterator[Need]:
    for row in needs.overdue:
        days = say_days((now.today - row.standing.due_on).days)
        amount = say_money(row.standing.open_minor, row.document.currency)
        yield Need(
            "state-overdue",
            _("The invoice to %(name)s is %(days)s overdue") % (_of(row) | {"days": days}),
            _("%(amount)s, number %(number)s.") % (_of(row) | {"amount": amount}),
            here.url("invoice", row.document.id),
            Way(_("See the invoice"), here.url("invoice", row.document.id)),
        )


def _of(row: InvoiceRow) -> dict[str, str]:
    return {"number": row.document.number, "name": row.recipient_name}
