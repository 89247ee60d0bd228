"""Reminders and disputes through the API and at the terminal."""

import json
from datetime import timedelta

from click.testing import CliRunner

from storno.cli.invoice import command
from tests.api.caller import Caller
from tests.conftest import Clock
from tests.observe import everything
from tests.world import World


def test_it_is_disputed_then_reminded_of(alice: Caller, world: World, clock: Clock) -> None:
    invoice = world.invoice(at=clock.now - timedelta(days=30))
    path = f"/invoices/{invoice.id}"
    page = alice.get(f"{path}/reminders").body
    assert (page["items"], page["from_on"], page["blockers"]) == ([], "2026-06-03", [])
    assert page["late_interest"] == {
        "amount": "5.23",
        "percent": "9.5",
        "since": "2026-06-01",
        "until": "2026-06-16",
    }
    disputed = alice.call("PUT", f"{path}/dispute", {"over": "quality"})
    assert (disputed.status, disputed.body["over"]) == (200, "quality")
    before = everything(world)
    refused = alice.post(f"{path}/reminders")
    assert (refused.status, refused.body["blockers"][0]["code"]) == (409, "disputed")
    assert alice.call("PUT", f"{path}/dispute", {"over": "weather"}).status == 422
    assert everything(world) == before
    assert alice.get(f"{path}/reminders").body["disputed"] == "quality"
    assert alice.call("DELETE", f"{path}/dispute").status == 204
    sent = alice.post(f"{path}/reminders")
    assert (sent.status, sent.body["amount"], sent.body["pay_by"]) == (
        201,
        "1255.00",
        "2026-06-30",
    )
    (letter,) = sent.body["letters"]
    assert (letter["kind"], letter["to"]) == ("overdue_reminder", "daisy@example.com")
    page = alice.get(f"{path}/reminders").body
    assert (page["items"], page["blockers"]) == ([sent.body], ["reminded_today"])
    pdf = alice.get(f"/reminders/{sent.body['id']}/pdf")
    assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf")


def test_it_is_done_at_the_terminal(world: World, clock: Clock) -> None:
    invoice = world.invoice(at=clock.now - timedelta(days=30))
    words = ("--organization", world.organization.slug, "--as", world.alice.email)

    def run(verb: str, *options: str) -> str:
        done = CliRunner().invoke(command, [verb, invoice.number, *words, *options])
        assert (done.exit_code, done.stderr) == (0, "")
        return done.stdout

    number = invoice.number
    assert run("dispute", "--over", "amount") == f"Invoice {number}: marked as disputed.\n"
    assert json.loads(run("dispute", "--end", "--json")) == {"disputed": None}
    assert run("remind", "--by-hand") == (
        f"Invoice {number}: reminded of 1255.00 EUR, by 2026-06-30.\n"
    )
