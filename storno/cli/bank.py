"""`storno bank`: look into what a bank sent, and take it in."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

import click

from storno.bank.models import EntryState
from storno.bank.queries import count_states
from storno.bank.take_in import take_in
from storno.bank.whose import organizations_of_file
from storno.banking.amount import written_amount
from storno.banking.entry import Balance, Entry, Statement
from storno.banking.read import read
from storno.banking.unreadable import Unreadable
from storno.cli.look import find_member, find_organization
from storno.cli.progress import Progress
from storno.cli.ready import with_ready_database
from storno.cli.verb import Failure, NotThere, Verbs
from storno.core.clock import read_clock
from storno.matching.meet import meet_new
from storno.organizations.roles import system
from storno.organizations.scope import scope_of


class FileRefused(Failure):
    """A bank file that cannot be read; its line and reason are among the blockers."""

    exit_code = 3

    def __init__(self, why: Unreadable) -> None:
        reason = {"code": why.reason.code, "message": why.sentence, "remedy": why.reason.remedy}
        super().__init__(str(why), blockers=[reason | {"field": f"line {why.line}"}])
        self.code = why.reason.code


@click.group(cls=Verbs)
def command() -> None:
    """Files of banks: camt.053, camt.054, OCR giro."""


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the statements as JSON.")
def inspect(file: Path, as_json: bool) -> None:
    """Print the accounts of a bank file with their balances and entries; nothing is taken in.

    Amounts are decimals: more than zero came in, less went out. A file with a fault is refused
    whole, with the line and the reason.
    """
    # What is right so far is printed once all of it is: a file may be larger than memory.
    with file.open("rb") as source, TemporaryFile("w+", encoding="utf-8") as said:
        try:
            for piece in (_as_json if as_json else _as_table)(read(source)):
                said.write(piece)
        except Unreadable as why:
            raise FileRefused(why) from None
        said.seek(0)
        _print(said)


def _print(said: IO[str]) -> None:
    while piece := said.read(1 << 16):
        click.echo(piece, nl=False)


def _as_json(read_so_far: Iterator[Statement | Entry]) -> Iterator[str]:
    """`{"accounts": [{…, "entries": […]}]}`, piece by piece."""
    before = '{"accounts": ['
    for each in read_so_far:
        if isinstance(each, Statement):
            head = json.dumps(_statement(each), ensure_ascii=False).removesuffix("}")
            yield f'{before}{head}, "entries": ['
            between, before = "", "]}, "
        else:
            yield between + json.dumps(_entry(each), ensure_ascii=False)
            between = ", "
    yield "]}]}\n"


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "account": statement.account,
        "currency": statement.currency,
        "statement": statement.id,
        "format": statement.format,
        "opening": _balance(statement.opening),
        "closing": _balance(statement.closing),
    }


def _balance(balance: Balance | None) -> dict[str, str] | None:
    if balance is None:
        return None
    amount = written_amount(balance.amount_minor, balance.currency)
    return {"amount": amount, "currency": balance.currency}


def _entry(entry: Entry) -> dict[str, Any]:
    returned = entry.returned
    return {
        "key": entry.key,
        "booked_on": entry.booked_on.isoformat(),
        "amount": written_amount(entry.amount_minor, entry.currency),
        "currency": entry.currency,
        "reference": entry.reference,
        "text": entry.text,
        "party": entry.party,
        "party_account": entry.party_account,
        "end_to_end": entry.end_to_end,
        "returns": {"original": returned.original, "reason": returned.reason} if returned else None,
        "reversal": entry.is_reversal,
    }


def _as_table(read_so_far: Iterator[Statement | Entry]) -> Iterator[str]:
    """The head of each statement, then a line for each entry."""
    gap = ""
    for each in read_so_far:
        if isinstance(each, Statement):
            opening, closing = _said(each.opening), _said(each.closing)
            yield f"{gap}{_clean(each.account)} ({each.format}, {_clean(each.id)})\n"
            yield f"opening {opening}, closing {closing}\n"
            gap = "\n"
        else:
            yield _line(each)


def _said(balance: Balance | None) -> str:
    if balance is None:
        return "not given"
    return f"{written_amount(balance.amount_minor, balance.currency)} {balance.currency}"


def _line(entry: Entry) -> str:
    amount = f"{written_amount(entry.amount_minor, entry.currency):>14} {entry.currency}"
    words = [entry.reference, entry.party, entry.party_account, entry.text]
    if entry.returned:
        words.append(f"returned: {entry.returned.reason}")
    if entry.is_reversal:
        words.append("reversal")
    said = "  ".join(_clean(word) for word in words if word)
    return f"  {entry.booked_on}  {amount}  {said}".rstrip() + "\n"


def _clean(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


@command.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organization", "slug", help="Whose file it is; by its account if left out.")
@click.option("--as", "email", help="The member who acts, by e-mail; nobody where left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@with_ready_database
def import_file(file: Path, slug: str | None, email: str | None, as_json: bool) -> None:
    """Take a bank file in, and let its entries meet the invoices that they name.

    The same or an overlapping file changes nothing of what is known. What meets no invoice waits on
    the page Bank, and in the API at /unmatched.
    """
    at = read_clock()
    with file.open("rb") as source:
        slug = slug or _whose(source)
        who = find_member(email, slug) if email else system(find_organization(slug).id)
        taken = take_in(source, file.name, who=who, at=at)
    progress, met = Progress("{} looked at"), 0
    while some := meet_new(who.organization_id, at=at):
        met += some
        progress(met)
    with scope_of(who):
        counts = count_states(taken.file)
    told = {
        "id": str(taken.file.id),
        "again": taken.again,
        "entries": taken.file.entries,
        "new": taken.file.new,
        "known": taken.file.entries - taken.file.new,
        "elsewhere": taken.file.elsewhere,
        **{state.value: counts[state] for state in _SHOWN},
    }
    click.echo(json.dumps(told) if as_json else _summed_up(told))


def _whose(source: BinaryIO) -> str:
    """The organization that has the account of a file, by its short name. Raises NotThere."""
    slugs = [each.slug for each in organizations_of_file(source)]
    if len(slugs) == 1:
        return slugs[0]
    way_out = "Name the one that is meant: --organization."
    if not slugs:
        raise NotThere(f"No organization here has an account of this file. {way_out}")
    raise NotThere(f"More than one has an account of this file: {', '.join(slugs)}. {way_out}")


_SHOWN = EntryState.MATCHED, EntryState.QUEUED, EntryState.RETURNED, EntryState.ASIDE


def _summed_up(told: Mapping[str, Any]) -> str:
    if told["again"]:
        return "This file was read before; nothing has changed."
    return (
        f"Read: {told['new']} new of {told['entries']} entries. {told['matched']} matched, "
        f"{told['queued']} to match, {told['returned']} gone back, {told['aside']} set aside."
    )
