"""`storno bank`: what is in a bank file, without a database; and a file taken in and matched."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from storno.administration.seller import SellerChanges, change_seller
from storno.cli.bank import command
from storno.corrections.facts import read_standing
from storno.organizations.scope import scope
from tests.bank import told
from tests.banking.messages import ACCOUNT, balance, detail, entry, message, statement, tag
from tests.conftest import Clock
from tests.observe import everything
from tests.world import FOUNDED, World, found

BACK = detail(
    tag("Refs", tag("EndToEndId", "R-7")),
    tag("RtrInf", tag("Rsn", tag("Cd", "AC04"))),
    tag("RmtInf", tag("Ustrd", "back\u009b2J"), tag("Strd", tag("CdtrRefInf", tag("Ref", "1232")))),
)
FILE = message(
    statement(balance("OPBD", "1.5"), balance("CLBD", "41.5"), entry("40", BACK, bank_id="A"))
)


def test_it_prints_accounts_entries_and_returns(tmp_path: Path) -> None:
    (tmp_path / "file.xml").write_bytes(FILE)
    done = CliRunner().invoke(command, ["inspect", str(tmp_path / "file.xml"), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.output) == {
        "accounts": [
            {
                "account": ACCOUNT,
                "currency": "",
                "statement": "S1",
                "format": "camt.053.001.08",
                "opening": {"amount": "1.50", "currency": "EUR"},
                "closing": {"amount": "41.50", "currency": "EUR"},
                "entries": [
                    {
                        "key": "A 2026-11-20 4000",
                        "booked_on": "2026-11-20",
                        "amount": "40.00",
                        "currency": "EUR",
                        "reference": "1232",
                        "text": "back\u009b2J",
                        "party": "",
                        "party_account": "",
                        "end_to_end": "R-7",
                        "returns": {"original": "R-7", "reason": "AC04"},
                        "reversal": False,
                    }
                ],
            }
        ]
    }
    said = CliRunner().invoke(command, ["inspect", str(tmp_path / "file.xml")]).output
    assert said == (
        f"{ACCOUNT} (camt.053.001.08, S1)\n"
        "opening 1.50 EUR, closing 41.50 EUR\n"
        "  2026-11-20           40.00 EUR  1232  back 2J  returned: AC04\n"
    )


def test_a_file_with_a_fault_is_refused_whole(tmp_path: Path) -> None:
    (tmp_path / "file.xml").write_bytes(FILE.replace(b">41.5<", b">41.6<"))
    done = CliRunner().invoke(command, ["inspect", str(tmp_path / "file.xml"), "--json"])
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == (
        "Error: Line 4: Opening balance and entries do not make the closing balance. "
        "Fetch the file from your bank again, and hand it over as it came.\n"
    )


def test_a_file_is_taken_in_and_meets_its_invoices(tmp_path: Path, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    content = told.statement(
        told.told("1255.00", "A1", reference=invoice.payment_reference),
        told.told("60.00", "A2", text="rent"),
    )
    (tmp_path / "june.xml").write_bytes(content)
    words = ["import", str(tmp_path / "june.xml"), "--organization", world.organization.slug]
    done = CliRunner().invoke(command, words)
    assert done.stdout == (
        "Read: 2 new of 2 entries. 1 matched, 1 to match, 0 gone back, 0 set aside.\n"
    )
    with scope(world.id):
        assert read_standing(invoice.id, world.id).state == "paid"
    before = everything(world)
    again = CliRunner().invoke(command, [*words, "--as", world.alice.email, "--json"])
    answer = json.loads(again.stdout)
    assert answer == {
        "id": answer["id"],
        "again": True,
        "entries": 2,
        "new": 2,
        "known": 0,
        "elsewhere": 0,
        "matched": 1,
        "queued": 1,
        "returned": 0,
        "aside": 0,
    }
    assert everything(world) == before
    assert "read before; nothing has changed" in CliRunner().invoke(command, words).stdout
    reader = CliRunner().invoke(command, [*words, "--as", world.bob.email])
    assert (reader.exit_code, "Your role does not allow this." in reader.stderr) == (3, True)


def paid_to(account: str, country: str = "FI") -> World:
    """An organization with an account of its own; the others of the tests share one."""
    world = found(country)
    change_seller(SellerChanges(account=account), who=world.who(), at=FOUNDED)
    return world


def run(*words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--json"])


def test_a_file_finds_its_organization_by_its_account(tmp_path: Path, clock: Clock) -> None:
    account = "FI2017453000778896"
    world, path = paid_to(account), str(tmp_path / "june.xml")
    content = told.statement(told.told("60.00", "A1", text="rent"), account=account)
    Path(path).write_bytes(content)
    assert json.loads(run("import", path).stdout)["queued"] == 1
    assert [each.amount_minor for each in told.entries_of(world)] == [6000]
    stranger = run("import", path, "--as", found().alice.email)
    assert (stranger.exit_code, "is no member of" in stranger.stderr) == (3, True)


def test_a_norwegian_account_is_found_however_it_is_written(tmp_path: Path, clock: Clock) -> None:
    world = paid_to("15032080119", "NO")
    content = told.statement(told.told("60.00", "A1", currency="NOK"), account="NO5015032080119")
    (tmp_path / "june.xml").write_bytes(content)
    assert json.loads(run("import", str(tmp_path / "june.xml")).stdout)["queued"] == 1
    assert len(told.entries_of(world)) == 1


def test_a_file_of_several_or_of_nobody_asks_whose_it_is(tmp_path: Path, clock: Clock) -> None:
    account, nobodys = "FI7439390011223344", "FI7780001710345670"
    worlds = sorted((paid_to(account) for _ in range(2)), key=lambda w: w.organization.slug)
    for name, its in (("several.xml", account), ("nobody.xml", nobodys)):
        (tmp_path / name).write_bytes(told.statement(told.told("60.00", "A1"), account=its))
    several, nobody = (
        run("import", str(tmp_path / name)) for name in ("several.xml", "nobody.xml")
    )
    slugs = ", ".join(world.organization.slug for world in worlds)
    way_out = "Name the one that is meant: --organization."
    assert f"More than one has an account of this file: {slugs}. {way_out}" in several.output
    assert f"No organization here has an account of this file. {way_out}" in nobody.output
    assert (several.exit_code, nobody.exit_code) == (3, 3)
    assert [told.entries_of(world) for world in worlds] == [[], []]
    named = ["import", str(tmp_path / "several.xml"), "--organization", slugs.split(", ")[0]]
    assert json.loads(run(*named).stdout)["new"] == 1
    assert [len(told.entries_of(world)) for world in worlds] == [1, 0]
