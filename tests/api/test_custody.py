"""Client money through the API: what is held, for whom, and line by line how it came to it."""

from datetime import timedelta

from storno.custody.operate import set_by_operator
from tests.api.caller import caller
from tests.custody.house import came, credited_by_desk, in_custody, undone
from tests.world import FOUNDED

NOTHING = {
    "vat_reserve": "0.00",
    "prepayment_reserve": "0.00",
    "fee": "0.00",
    "fee_vat": "0.00",
    "payable": "0.00",
}


def test_it_tells_what_is_held_and_what_came_of_each_payment() -> None:
    world, at = in_custody(), FOUNDED + timedelta(days=1)
    alice = caller(world, world.alice)
    invoice, other = world.invoice(at=at), world.invoice(at=at)
    came(world, invoice, 125_500, at=at)
    undone(world, came(world, other, 60_000, at=at), at=at)
    over = came(world, other, 130_000, at=at)
    credited_by_desk(world, invoice, at=at)
    set_by_operator(world.organization.slug, ["payout_account=FI4250001510000023"], at=at)
    told = alice.get("/custody").body
    assert told["custody"] is True
    assert told["terms"] == {
        "withholding_percent": "20",
        "fee_percent": "5",
        "fee_vat_percent": "25.5",
        "prepayment_base": "net",
        "fee_on_credit": "keep",
        "remitted": "advance",
    }
    assert told["payout_account"] == {
        "account": "FI4250001510000023",
        "counts_from": "2026-01-05T08:00:00Z",
    }
    assert told["next_payout_account"] is None
    assert told["held"] == {
        "vat_reserve": "255.00",
        "prepayment_reserve": "200.00",
        "fee": "100.00",
        "fee_vat": "25.50",
        "payable": "1929.50",
        "payers": "45.00",
        "waiting": "0.00",
    }
    lines = told["statement"]["items"]
    assert [line["kind"] for line in lines] == [
        "return",
        "payment",
        "reversal",
        "payment",
        "payment",
    ]
    assert (lines[0]["number"], lines[0]["changed"]) == (
        invoice.number,
        NOTHING | {"vat_reserve": "-255.00", "prepayment_reserve": "-200.00", "payable": "455.00"},
    )
    assert lines[2]["changed"]["payable"] == "-352.48"
    assert (lines[1]["invoice"], over.amount_minor) == (str(other.id), 130_000)
    first = alice.get("/custody?limit=3").body["statement"]
    rest = alice.get(first["next"].removeprefix("/api/v1")).body["statement"]
    assert (first["items"] + rest["items"], rest["next"]) == (lines, None)
    assert alice.get("/organization").body["custody"] is True
