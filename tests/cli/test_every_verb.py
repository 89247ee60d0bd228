"""Every verb: explained, answering in JSON, failing in one shape, and never with a traceback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from psycopg.conninfo import conninfo_to_dict

from storno.api.errors import BlockerShown, FieldErrorShown
from storno.cli.day import DayType
from storno.cli.main import main, verb_lines
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from tests.cli.installation import ROOT, Installation
from tests.world import World, found

Failed = Callable[..., tuple[int, Any]]

CREATE = ("--name", "Aino", "--country", "FI", "--profile", "practice", "--admin")


def leaves() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Each verb with the words that call it."""
    for verb in verb_lines():
        yield from _leaves((verb,), import_module(f"storno.cli.{verb}").command)


def _leaves(
    words: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, each in command.commands.items():
        yield from _leaves((*words, name), each)


VERBS = dict(leaves())


@pytest.fixture(scope="module")
def world() -> World:
    """One organization for all tests here."""
    return found()


@pytest.fixture
def house() -> Installation:
    """The tests' own installation, for processes beside this one."""
    name = conninfo_to_dict(os.environ["STORNO_OWNER_DATABASE_URL"])["dbname"]
    return Installation(str(name), Path(os.environ["STORNO_DATA"]))


@pytest.fixture
def contents(house: Installation) -> Callable[[], dict[str, str]]:
    """A digest of every table, to be taken again."""
    return house.contents


@pytest.fixture
def failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Failed]:
    """The command line in this process."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*words: str) -> tuple[int, Any]:
        monkeypatch.setattr(sys, "argv", ["storno", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert said.err == ""
        return int(ended.value.code or 0), json.loads(said.out)

    yield run
    signal.signal(signal.SIGTERM, before)


def test_these_are_the_verbs() -> None:
    assert {" ".join(words) for words in VERBS} == {
        "backup",
        "barcode",
        "bank import",
        "bank inspect",
        "card end",
        "card set-up",
        "clients delete",
        "clients export",
        "clients import",
        "closed close",
        "closed list",
        "closed open",
        "consents note",
        "consents show",
        "demo",
        "desk conversation answer",
        "desk conversation close",
        "desk conversation hand",
        "desk conversation list",
        "desk conversation reopen",
        "desk conversation show",
        "desk refund-case approve",
        "desk refund-case decline",
        "desk refund-case list",
        "desk refund-case show",
        "desk reply drop",
        "desk reply keep",
        "desk reply list",
        "diary",
        "draft delete",
        "draft external",
        "draft finalise",
        "draft internal",
        "draft list",
        "draft price",
        "erasures erase",
        "erasures keep",
        "erasures list",
        "erasures show",
        "feed make",
        "feed show",
        "feed withdraw",
        "grants close",
        "grants list",
        "grants open",
        "hours drop",
        "hours drop-other",
        "hours keep",
        "hours other",
        "hours show",
        "invoice credit",
        "invoice dispute",
        "invoice notify",
        "invoice pause",
        "invoice payment-link",
        "invoice refund",
        "invoice remind",
        "invoice resume",
        "invoice show",
        "invoice undo",
        "invoice write-off",
        "mailbox",
        "migrate",
        "operator create",
        "operator set",
        "organization create",
        "organization set",
        "payout approve",
        "payout back",
        "payout drop",
        "payout due",
        "payout file",
        "payout left",
        "payout limit",
        "payout list",
        "payout not-left",
        "payout propose",
        "payout refused",
        "payout show",
        "reference fi",
        "reference kid10",
        "reference kid11",
        "reference rf",
        "remit due",
        "remit office",
        "remit propose",
        "remit repaid",
        "restore",
        "series book",
        "series cancel",
        "series change",
        "series restore",
        "series show",
        "session book",
        "session cancel",
        "session move",
        "session restore",
        "session show",
        "staff create",
        "staff end",
        "staff list",
        "token create",
        "up",
        "verify",
    }


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_it_explains_itself_its_options_and_its_exit_codes(words: tuple[str, ...]) -> None:
    command = VERBS[words]
    said = command.get_help(click.Context(command, info_name=" ".join(words)))
    assert "--json" in said
    assert said.endswith(
        "Exit codes: 0 done, 1 failed or violations found, 2 wrong use, 3 refused by a\nrule."
    )
    for option in command.params:
        assert not isinstance(option, click.Option) or option.help, option.name


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_wrong_use_is_json_as_well(failed: Failed, words: tuple[str, ...]) -> None:
    assert failed(*words, "--nonsense") == (
        2,
        {"code": "wrong_use", "detail": "No such option '--nonsense'."},
    )


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_bytes_that_are_no_text_are_refused(failed: Failed, words: tuple[str, ...]) -> None:
    given: list[str] = []
    for param in VERBS[words].params:
        if isinstance(param, click.Argument):
            given.append("\udcff=\udcff")
        elif param.type is click.STRING:
            given += [param.opts[0], "\udcff"]
        elif param.required and isinstance(param.type, click.Choice):
            given += [param.opts[0], param.type.choices[0]]
        elif param.required:
            given += [param.opts[0], "2026-06-16" if isinstance(param.type, DayType) else "1"]
    if any(param.type is click.STRING for param in VERBS[words].params):
        code, said = failed(*words, *given)
        assert (code, said["code"]) == (2, "wrong_use")
        assert said["detail"].endswith(": This is not text.")


def test_without_json_a_failure_is_one_sentence_on_standard_error(house: Installation) -> None:
    words = ("--organization", "nobody", "--as", "a@example.com")
    done = house.run("invoice", "show", "7", *words)
    assert (done.returncode, done.stdout, done.stderr) == (
        3,
        "",
        "Error: There is no organization nobody.\n",
    )


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"STORNO_PORT": "many"}, "wrong_environment"),
        ({"STORNO_DATABASE_URL": "postgresql://x@127.0.0.1:1/storno"}, "no_database"),
        ({"STORNO_OWNER_DATABASE_URL": ""}, "unfit"),
    ],
)
def test_what_is_wrong_outside_of_storno_is_json_as_well(
    house: Installation, variables: dict[str, str], code: str
) -> None:
    done = house.run("migrate", "--json", **variables)
    assert (done.returncode, done.stderr, json.loads(done.stdout)["code"]) == (2, "", code)


def test_a_refusal_carries_blockers_as_the_api_does(
    failed: Failed, world: World, at: datetime
) -> None:
    words = ("--organization", world.organization.slug, "--as", world.alice.email)
    code, said = failed("invoice", "undo", world.invoice(at=at).number, *words)
    (blocker,) = said["blockers"]
    assert (code, said["code"], blocker["code"]) == (3, "nothing_to_undo", "nothing_to_undo")
    assert set(blocker) == set(BlockerShown.model_fields)
    assert said["detail"] == f"{blocker['message']} {blocker['remedy']}".strip()
    assert failed("invoice", "credit", "7", *words) == (
        3,
        {"code": "absent", "detail": "There is no invoice 7."},
    )


NOWHERE = "There is no organization nowhere."
NOBODY = "Nobody signs in as eve@x.example."
NO_MEMBER = "{stranger} is no member of {slug}."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("invoice show 7 --organization {slug} --as eve@x.example", NOBODY),
        ("invoice show 7 --organization nowhere --as {alice}", NOWHERE),
        ("invoice show 7 --organization {slug} --as {stranger}", NO_MEMBER),
        ("token create --organization {slug} --member {stranger}", NO_MEMBER),
        ("token create --organization {slug} --member eve@x.example", NOBODY),
        ("organization set nowhere hold_seconds=0", NOWHERE),
    ],
)
def test_what_is_not_there_is_said_by_its_name(
    failed: Failed, world: World, words: str, sentence: str
) -> None:
    named = {
        "slug": world.organization.slug,
        "alice": world.alice.email,
        "stranger": found().alice.email,
    }
    told = {"code": "absent", "detail": sentence.format(**named)}
    assert failed(*words.format(**named).split()) == (3, told)


@pytest.mark.parametrize(
    ("admin", "code"),
    [
        ("nonsense", "not_an_email"),
        ("", "required"),
        (" ", "required"),
        ("a" * 300 + "@example.com", "too_long"),
        ("a@example.com\nBcc: b@example.com", "not_an_email"),
    ],
)
def test_an_administrator_needs_an_address_and_nothing_is_made(
    failed: Failed, contents: Callable[[], dict[str, str]], admin: str, code: str
) -> None:
    before = contents()
    ended, said = failed("organization", "create", "aino", *CREATE, admin)
    (error,) = said["errors"]
    assert (ended, said["code"], error["field"], error["code"]) == (2, "invalid", "admin", code)
    assert set(error) == set(FieldErrorShown.model_fields)
    assert contents() == before


def test_a_refused_organization_introduces_nobody(
    failed: Failed, world: World, contents: Callable[[], dict[str, str]]
) -> None:
    before = contents()
    admin = (*CREATE, "aino@example.com")
    ended, said = failed("organization", "create", world.organization.slug, *admin)
    assert (ended, [error["code"] for error in said["errors"]]) == (2, ["taken"])
    ended, said = failed("organization", "create", "aino", *admin, "--iban", "FI00")
    assert (ended, [error["field"] for error in said["errors"]]) == (2, ["account"])
    assert contents() == before


WRONG_SETTINGS = [
    (["nonsense=1"], {"nonsense": "unknown_setting"}),
    (["country=NO"], {"country": "unknown_setting"}),
    (["=1"], {"": "unknown_setting"}),
    (["hold_seconds"], {"hold_seconds": "no_value"}),
    (["hold_seconds="], {"hold_seconds": "wrong_value"}),
    (["hold_seconds=-1"], {"hold_seconds": "wrong_value"}),
    (["hold_seconds=99999"], {"hold_seconds": "out_of_range"}),
    (["hold_seconds=" + "9" * 5000], {"hold_seconds": "wrong_value"}),
    (["hold_seconds=1", "hold_seconds=2"], {"hold_seconds": "set_twice"}),
    (["paid_credit=moon"], {"paid_credit": "wrong_value"}),
    (["office_may_credit=maybe"], {"office_may_credit": "wrong_value"}),
    (["name=" + "x" * 5000], {"name": "too_long"}),
    (["name=\u202ex"], {"name": "unprintable"}),
    (["hold_seconds=60", "nonsense=1"], {"nonsense": "unknown_setting"}),
]


@pytest.mark.parametrize(("assignments", "errors"), WRONG_SETTINGS, ids=range(len(WRONG_SETTINGS)))
def test_a_wrong_setting_is_named_and_nothing_is_set(
    failed: Failed,
    world: World,
    contents: Callable[[], dict[str, str]],
    assignments: list[str],
    errors: dict[str, str],
) -> None:
    before = contents()
    ended, said = failed("organization", "set", world.organization.slug, *assignments)
    assert (ended, said["code"]) == (2, "invalid")
    assert {error["field"]: error["code"] for error in said["errors"]} == errors
    assert contents() == before


def test_what_was_set_is_answered(failed: Failed) -> None:
    world = found()
    slug = world.organization.slug
    wanted = ("paid_credit=desk", "hold_seconds=7", "zero_rate_open=on")
    assert failed("organization", "set", slug, *wanted) == (
        0,
        {"slug": slug, "set": {"paid_credit": "desk", "hold_seconds": 7, "zero_rate_open": True}},
    )
    with scope(world.id):
        now = settings_of(world.id)
    assert (now.paid_credit, now.hold_seconds, now.zero_rate_open) == ("desk", 7, True)


def test_a_token_is_all_that_is_printed(house: Installation, failed: Failed, world: World) -> None:
    words = ("--organization", world.organization.slug, "--member", world.alice.email)
    done = house.run("token", "create", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("storno_")
    assert len(done.stdout.split()) == 1
    for option, value in (("--scopes", "moon"), ("--label", "x" * 5000)):
        ended, said = failed("token", "create", *words, option, value)
        assert (ended, [error["field"] for error in said["errors"]]) == (2, [option[2:]])


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_what_the_machine_refuses_is_a_sentence(house: Installation, options: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "storno.cli.main", "mailbox", *options],
            cwd=ROOT,
            env=house.variables,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        b"Error: The machine refused it: No space left on device.\n",
    )


def test_who_reads_no_further_is_told_nothing() -> None:
    with subprocess.Popen(["true"], stdin=subprocess.PIPE) as reader:
        assert reader.stdin
        reader.wait()
        done = subprocess.run(
            [sys.executable, "-m", "storno.cli.main", "--help"],
            cwd=ROOT,
            stdout=reader.stdin,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")
