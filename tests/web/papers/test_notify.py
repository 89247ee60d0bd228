"""The pages of payment notifications, and of what goes out by itself."""

from datetime import datetime, timedelta

from storno.clients.models import Client
from storno.corrections.automatic import finalise_due
from storno.corrections.depart import depart_due
from storno.organizations.models import Method
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.deeds import pay
from tests.diary.practice import practice
from tests.observe import letters
from tests.web.papers.member import Member
from tests.web.papers.test_labels import buttons

HOUR = timedelta(hours=1)


def test_a_draft_says_when_it_goes_out_and_is_kept_back(at: datetime, clock: Clock) -> None:
    clinic = practice(method=Method.AUTOMATIC)
    draft = clinic.billing(clinic.book(at + HOUR, at=at)).draft
    assert draft is not None
    member = Member(clinic.world)
    seen = member.get("draft", draft.id)
    assert "It will be issued and sent at 13:27." in seen.text
    assert "Draft, goes out by itself at 13:27" in seen.text
    assert {"Finalize Invoice", "Do not send it by itself"} <= buttons(seen.html)
    kept = member.post("draft_by_hand", draft.id)
    assert "It waits for you now." in kept.html
    assert "by itself" not in buttons(kept.html)


def test_a_click_tells_and_the_page_says_what_is_next(at: datetime, clock: Clock) -> None:
    clinic = practice()
    invoice = clinic.invoice(clinic.book(at - HOUR, at=at), at=at)
    member = Member(clinic.world)
    asked = member.get("invoice_notify", invoice.id)
    assert "daisy@example.com" in asked.text
    assert "30 June 2026, 14 July 2026" in asked.text
    assert "wants to be told" not in asked.text
    with scope(clinic.id):
        Client.objects.filter(id=clinic.daisy.id).update(told_by="email", phone="+4722859050")
    asked = member.get("invoice_notify", invoice.id)
    assert "daisy@example.com Daisy Duck wants to be told by e-mail only." in asked.text
    told = member.post("invoice_notify", invoice.id)
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]
    assert "The payment notification is on its way." in told.html
    assert "The next reminder goes on 30 June at 09:00, unless it is paid before." in told.text
    assert {"Pause reminders", "Register payment"} <= buttons(told.html)
    paused = member.post("invoice_pause", invoice.id, reason="agreed")
    assert "Reminders are paused." in paused.text
    assert paused.html.count(member.url("invoice_resume", invoice.id)) == 2
    assert "Reminders paused: another day was agreed on." in paused.text
    resumed = member.post("invoice_resume", invoice.id)
    assert "Reminders go again." in resumed.html
    pay(clinic.world, invoice, invoice.payable_minor, at=at)
    seen = member.get("invoice", invoice.id)
    assert "Nothing is left to pay, so nobody is told any more." in seen.text
    assert not {"Pause reminders", "Send Payment Notification"} & buttons(seen.html)


def test_nobody_to_tell_has_a_way_out(at: datetime, clock: Clock) -> None:
    clinic = practice(method=Method.AUTOMATIC)
    with scope(clinic.id):
        Client.objects.filter(organization_id=clinic.id).update(email="")
    session = clinic.book(at - 2 * HOUR, at=at)
    finalise_due(clinic.id, at=at)
    assert depart_due(clinic.id, at=at) == 0
    member = Member(clinic.world)
    home = member.get("home")
    assert "The invoice to Daisy Duck could not be issued" in home.text
    draft = clinic.billing(session).draft
    assert draft is not None
    seen = member.get("draft", draft.id)
    assert "The recipient has no address to be told of the payment." in seen.text
    invoice = clinic.invoice(session, at=at)
    asked = member.get("invoice_notify", invoice.id)
    assert f"/clients/{clinic.daisy.id}/" in asked.html
    assert "Send Payment Notification" not in buttons(asked.html)
    assert member.post("invoice_notify", invoice.id).status == 409
    assert letters(clinic.world) == []
