"""Payment by card through its doors: the payer's page, the provider's events, members, programs."""

import json
import time
from uuid import uuid4

from django.test import Client

from storno.corrections.collect import collect_next
from storno.online.models import ProviderAccount
from storno.online.set_up import keep_keys
from storno.organizations.models import HookAddress
from storno.organizations.scope import scope
from tests.api.caller import caller
from tests.conftest import Clock
from tests.deeds import HOLD, hold_credit
from tests.observe import history, snapshot, standing
from tests.online.shop import shop
from tests.online.stripe_house import HOOK_SECRET, KEY, event, signature, stripe_house
from tests.web.cast import member_as, nobody, row_of
from tests.web.papers.member import Member, Seen
from tests.world import World, found


def hook_of(world: World) -> str:
    return f"/hooks/stripe/{HookAddress.objects.get(organization_id=world.id).id}"


def tell(path: str, body: bytes, signed: str) -> int:
    client = Client(SERVER_NAME="localhost")
    answer = client.post(
        path, body, content_type="application/json", headers={"Stripe-Signature": signed}
    )
    assert answer["Content-Type"] == "application/json" or answer.status_code == 404
    return answer.status_code


def test_who_holds_the_link_pays_and_sees_it_turn_to_paid(clock: Clock) -> None:
    with shop(clock.now) as of:
        world, invoice = of.world, of.world.invoice(at=clock.now)
        page = of.offer(invoice, at=clock.now)
        payer = nobody()
        shown = Seen(payer.get(page))
        assert "Maksa 1 255,00 € kortilla" in shown.text.replace("\xa0", " ")
        gone = Seen(payer.post(f"{page}/pay"))
        session = of.house.only_session()
        target = f"{of.house.url}/pay/{session}"
        assert (gone.status, f'content="0;url={target}"' in gone.html) == (200, True)
        assert f'href="{target}"' in gone.html
        form = of.house.sessions[session]["form"]
        assert form["success_url"].endswith(f"{page}/paid")
        assert form["cancel_url"].endswith(page)
        assert form["locale"] == "fi"
        of.house.pay(session)
        back = Seen(payer.get(f"{page}/paid"))
        assert f'data-waits="{page}/paid/state"' in back.html
        assert "kortilla" not in back.text, "nobody pays twice while it is confirmed"
        assert payer.get(f"{page}/paid/state").json() == {"waits": True}
        assert of.collect(at=clock.now) == 1, "coming back has us ask at once, without any event"
        assert payer.get(f"{page}/paid/state").json() == {"waits": False}
        assert payer.get(f"{page}/paid")["Location"] == page
        assert "Tämä lasku on maksettu." in Seen(payer.get(page)).text
        assert payer.post(f"{page}/pay")["Location"] == page
        assert len(of.house.sessions) == 1
        assert "by card" in Member(world).get("invoice", invoice.id).text


def test_an_event_has_us_ask_and_a_forged_one_changes_nothing(clock: Clock) -> None:
    with shop(clock.now) as of:
        world, invoice = of.world, of.world.invoice(at=clock.now)
        session = of.checkout(invoice, at=clock.now)
        hook, now = hook_of(world), clock.now
        done = event("checkout.session.completed", {"object": "checkout.session", "id": session})
        before = snapshot(world)
        forged = {
            "another's": (done, signature(done, "whsec_theirs")),
            "altered": (done.replace(b"completed", b"expired"), signature(done)),
            "old": (done, signature(done, at=1_000_000)),
            "none": (done, ""),
            "strange": (done, "t=now,v1=ä\x01"),
            "no_text": (done, f"t={int(time.time())},v1=ä"),
            "html": (b"<html>\xff</html>", signature(b"<html></html>")),
            "huge": (b"[" * 200_000, signature(b"[" * 200_000)),
        }
        for name, (body, signed) in forged.items():
            assert tell(hook, body, signed) == 400, name
        assert tell(hook, b" " * 300_000, "") == 413
        assert tell(f"/hooks/stripe/{uuid4()}", done, signature(done)) == 404
        for strange in (b"[]", b'{"data": {"object": []}}', b'{"data": {"object": {"id": 1}}}'):
            assert tell(hook, strange, signature(strange)) == 200
        unknown = event("checkout.session.completed", {"object": "checkout.session", "id": "cs_x"})
        assert tell(hook, unknown, signature(unknown)) == 200
        assert snapshot(world) == before
        assert of.collect(at=now) == 0
        assert tell(hook, done, signature(done)) == 200
        assert of.collect(at=now) == 1
        assert standing(world, invoice).state == "sent", "it is not paid, whatever the event says"
        charge = of.house.pay(session)
        for _twice in range(2):
            assert tell(hook, done, signature(done)) == 200
            of.collect(at=now)
        assert history(world, invoice.id)[-1] == "payment.came"
        of.house.dispute(charge, "lost")
        lost = {"object": "dispute", "id": "dp_1", "payment_intent": charge}
        dispute = event("charge.dispute.closed", lost)
        assert tell(hook, dispute, signature(dispute)) == 200
        of.collect(at=now)
        assert standing(world, invoice).state == "sent"


def test_a_signed_event_with_a_name_that_no_database_keeps_changes_nothing(clock: Clock) -> None:
    with shop(clock.now) as of:
        before = snapshot(of.world)
        for kind in ("refund", "checkout.session", "dispute"):
            for name in ("cs\x00", "\ud800", 7, None):
                body = event("x", {"object": kind, "id": name, "payment_intent": name})
                assert tell(hook_of(of.world), body, signature(body)) == 200
        assert snapshot(of.world) == before


def test_an_event_about_the_checkout_of_another_organization_changes_nothing(clock: Clock) -> None:
    with shop(clock.now) as of:
        theirs, ours = of.world, found()
        keep_keys(KEY, HOOK_SECRET, who=ours.who(), at=clock.now)
        invoice = theirs.invoice(at=clock.now)
        session = of.checkout(invoice, at=clock.now)
        of.house.pay(session)
        done = event("checkout.session.completed", {"object": "checkout.session", "id": session})
        before = [snapshot(world) for world in (ours, theirs)]
        assert tell(hook_of(ours), done, signature(done)) == 200
        assert [snapshot(world) for world in (ours, theirs)] == before
        assert of.collect(at=clock.now) == 0
        assert collect_next(ours.id, at=clock.now) is False
        assert standing(theirs, invoice).state == "sent"


def test_a_member_activates_and_deactivates_it(clock: Clock) -> None:
    with shop(clock.now, wording="practice") as of:
        world, invoice = of.world, of.world.invoice(at=clock.now)
        alice = Member(world)
        assert "Activate online payment" in alice.get("invoice", invoice.id).text
        sent = alice.post("invoice_notify", invoice.id)
        assert "It can be paid online." in sent.text
        page = sent.html
        assert "Deactivate online payment" in page
        state = alice.client.get(alice.url("invoice_state", invoice.id), {"deeds": "7"})
        assert state["HX-Refresh"] == "true"
        ended = alice.post("invoice_card_end", invoice.id)
        assert "reminders are paused" in ended.said
        assert "Reminders are paused." in ended.text
        public = of.offer(invoice, at=clock.now)
        assert "It can be paid online." in alice.get("invoice", invoice.id).text
        assert "kortilla" in Seen(nobody().get(public)).text
        hold_credit(world, invoice, at=clock.now)
        assert "kortilla" not in Seen(nobody().get(public)).text
        assert "online payment" not in alice.get("invoice", invoice.id).text
        clock.now += HOLD
        refused = alice.post("invoice_card", invoice.id)
        assert "was not activated" in refused.text


def test_keys_are_kept_checked_and_ended_and_never_shown(clock: Clock) -> None:
    with stripe_house() as house:
        world = found()
        alice = Member(world)
        wrong = alice.post("settings_card", secret_key="pk_live_x", hook_secret="secret")
        assert wrong.error_of("secret_key") == "A key of this kind begins like sk_live_…."
        assert wrong.error_of("hook_secret") == "A key of this kind begins like whsec_…."
        unknown = alice.post("settings_card", secret_key="sk_live_theirs")
        assert "does not know this key" in unknown.error_of("secret_key")
        house.away = True
        assert "does not answer" in alice.post("settings_card", secret_key=KEY).text
        house.away = False
        kept = alice.post("settings_card", secret_key=KEY, hook_secret=HOOK_SECRET)
        assert "Stripe knows the key" in kept.said
        assert "acct_ours" in kept.text and "test keys" in kept.text
        assert hook_of(world) in kept.html
        row = row_of(ProviderAccount, world)
        assert KEY not in kept.html and KEY not in row.secret and HOOK_SECRET not in row.hook_secret
        assert "Stripe knows the key" in alice.post("settings_card").said
        reader = member_as(world, "reader")
        assert "Only administrators" in reader.get("settings_card").text
        stale = Member(world, fresh=False)
        before = snapshot(world)
        stale.post("settings_card", secret_key=KEY)
        reader.post("settings_card", secret_key=KEY)
        assert snapshot(world) == before
        assert "ended" in alice.post("settings_card_end").said
        with scope(world.id):
            assert not ProviderAccount.objects.filter(organization_id=world.id).exists()


def test_programs_set_it_up_and_get_the_link(clock: Clock) -> None:
    with stripe_house() as house:
        world = found()
        invoice, alice = world.invoice(at=clock.now), caller(world)
        path = f"/invoices/{invoice.id}/payment-links"
        assert alice.post(path, None).codes == ["card_payment_not_set_up"]
        nothing = alice.get("/organization/card-payment").body
        assert nothing["account"] is None
        empty = alice.call("PATCH", "/organization/card-payment", {})
        assert (empty.status, empty.fields) == (422, {"secret_key": "required"})
        keys = {"secret_key": KEY, "hook_secret": HOOK_SECRET}
        kept = alice.call("PATCH", "/organization/card-payment", keys).body
        assert (kept["account"], kept["is_live"], kept["has_hook_secret"]) == (
            "acct_ours",
            False,
            True,
        )
        assert kept["hook_url"].endswith(hook_of(world))
        assert KEY not in json.dumps(alice.get("/organization/card-payment").body)
        linked = alice.post(path, None)
        assert linked.status == 201
        assert alice.post(path, None).body == linked.body
        assert (
            nobody().get(linked.body["url"].removeprefix("http://localhost:8000")).status_code
            == 200
        )
        assert alice.call("DELETE", path).status == 204
        assert alice.call("DELETE", path).codes == ["card_payment_not_offered"]
        assert alice.call("DELETE", "/organization/card-payment").status == 204
        assert alice.call("DELETE", "/organization/card-payment").codes == [
            "card_payment_not_set_up"
        ]
        assert house.calls
