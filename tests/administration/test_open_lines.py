"""Customer service opens 0 % and reverse charge: with a reason, told in history and by e-mail."""

from datetime import datetime
from typing import Any

import pytest

from storno.administration.open_lines import Lines, open_lines
from storno.administration.open_lines_letter import compose_lines
from storno.core.refusals import Invalid, NotAllowed
from storno.history.models import Event
from storno.history.tell import tell
from storno.mailroom.models import Letter
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from storno.staff.enlist import enlist
from storno.staff.visit import visit
from tests.observe import everything
from tests.reports.books import codes
from tests.staff.ended import nobody_serves_afterwards
from tests.web.desk.agent import somebody
from tests.world import World, found

__all__ = ["nobody_serves_afterwards"]


def desk(world: World, at: datetime) -> Any:
    person = somebody("Sam")
    enlist(person.email, "agent", at=at)
    return visit(person.id, world.id, "asked by phone", at=at)


def told(world: World) -> list[str]:
    with scope(world.id):
        events = Event.objects.filter(organization_id=world.id).order_by("id")
        mine = [each for each in events if "_rate_" in each.kind or "_charge_" in each.kind]
        return [each.sentence for each in tell(mine, language="en", time_zone="UTC")]


def test_lines_are_opened_and_closed_with_a_reason(at: datetime) -> None:
    world = found(zero_rate_open=False, reverse_charge_open=False)
    sam = desk(world, at)
    open_lines(Lines.ZERO_RATE, " exports.  ", who=sam, at=at)
    open_lines(Lines.REVERSE_CHARGE, "building sites", who=sam, at=at)
    before = everything(world)
    open_lines(Lines.ZERO_RATE, "again", who=sam, at=at)
    assert everything(world) == before
    open_lines(Lines.ZERO_RATE, "no exports", is_open=False, who=sam, at=at)
    with scope(world.id):
        settings = settings_of(world.id)
    assert (settings.zero_rate_open, settings.reverse_charge_open) == (False, True)
    assert told(world) == [
        "Customer service opened lines with 0 % VAT: exports.",
        "Customer service opened lines with reverse charge: building sites.",
        "Customer service closed lines with 0 % VAT: no exports.",
    ]
    with scope(world.id):
        letters = list(Letter.objects.filter(organization_id=world.id, kind="lines_opened"))
        mail = compose_lines(letters[0])
    assert [each.to_address for each in letters] == [world.alice.email] * 3
    assert mail.subject == "Customer service has changed what your invoices may bear"
    assert "Lines with 0 % VAT: closed" in mail.text
    assert "Lines with reverse charge: open" in mail.text
    assert codes(world) == set()


def test_without_a_reason_or_a_visit_nothing_is_opened(at: datetime) -> None:
    world = found(zero_rate_open=False)
    sam = desk(world, at)
    before = everything(world)
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(Invalid):
            open_lines(Lines.ZERO_RATE, reason, who=sam, at=at)
    with pytest.raises(NotAllowed):
        open_lines(Lines.ZERO_RATE, "I want it", who=world.who(), at=at)
    assert everything(world) == before
