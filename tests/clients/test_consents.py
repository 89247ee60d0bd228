"""Consents: versions, answers, what runs out, and what is wanting."""

from datetime import date, datetime, timedelta
from typing import Any

from storno.clients.consents import (
    AnswerInput,
    TemplateInput,
    amend_template,
    answers_of,
    archive_template,
    asked_of,
    create_template,
    note_consent,
    restore_template,
    templates_of,
    wanting_of,
)
from storno.clients.models import Answer, AnsweredBy, ConsentTemplate
from storno.core.ids import new_id
from storno.organizations.scope import scope
from tests.observe import history, refused
from tests.world import World, found

AT = datetime.fromisoformat("2026-06-16T09:12:00Z")
TODAY = date(2026, 6, 16)
SHARING = TemplateInput(
    name="  Sharing ", statement=" We may\n  ask  a colleague. \n", required=True, months=12
)


def asked(world: World, today: date = TODAY) -> list[tuple[str, int, str, date | None, bool]]:
    with scope(world.id):
        return [
            (
                each.text.template.name,
                each.text.version,
                str(each.wanting),
                each.holds_until,
                each.warns,
            )
            for each in asked_of(world.daisy.id, today, organization_id=world.id)
        ]


def note(
    world: World, template: ConsentTemplate, answer: Answer, on: date | None = None, **more: Any
) -> None:
    entered = AnswerInput(answer, AnsweredBy.PAPER, on)
    client_id = more.get("client_id", world.daisy.id)
    note_consent(client_id, template.id, entered, who=world.who("practitioner"), at=AT)


def test_an_answer_stays_with_its_text_and_runs_out() -> None:
    world = found()
    who = world.who()
    template = create_template(SHARING, who=who, at=AT)
    assert asked(world) == [("Sharing", 1, "has not been asked for", None, True)]
    note(world, template, Answer.REFUSED, date(2026, 6, 1))
    assert asked(world) == [("Sharing", 1, "was refused", None, True)]
    note(world, template, Answer.GIVEN, date(2026, 6, 2))
    until = date(2027, 6, 2)
    assert asked(world) == [("Sharing", 1, "", until, False)]
    assert asked(world, until) == [("Sharing", 1, "", until, False)]
    assert asked(world, until + timedelta(days=1)) == [("Sharing", 1, "has run out", until, True)]
    # A name changes no text; another statement is a new version, of which nobody was asked yet.
    amend_template(
        template.id,
        lambda said: TemplateInput(
            name="With a colleague", statement=said.statement, required=True, months=12
        ),
        who=who,
        at=AT,
    )
    assert asked(world) == [("With a colleague", 1, "", until, False)]
    amend_template(
        template.id,
        lambda said: TemplateInput(name=said.name, statement="We may ask two.", required=True),
        who=who,
        at=AT,
    )
    assert asked(world) == [("With a colleague", 2, "was given to an earlier text", None, True)]
    with scope(world.id):
        (given, _refused) = answers_of(world.daisy.id, organization_id=world.id)
        assert given.text.statement == "We may\nask a colleague."
        (text,) = templates_of(world.id)
        assert text.statement == "We may ask two."
    # What was given to the earlier text can be withdrawn; then there is nothing to withdraw.
    note(world, template, Answer.WITHDRAWN)
    assert asked(world) == [("With a colleague", 2, "was withdrawn", None, True)]
    with refused(world, "consent_not_given"):
        note(world, template, Answer.WITHDRAWN)
    assert history(world, world.daisy.id)[-3:] == ["consent.noted"] * 3


def test_what_is_not_required_or_archived_does_not_warn() -> None:
    world = found()
    who = world.who()
    create_template(TemplateInput(name="News", statement="We may write."), who=who, at=AT)
    template = create_template(SHARING, who=who, at=AT)
    with scope(world.id):
        wanting = wanting_of(world.daisy.id, TODAY, organization_id=world.id)
    assert [each.text.template.name for each in wanting] == ["Sharing"]
    archive_template(template.id, who=who, at=AT)
    assert asked(world) == [("News", 1, "has not been asked for", None, False)]
    with refused(world, "consent_archived"):
        note(world, template, Answer.GIVEN)
    restore_template(template.id, who=who, at=AT)
    assert [name for name, *_rest in asked(world)] == ["News", "Sharing"]


def test_what_cannot_be_is_refused() -> None:
    world, other = found(), found()
    who = world.who()
    template = create_template(SHARING, who=who, at=AT)
    with refused(world, "on: in_the_future"):
        note(world, template, Answer.GIVEN, TODAY + timedelta(days=1))
    with refused(world, "on: too_early"):
        note(world, template, Answer.GIVEN, date(1, 1, 1))
    with refused(world, "absent"):
        note(world, template, Answer.GIVEN, client_id=other.daisy.id)
    with refused(other, "absent"):
        note(other, template, Answer.GIVEN)
    with refused(world, "absent"):
        archive_template(new_id(), who=who, at=AT)
    with refused(world, "not_allowed"):
        create_template(SHARING, who=world.who("practitioner"), at=AT)
    wrong = TemplateInput(name=" ", statement="\u202e", months=0)
    with refused(world, "name: required", "statement: unprintable", "months: out_of_range"):
        create_template(wrong, who=who, at=AT)
