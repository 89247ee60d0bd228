"""Customer service at its pages: the queue, an answer, a note, two at once, and the end."""

from datetime import timedelta

from storno.history.models import Event
from storno.organizations.scope import scope_of
from storno.staff.enlist import dismiss, enlist
from storno.support.files import Upload
from storno.support.models import Attachment, Message, Waiting
from storno.support.replies import drop_reply, keep_reply
from storno.support.talk import Said, begin, write
from tests.conftest import Clock
from tests.web.desk.agent import Agent
from tests.web.papers.member import Member
from tests.world import World, found

PDF = Upload("receipt.pdf", b"%PDF-1.7 receipt")


def said(world: World) -> list[tuple[str, str]]:
    """All that was said in the organization, in its order."""
    with scope_of(world.who()):
        mine = Message.objects.filter(organization_id=world.id).order_by("id")
        return list(mine.values_list("side", "text"))


def told(world: World) -> list[str]:
    """What its history tells of customer service."""
    with scope_of(world.who()):
        mine = Event.objects.filter(organization_id=world.id).order_by("id")
        kinds = mine.values_list("kind", flat=True)
        return [kind for kind in kinds if kind.startswith(("conversation", "organization.visited"))]


def test_from_the_queue_to_the_answer_and_the_end(clock: Clock) -> None:
    world = found()
    asked = begin(Said("Paid by mistake", [PDF]), who=world.who(), at=clock.now)
    sam = Agent(world, "Sam", "agent", clock)
    slug = world.organization.slug
    assert f"{slug} Nobody has taken it waits since today at 12:12" in sam.get("desk").text
    page = sam.get("desk_conversation", asked.id)
    assert "Paid by mistake" in page.text
    assert told(world) == ["conversation.begun", "organization.visited"]

    taken = sam.post("desk_hand", asked.id, to=sam.person.id, version=asked.version)
    assert "Taken by: You" in taken.text
    assert f"{slug} Taken by: You" in sam.get("desk", part="mine").text
    assert "You open: 1, of them waiting: 1" in sam.get("desk").text

    version = int(taken.field("version"))
    wrong = sam.post("desk_conversation", asked.id, text=" ", version=version)
    assert (wrong.status, "Write something, or choose a file." in wrong.text) == (422, True)
    noted = sam.post(
        "desk_conversation", asked.id, text="He is kind", is_note="on", version=version
    )
    assert "You · internal note · today at 12:12 He is kind" in noted.text
    once = noted.field("once")
    for _press in range(2):
        answered = sam.post(
            "desk_conversation", asked.id, text="We see to it", version=version + 1, once=once
        )
    assert said(world) == [
        ("member", "Paid by mistake"),
        ("note", "He is kind"),
        ("staff", "We see to it"),
    ]
    assert slug not in sam.get("desk").text
    assert slug in sam.get("desk", part="answered").text
    assert "He is kind" not in Member(world).get("conversation", asked.id).text

    closed = sam.post("desk_end", asked.id, to="closed", version=answered.field("version"))
    assert "This conversation is closed." in closed.text
    assert slug not in sam.get("desk", part="mine").text
    assert f"{slug} Taken by: You ended today" in sam.get("desk", part="closed").text
    again = sam.post("desk_end", asked.id, to="open", version=closed.field("version"))
    assert "This conversation is closed." not in again.text
    assert slug in sam.get("desk", part="mine").text
    assert told(world) == [
        "conversation.begun",
        "organization.visited",
        "conversation.handed",
        "conversation.closed",
        "conversation.reopened",
    ]


def test_of_two_who_answer_one_answers_and_the_other_sees_it(clock: Clock) -> None:
    world = found()
    asked = begin(Said("Hello?"), who=world.who(), at=clock.now)
    sam, tess = (Agent(world, name, "agent", clock) for name in ("Sam", "Tess"))
    shown = [each.get("desk_conversation", asked.id).field("version") for each in (sam, tess)]
    sam.post("desk_conversation", asked.id, text="Hello from Sam", version=shown[0])
    late = tess.post("desk_conversation", asked.id, text="Hello from Tess", version=shown[1])
    assert late.status == 422
    assert "Something was said in this conversation meanwhile." in late.text
    assert "Hello from Sam" in late.text
    assert "Hello from Tess</textarea>" in late.html
    assert said(world) == [("member", "Hello?"), ("staff", "Hello from Sam")]
    tess.post("desk_conversation", asked.id, text="Hello from Tess", version=late.field("version"))
    assert said(world)[-1] == ("staff", "Hello from Tess")


def test_of_two_who_take_it_one_has_it(clock: Clock) -> None:
    world = found()
    asked = begin(Said("Hello?"), who=world.who(), at=clock.now)
    sam, tess = (Agent(world, name, "agent", clock) for name in ("Sam", "Tess"))
    version = sam.get("desk_conversation", asked.id).field("version")
    sam.post("desk_hand", asked.id, to=sam.person.id, version=version)
    late = tess.post("desk_hand", asked.id, to=tess.person.id, version=version)
    assert "Something was said in this conversation meanwhile." in late.said
    assert "Taken by: Sam" in late.text
    handed = sam.post("desk_hand", asked.id, to=tess.person.id, version=late.field("version"))
    assert "Taken by: Tess" in handed.text
    back = sam.post("desk_hand", asked.id, to="", version=handed.field("version"))
    assert "Nobody has taken it" in back.text
    nobody = sam.post("desk_hand", asked.id, to=world.alice.id, version=back.field("version"))
    assert nobody.status == 404
    unshown = sam.post("desk_end", asked.id, to="closed")
    assert "Something was said" in unshown.said
    assert Waiting.objects.get(id=asked.id).closed_at is None


def test_a_file_is_handed_out_in_its_own_conversation(clock: Clock) -> None:
    world = found()
    asked = begin(Said("A receipt", [PDF]), who=world.who(), at=clock.now)
    other = begin(Said("Something else"), who=world.who(), at=clock.now)
    with scope_of(world.who()):
        file = Attachment.objects.get(organization_id=world.id)
    sam = Agent(world, "Sam", "agent", clock)
    answer = sam.client.get(sam.url("desk_file", asked.id, file.id))
    assert (answer.content, answer["X-Content-Type-Options"]) == (PDF.content, "nosniff")
    assert answer["Content-Disposition"] == 'attachment; filename="receipt.pdf"'
    assert sam.get("desk_file", other.id, file.id).status == 404


def test_a_closed_conversation_is_answered_while_another_about_the_invoice_is_open(
    clock: Clock,
) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    sam = Agent(world, "Sam", "agent", clock)
    first = begin(Said("One"), invoice_id=invoice.id, who=world.who(), at=clock.now)
    sam.post("desk_end", first.id, to="closed", version=first.version)
    clock.now += timedelta(minutes=1)
    second = begin(Said("Two"), invoice_id=invoice.id, who=world.who(), at=clock.now)
    assert second.id != first.id
    shown = sam.get("desk_conversation", first.id).field("version")
    assert sam.post("desk_conversation", first.id, text="Yes", version=shown).status == 200
    clock.now += timedelta(minutes=1)
    write(second.id, Said("Three"), who=world.who(), at=clock.now)
    latest = begin(Said("Four"), invoice_id=invoice.id, who=world.who(), at=clock.now)
    assert latest.id == second.id


def test_a_saved_reply_is_chosen_and_changed_before_it_goes(clock: Clock) -> None:
    world = found()
    asked = begin(Said("Hello?"), who=world.who(), at=clock.now)
    sam = Agent(world, "Sam", "agent", clock)
    assert "Saved replies" not in sam.get("desk_conversation", asked.id).text
    kept = keep_reply("Thanks & more", "Thank you <b>,\nwe see to it")
    try:
        page = sam.get("desk_conversation", asked.id)
        assert "Saved replies Thanks & more" in page.text
        assert 'data-words="Thank you &lt;b&gt;,\nwe see to it"' in page.html
        chosen = sam.get("desk_conversation", asked.id, reply=str(kept.id))
        assert "Thank you &lt;b&gt;,\nwe see to it</textarea>" in chosen.html
        assert said(world) == [("member", "Hello?")]
    finally:
        drop_reply("Thanks & more")
    gone = sam.get("desk_conversation", asked.id, reply=str(kept.id))
    assert (gone.status, "Saved replies" in gone.text) == (200, False)
    assert sam.get("desk_conversation", asked.id, reply="x").status == 404


def test_what_somebody_had_who_left_is_nobodys(clock: Clock) -> None:
    world = found()
    asked = begin(Said("Hello?"), who=world.who(), at=clock.now)
    sam, tess = (Agent(world, name, "agent", clock) for name in ("Sam", "Tess"))
    sam.post("desk_hand", asked.id, to=sam.person.id, version=asked.version)
    enlist(sam.person.email, "lead", at=clock.now)
    assert "Taken by: Sam" in tess.get("desk_conversation", asked.id).text
    dismiss(sam.person.email, at=clock.now)
    assert "Nobody has taken it" in tess.get("desk_conversation", asked.id).text
    assert f"{world.organization.slug} Nobody has taken it" in tess.get("desk").text
