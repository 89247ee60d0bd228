"""A reminder while money comes in, or the invoice is credited: never for what is settled."""

from datetime import datetime, timedelta

from storno.corrections.credit import credit_invoice
from storno.documents.models import Dispute
from storno.organizations.scope import scope
from storno.overdue.dispute import dispute_invoice
from storno.overdue.models import Reminder
from storno.overdue.remind import remind_of_invoice
from storno.worker.rounds import remind_of_overdue
from tests.conftest import Clock
from tests.deeds import CANCELLED
from tests.properties.invariants import verify_finds_nothing
from tests.races.test_payments import paying
from tests.races.together import TIMES, together
from tests.world import found


def test_a_reminder_meets_all_that_settles_it(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0, overdue_days=[5])
    who = world.who()
    for _ in range(TIMES):
        invoice = world.invoice(at=at - timedelta(days=20))
        results = together(
            lambda id_=invoice.id: remind_of_invoice(id_, who=who, at=at),  # type: ignore[misc]
            lambda id_=invoice.id: remind_of_invoice(id_, who=who, at=at),  # type: ignore[misc]
            lambda: list(remind_of_overdue(world.id)),
            paying(world, invoice, 125_500, at),
            lambda id_=invoice.id: credit_invoice(id_, CANCELLED, who=who, at=at),  # type: ignore[misc]
            lambda id_=invoice.id: dispute_invoice(id_, Dispute.AMOUNT, who=who, at=at),  # type: ignore[misc]
            gate=("documents_standing", invoice.id),
        )
        with scope(world.id):
            sent = list(Reminder.objects.filter(organization_id=world.id, invoice_id=invoice.id))
        assert len(sent) <= 1
        assert sum(isinstance(result, Reminder) for result in results[:2]) <= len(sent)
        assert all(reminder.open_minor == 125_500 for reminder in sent)
    verify_finds_nothing(world)
