"""Writing off what is open while money comes and credit notes go: once, and nothing is lost."""

from datetime import datetime

from storno.corrections.write_off import reverse_write_off, write_off_invoice
from storno.payments.models import WriteOff, WriteOffReversal
from tests.observe import balances, stands
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.test_payments import paying
from tests.races.test_refunds import Doing, crediting, gate
from tests.races.together import TIMES, together
from tests.world import World, found


def asking_again(world: World, row: WriteOff, at: datetime) -> Doing:
    return lambda: reverse_write_off(row.id, "She will pay", who=world.who(), at=at)


def test_it_is_written_off_once_whatever_comes_beside_it(at: datetime) -> None:
    world = found(hold_seconds=0)
    for _ in range(TIMES):
        invoice = world.invoice(at=at)

        def writing_off() -> WriteOff:
            return write_off_invoice(invoice.id, relieved=True, who=world.who(), at=at)  # noqa: B023

        results = together(
            writing_off, writing_off, paying(world, invoice, 60_000, at), gate=gate(invoice)
        )
        (row,) = (result for result in results if isinstance(result, WriteOff))
        assert results.count(["nothing_open"]) == 1
        assert stands(world, invoice)["state"] == "written_off"
        backs = together(
            *[asking_again(world, row, at)] * 2, crediting(world, invoice, at), gate=gate(invoice)
        )
        assert sum(isinstance(back, WriteOffReversal) for back in backs) == 1
        assert backs.count(["already_reversed"]) == 1
        assert stands(world, invoice) == {
            "state": "credited",
            "received": 60_000,
            "credited": 125_500,
            "owed_back": 60_000,
        }
        assert balances(world, invoice) == {"BANK": 60_000, "REFUND": -60_000}
    prove_books(world)
    verify_finds_nothing(world)
