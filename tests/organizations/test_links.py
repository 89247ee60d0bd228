"""Links without sign-in open what they were given for, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from storno.core.ids import new_id
from storno.core.refusals import Absent
from storno.organizations.links import Target, link_to, make_links, opened, signed
from storno.organizations.models import LinkKind, PublicLink
from tests.world import World, found

DAY = date(2026, 9, 14)


@pytest.fixture(scope="module")
def world() -> World:
    return found()


def a_target() -> Target:
    return Target(LinkKind.DOCUMENT, new_id(), DAY)


def test_the_way_out_and_back(world: World) -> None:
    target = a_target()
    (link,) = make_links([target], organization_id=world.id)
    text = signed(link)
    assert opened(text, kind=LinkKind.DOCUMENT) == link
    assert (link.organization_id, link.subject_id, link.expires_on) == (
        world.id,
        target.subject_id,
        DAY,
    )


def test_a_link_that_lasts_is_used_again(world: World) -> None:
    target = a_target()
    first = link_to(target, organization_id=world.id)
    assert link_to(target, organization_id=world.id) == first
    shorter = replace(target, expires_on=date(2026, 9, 13))
    assert link_to(shorter, organization_id=world.id) == first
    longer = replace(target, expires_on=date(2026, 9, 15))
    renewed = link_to(longer, organization_id=world.id)
    assert renewed != first
    assert link_to(longer, organization_id=world.id) == renewed
    assert link_to(target, organization_id=world.id) == first
    assert PublicLink.objects.filter(subject_id=target.subject_id).count() == 2


def test_what_opens_nothing(world: World) -> None:
    (link, gone) = make_links([a_target(), a_target()], organization_id=world.id)
    text, late = signed(link), signed(gone)
    gone.delete()
    id_, signature = text.split(".")
    for wrong in (
        "",
        id_,
        f"{id_}.",
        f"{new_id().hex}.{signature}",
        f"{id_}.{signature[:-1]}",
        f"{text}x",
        f" {text}",
        late,
        "\x00",
        "🙂.🙂",
        "." * 10_000,
    ):
        with pytest.raises(Absent):
            opened(wrong, kind=LinkKind.DOCUMENT)
    with pytest.raises(Absent):
        opened(text, kind=LinkKind.INVITATION)
