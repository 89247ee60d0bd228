"""A virus scanner looks into each file, and without its word none is taken."""

import socket
from pathlib import Path

import pytest
from django.test import override_settings

from storno.support.files import Upload, take
from storno.support.scan import ScannerFailed, is_clean
from storno.support.talk import Said, begin, write
from tests.bank.told import AT
from tests.observe import refused
from tests.support.clamd import EICAR, clamd
from tests.world import found

LARGE = b"%PDF-" + b"x" * 4_999_995


def test_it_sees_all_of_a_file_and_says_what_is_in_it(tmp_path: Path) -> None:
    with clamd() as house:
        assert is_clean(LARGE, house.address)
        assert not is_clean(b"%PDF-" + EICAR, house.address)
        assert house.seen == [LARGE, b"%PDF-" + EICAR]
    with clamd(path=tmp_path / "clamd.ctl") as local:
        assert is_clean(b"words", local.address)
        assert not is_clean(EICAR, local.address)


@pytest.mark.parametrize(
    "says", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: OKAY\0", b"\0", b"stream: O"]
)
def test_without_a_verdict_nothing_is_clean(says: bytes) -> None:
    with clamd(says) as house, pytest.raises(ScannerFailed, match="no verdict"):
        is_clean(b"words", house.address)


def test_one_that_cannot_be_reached_has_failed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", f"unix://{tmp_path}/none.ctl"):
        with pytest.raises(ScannerFailed):
            is_clean(b"words", address)


def test_what_is_harmful_or_unseen_is_refused_and_nothing_is_said() -> None:
    world = found()
    alice = world.who()
    asked = begin(Said("Hello?"), who=alice, at=AT)
    files = [Upload("a.txt", b"words"), Upload("b.txt", EICAR)]
    with clamd() as house, override_settings(SCANNER=house.address):
        with refused(world, "file_harmful"):
            write(asked.id, Said("Look", files), who=alice, at=AT)
        assert house.seen == [b"words", EICAR]
        assert [each.name for each in take(files[:1])] == ["a.txt"]
        address = house.address
    with override_settings(SCANNER=address):
        with refused(world, "file_not_scanned"):
            write(asked.id, Said("Look", files[:1]), who=alice, at=AT)
        write(asked.id, Said("Without a file"), who=alice, at=AT)
    assert [each.name for each in take(files)] == ["a.txt", "b.txt"], "without one, none is asked"


def test_what_is_not_taken_anyhow_is_not_scanned() -> None:
    world = found()
    with clamd() as house, override_settings(SCANNER=house.address):
        with refused(world, "file_not_taken"):
            begin(Said("", [Upload("a.html", b"<html>")]), who=world.who(), at=AT)
        assert house.seen == []
