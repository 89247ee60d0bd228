"""A bank's file is taken in whole, once, and of one account; or it is refused and nothing stays."""

from io import BytesIO

import pytest
from django.utils.translation import gettext, override

from storno.bank.models import BankFile
from storno.bank.take_in import FileIsFaulty, take_in
from storno.banking.unreadable import Reason
from storno.organizations.scope import scope
from tests.bank.told import AT, entries_of, statement, take, told
from tests.observe import refused, snapshot
from tests.world import found

TWO = told("12.30", "A1"), told("7.00", "A2", side="DBIT", party="Landlord")


def test_a_file_is_read_once_and_another_that_overlaps_adds_what_is_new() -> None:
    world = found()
    first = take(world, statement(*TWO))
    assert (first.again, first.file.entries, first.file.new, first.file.elsewhere) == (
        *(False, 2, 2),
        0,
    )
    assert (first.file.came_in_minor, first.file.went_out_minor) == (1_230, 700)
    assert (first.file.kind, first.file.account) == ("camt.053", "FI2112345600000785")
    before = snapshot(world)
    again = take(world, statement(*TWO))
    assert (again.again, again.file.id) == (True, first.file.id)
    assert snapshot(world) == before

    longer = take(world, statement(*TWO, told("5.00", "A3"), id="S2"))
    assert (longer.file.entries, longer.file.new, longer.file.came_in_minor) == (3, 1, 500)
    assert [(each.key.split()[0], each.amount_minor, each.state) for each in entries_of(world)] == [
        ("A1", 1_230, "new"),
        ("A2", -700, "new"),
        ("A3", 500, "new"),
    ]


def test_entries_of_other_accounts_are_counted_and_left_out() -> None:
    world = found()
    other = statement(told("9.00", "B1"), account="FI1410093000123458")
    of_others = other[other.index(b"<Stmt>") : other.index(b"</BkToCstmrStmt>")]
    both = statement(*TWO).replace(b"</BkToCstmrStmt>", of_others + b"</BkToCstmrStmt>")
    taken = take(world, both)
    assert (taken.file.entries, taken.file.elsewhere) == (2, 1)
    assert len(entries_of(world)) == 2


FAULTS: list[tuple[bytes, str, int]] = [
    (b"", "empty", 1),
    (b"Dear customer", "unknown_format", 1),
    (statement(*TWO)[:-40], "truncated", 6),
    (statement(*TWO).replace(b"7.00", b"7.001"), "bad_amount", 5),
    (
        statement(*TWO).replace(b"<Document", b'<!DOCTYPE x [<!ENTITY a "b">]><Document'),
        "document_type",
        2,
    ),
]


@pytest.mark.parametrize(("content", "code", "line"), FAULTS, ids=[code for _, code, _ in FAULTS])
def test_a_faulty_file_is_refused_with_its_line_and_nothing_stays(
    content: bytes, code: str, line: int
) -> None:
    world = found()
    before = snapshot(world)
    with pytest.raises(FileIsFaulty) as caught:
        take(world, content)
    assert (caught.value.reason, caught.value.line) == (code, line)
    assert snapshot(world) == before


@pytest.mark.parametrize(
    ("language", "told_first"),
    [
        ("fi", "Tiedostoa ei voi ottaa vastaan. Rivi 1: Tiedosto on tyhjä."),
        ("nb", "Filen kan ikke tas inn. Linje 1: Filen er tom."),
    ],
)
def test_why_a_file_is_faulty_is_said_in_the_readers_language(
    language: str, told_first: str
) -> None:
    world = found()
    with override(language), pytest.raises(FileIsFaulty) as caught:
        take(world, b"")
    assert str(caught.value.blockers[0].message) == told_first


@pytest.mark.parametrize("language", ["fi", "nb"])
def test_each_reason_has_its_words_in_each_language(language: str) -> None:
    with override(language):
        for reason in Reason:
            assert gettext(reason.sentence) != reason.sentence
            assert gettext(reason.remedy) != reason.remedy


def test_other_accounts_and_other_kinds_of_file_are_refused() -> None:
    world = found()
    with refused(world, "account_is_not_yours"):
        take(world, statement(*TWO, account="FI1410093000123458"))
    take(world, statement(*TWO))
    with refused(world, "other_kind_of_file"):
        take(world, statement(told("12.30", "C1"), kind="Ntfctn"))


def test_whoever_may_not_register_payments_takes_nothing_in() -> None:
    world = found()
    with refused(world, "not_allowed"):
        take_in(BytesIO(statement(*TWO)), "x", who=world.who("reader"), at=AT)


def test_a_file_is_called_by_what_can_be_read_of_its_name() -> None:
    world = found()
    take_in(BytesIO(statement(*TWO)), "\u202ea\x00" + "n" * 400, who=world.who(), at=AT)
    with scope(world.id):
        assert BankFile.objects.get(organization_id=world.id).name == "a" + "n" * 199
