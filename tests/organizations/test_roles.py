"""Roles × deeds: the one table, spelled out."""

import pytest

from storno.core.ids import new_id
from storno.core.refusals import NotAllowed, SignInAgain
from storno.organizations.roles import DEEDS, STAFF_DEEDS, Actor, Deed, Role, deeds_of, system

BILLING = {
    "write_drafts",
    "finalise",
    "send",
    "register_payment",
    "reverse_payment",
    "refund",
    "keep_clients",
    "keep_catalogue",
    "book",
    "export",
    "ask",
}
CREDITING = {"credit", "undo"}
TREATING = {"keep_consents"}
RULING = {"change_settings", "erase_clients", "invite", "pay_out", "write_off"}
SERVING = {"serve"}


def test_the_table() -> None:
    table: dict[str, set[str]] = {
        "administrator": BILLING | CREDITING | TREATING | RULING,
        "practitioner": BILLING | CREDITING | TREATING,
        "office": BILLING,
        "reader": set(),
    }
    assert table == DEEDS
    assert set(Deed) == BILLING | CREDITING | TREATING | RULING | SERVING
    assert SERVING == STAFF_DEEDS


@pytest.mark.parametrize(
    ("roles", "office_may_credit", "deeds"),
    [
        (["office"], False, BILLING),
        (["office"], True, BILLING | CREDITING),
        (["reader"], True, set()),
        (["practitioner"], True, BILLING | CREDITING | TREATING),
        (["reader", "office"], False, BILLING),
        ([], True, set()),
    ],
)
def test_deeds_add_up(roles: list[str], office_may_credit: bool, deeds: set[str]) -> None:
    assert deeds_of(roles, office_may_credit=office_may_credit) == deeds


@pytest.mark.parametrize("role", Role)
def test_an_actor_may_what_its_roles_carry(role: Role) -> None:
    actor = Actor(new_id(), new_id(), DEEDS[role])
    for deed in Deed:
        assert actor.may(deed) == (deed in DEEDS[role])
        if actor.may(deed):
            actor.must(deed)
        else:
            with pytest.raises(NotAllowed):
                actor.must(deed)


def test_money_and_trust_ask_for_a_recent_sign_in() -> None:
    with pytest.raises(SignInAgain):
        Actor(new_id(), new_id(), frozenset(Deed)).must_be_fresh()
    Actor(new_id(), new_id(), frozenset(), fresh=True).must_be_fresh()


def test_what_happens_by_itself_may_everything_and_is_nobody() -> None:
    organization_id = new_id()
    actor = system(organization_id)
    assert (actor.organization_id, actor.person_id, actor.fresh) == (organization_id, None, True)
    assert actor.deeds == set(Deed)
