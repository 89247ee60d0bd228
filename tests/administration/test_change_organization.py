"""Details and settings in one step: all of it, or nothing."""

from datetime import datetime

import pytest

from storno.administration.change_settings import SettingsChanges
from storno.administration.seller import SellerChanges
from storno.core.refusals import Invalid, NotAllowed, Refused, SignInAgain
from storno.diary.usual import change_organization
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from tests.world import World, found


def stands(world: World, at: datetime) -> tuple[str, str, int]:
    with scope(world.id):
        now = circumstances(world.id, at)
    return now.seller.city, now.seller.account, now.settings.hold_seconds


AS_FOUNDED = ("Helsinki", "FI2112345600000785", 1200)


def test_both_at_once(at: datetime) -> None:
    world = found()
    seller = SellerChanges(city="Espoo", account="FI4250001510000023")
    change_organization(seller, SettingsChanges(hold_seconds=0), who=world.who(), at=at)
    assert stands(world, at) == ("Espoo", "FI4250001510000023", 0)


def test_every_wrong_field_is_named_and_nothing_is_done(at: datetime) -> None:
    world = found()
    for seller, settings, errors in (
        (SellerChanges(city="Espoo"), SettingsChanges(hold_seconds=-1), ["settings.hold_seconds"]),
        (SellerChanges(account="FI00"), SettingsChanges(hold_seconds=0), ["account"]),
        (
            SellerChanges(name="", account="FI00"),
            SettingsChanges(person_term_days=0),
            ["name", "account", "settings.person_term_days"],
        ),
    ):
        with pytest.raises(Invalid) as wrong:
            change_organization(seller, settings, who=world.who(), at=at)
        assert [error.field for error in wrong.value.errors] == errors
    assert stands(world, at) == AS_FOUNDED


def test_who_may(at: datetime) -> None:
    world = found()
    refusals: list[tuple[Actor, type[Refused]]] = [
        (world.who("office"), NotAllowed),
        (world.who(fresh=False), SignInAgain),
    ]
    for who, refusal in refusals:
        with pytest.raises(refusal):
            change_organization(
                SellerChanges(city="Espoo", account="FI4250001510000023"),
                SettingsChanges(hold_seconds=0),
                who=who,
                at=at,
            )
    assert stands(world, at) == AS_FOUNDED
