"""What a paper cannot show is said before; what the law asks for must be readable."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from storno.administration.seller import SellerChanges, change_seller
from storno.clients.models import Client
from storno.clients.save import amend_client, entered_in
from storno.core.refusals import Blocked, Invalid
from storno.corrections.finalise import finalise_draft
from storno.documents.draft import entered_in as draft_entered_in
from storno.documents.models import Document, Draft
from storno.documents.queries import draft as draft_with
from storno.documents.warn import warnings_of
from storno.organizations.scope import scope
from tests.world import World, found, line


def warned(world: World, draft: Draft) -> list[tuple[str, str, str]]:
    with scope(world.id):
        saved = draft_with(draft.id, world.id)
        found_ = warnings_of(saved, draft_entered_in(saved).lines, saved.recipient, {})
    return [(error.field, error.code, str(error.message)) for error in found_]


def rename_daisy(world: World, name: str, at: datetime) -> None:
    with scope(world.id):
        entered = entered_in(world.daisy)
    amend_client(world.daisy.id, lambda _now: replace(entered, name=name), who=world.who(), at=at)


def test_what_is_readable_is_not_warned_of(at: datetime) -> None:
    world = found()
    assert warned(world, world.draft(at=at, opening_text="Žluťoučký kůň, Ελένη: 5 €")) == []


def test_each_field_names_what_it_cannot_show(at: datetime) -> None:
    world = found()
    rename_daisy(world, "Daisy 🦆 ☃", at)
    draft = world.draft(line(description="Cake 🍰🍰"), at=at, closing_text="🙏 Thanks")
    assert warned(world, draft) == [
        ("recipient", "not_printable", "The invoice cannot show 🦆 ☃. It prints “�” instead."),
        (
            "lines.0.description",
            "not_printable",
            "The invoice cannot show 🍰. It prints “�” instead.",
        ),
        ("closing_text", "not_printable", "The invoice cannot show 🙏. It prints “�” instead."),
    ]
    finalise_draft(draft.id, send_now=True, who=world.who(), at=at)


def test_of_many_characters_the_first_are_named(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at, opening_text="山田太郎東京都港区芝公園")
    ((_field, _code, message),) = warned(world, draft)
    assert message == (
        "The invoice cannot show 山 田 太 郎 東 京 都 港 区 芝 …. It prints “�” instead."
    )


@pytest.mark.parametrize(
    ("name", "goes"), [("Ἀθηνᾶ Ω", False), ("山 Oy", False), ("🍰", False), ("Cake 🍰", True)]
)
def test_a_name_with_holes_is_nobodys_name(at: datetime, name: str, goes: bool) -> None:
    world = found()
    rename_daisy(world, name, at)
    draft = world.draft(at=at)
    if goes:
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    else:
        with pytest.raises(Blocked, match="cannot be printed"):
            finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    with scope(world.id):
        assert Document.objects.filter(organization_id=world.id).exists() is goes


def test_the_same_reason_is_said_once(at: datetime) -> None:
    world = found()
    draft = world.draft(line(description="🍰"), line(description="🍰"), at=at)
    with pytest.raises(Blocked) as refused:
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    assert [each.field for each in refused.value.blockers] == [
        "lines.0.description",
        "lines.1.description",
    ]
    assert str(refused.value) == ("“🍰” cannot be printed, so nobody could read it on the invoice.")


@pytest.mark.parametrize("field", ["name", "street", "postcode", "city", "business_id"])
@pytest.mark.parametrize("text", ["\u0301", "山 1"])
def test_nothing_asked_of_a_recipient_is_lost(at: datetime, field: str, text: str) -> None:
    """However it came there: nobody can enter a name today of which nothing is seen."""
    world = found()
    with scope(world.id):
        Client.objects.filter(id=world.daisy.id).update(**{field: text})
    draft = world.draft(at=at)
    with pytest.raises(Blocked) as refused:
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    assert [(each.code, each.field, str(each.message)) for each in refused.value.blockers] == [
        (
            "unreadable",
            "recipient",
            f"“{text}” cannot be printed, so nobody could read it on the invoice.",
        )
    ]
    with scope(world.id):
        assert not Document.objects.filter(organization_id=world.id).exists()


@pytest.mark.parametrize("name", ["\u0301", "\u070f", "\u0600", "\U000110bd", "\U00013430"])
def test_nobody_is_called_by_what_is_not_seen(at: datetime, name: str) -> None:
    world = found()
    with pytest.raises(Invalid) as refused:
        rename_daisy(world, name, at)
    assert [(each.field, each.code) for each in refused.value.errors] == [("name", "required")]
    with pytest.raises(Invalid) as refused:
        world.draft(line(description=name), at=at)
    assert [(each.field, each.code) for each in refused.value.errors] == [
        ("lines.0.description", "required")
    ]
    with scope(world.id):
        assert Client.objects.get(id=world.daisy.id).name == "Daisy Duck"
        assert not Draft.objects.filter(organization_id=world.id).exists()


@pytest.mark.parametrize("field", ["name", "street", "postcode", "city"])
def test_the_seller_must_be_readable_too(at: datetime, field: str) -> None:
    world = found()
    changes: dict[str, Any] = {field: "株式会社"}
    change_seller(SellerChanges(**changes), who=world.who(), at=at)
    draft = world.draft(at=at)
    with pytest.raises(Blocked) as refused:
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    assert [
        (each.code, each.field, str(each.message), str(each.remedy))
        for each in refused.value.blockers
    ] == [
        (
            "organization_incomplete",
            field,
            "“株式会社” cannot be printed, so nobody could read it on the invoice.",
            "Write it in Latin letters in the settings of the organization.",
        )
    ]
    with scope(world.id):
        assert not Document.objects.filter(organization_id=world.id).exists()


@pytest.mark.parametrize("of_recipient", [True, False])
def test_what_the_law_asks_for_must_be_readable(at: datetime, of_recipient: bool) -> None:
    world = found()
    if of_recipient:
        rename_daisy(world, "山田太郎", at)
        draft = world.draft(at=at)
    else:
        draft = world.draft(line(), line(description="🍰"), at=at)
    with pytest.raises(Blocked) as refused:
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    assert [
        (each.code, each.field, str(each.message), str(each.remedy))
        for each in refused.value.blockers
    ] == [
        (
            "unreadable",
            "recipient",
            "“山田太郎” cannot be printed, so nobody could read it on the invoice.",
            "Write it in Latin letters at the recipient.",
        )
        if of_recipient
        else (
            "unreadable",
            "lines.1.description",
            "“🍰” cannot be printed, so nobody could read it on the invoice.",
            "Say it in words on the line.",
        )
    ]
    with scope(world.id):
        assert not Document.objects.filter(organization_id=world.id).exists()
