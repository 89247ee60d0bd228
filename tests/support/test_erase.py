"""What was said is erased two years after the last word, about an invoice after that too."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from storno.documents.erase import erase_expired
from storno.mailroom.models import Letter
from storno.organizations.scope import scope_of
from storno.support.erase import erase_conversations
from storno.support.models import Attachment, Message
from storno.support.talk import Said, answer, begin
from tests.support.test_talk import PDF, staff_in
from tests.world import World, found, line

THEN = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
OVER = THEN + timedelta(days=732)


def left(world: World) -> tuple[list[str], int, int]:
    """The words, how many files, and how many letters of answers there are."""
    with scope_of(world.who()):
        mine = {"organization_id": world.id}
        words = Message.objects.filter(**mine).order_by("id").values_list("text", flat=True)
        letters = Letter.objects.filter(**mine, kind="conversation_answer")
        return list(words), Attachment.objects.filter(**mine).count(), letters.count()


def test_it_goes_two_years_after_the_last_word() -> None:
    world, other = found(), found()
    for each in (world, other):
        asked = begin(Said("My name is Alice", [PDF]), who=each.who(), at=THEN)
        answer(asked.id, Said("Dear Alice"), version=1, who=staff_in(each), at=THEN)
    kept = (["My name is Alice", "Dear Alice"], 1, 1)
    assert erase_conversations(world.id, at=THEN + timedelta(days=731)) == 0
    assert left(world) == kept
    assert erase_conversations(world.id, at=OVER) == 4
    assert (left(world), left(other)) == ((["", ""], 0, 0), kept)
    assert erase_conversations(world.id, at=OVER) == 0


def test_nothing_goes_before_its_time_by_a_clock_that_runs_ahead() -> None:
    world = found()
    now = datetime.now(UTC)
    begin(Said("My name is Alice"), who=world.who(), at=now)
    assert erase_conversations(world.id, at=now + timedelta(days=3_000)) == 0
    assert left(world) == (["My name is Alice"], 0, 0)


def test_about_an_invoice_it_stays_until_the_invoice_is_erased() -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line(rate=Decimal(24)), at=THEN)
    begin(Said("I paid Daisy back", [PDF]), invoice_id=invoice.id, who=world.who(), at=THEN)
    assert erase_conversations(world.id, at=OVER) == 0
    assert left(world) == (["I paid Daisy back"], 1, 0)
    assert erase_expired(world.id, at=datetime.now(UTC)) == 1
    assert erase_conversations(world.id, at=OVER) == 2
    assert left(world) == ([""], 0, 0)
