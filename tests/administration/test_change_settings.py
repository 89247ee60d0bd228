"""How an organization works, and who may say so."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.utils.translation import override

from storno.administration.change_settings import (
    OperatorSettings,
    SettingsChanges,
    change_settings,
)
from storno.core.refusals import Invalid, NotAllowed
from storno.history.models import Event
from storno.organizations.actors import actor_of
from storno.organizations.models import (
    AfterCredit,
    Channel,
    ClientShownAs,
    Method,
    Organization,
    Settings,
    VatOn,
    Wording,
)
from storno.organizations.queries import settings_of
from storno.organizations.roles import Deed
from storno.organizations.scope import scope
from tests.world import World, found


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is."""
    return found()


def stored(world: World) -> Settings:
    with scope(world.id):
        return settings_of(world.id)


def told(world: World) -> list[dict[str, Any]]:
    with scope(world.id):
        events = Event.objects.filter(kind="organization.setting_changed").order_by("id")
        return [event.facts for event in events]


def test_everything_members_may_set(at: datetime) -> None:
    world = found()
    changes = SettingsChanges(
        hold_seconds=0,
        after_credit=AfterCredit.DRAFT,
        wording=Wording.PRACTICE,
        default_channel=Channel.NONE,
        vat_on=VatOn.INVOICE,
        method=Method.EXTERNAL,
        client_shown_as=ClientShownAs.REFERENCE,
        office_may_credit=True,
        person_term_days=90,
        company_term_days=30,
        notice_days=14,
        late_interest=Decimal("10.5"),
        exemption_reason=" Healthcare services,  AVL 34 § ",
    )
    returned = change_settings(changes, who=world.who(), at=at)
    settings = stored(world)
    assert returned.hold_seconds == settings.hold_seconds == 0
    assert (settings.after_credit, settings.wording) == ("draft", "practice")
    assert (settings.default_channel, settings.vat_on) == ("none", "invoice")
    assert (settings.method, settings.client_shown_as) == ("external", "reference")
    assert (settings.person_term_days, settings.company_term_days) == (90, 30)
    assert (settings.notice_days, settings.late_interest) == (14, Decimal("10.50"))
    assert settings.exemption_reason == "Healthcare services, AVL 34 §"
    assert Organization.objects.get(id=world.id).office_may_credit is True
    assert told(world) == [
        {"setting": "after_credit", "value": "draft"},
        {"setting": "client_shown_as", "value": "reference"},
        {"setting": "company_term_days", "value": "30"},
        {"setting": "default_channel", "value": "none"},
        {"setting": "exemption_reason", "value": "…"},
        {"setting": "hold_seconds", "value": "0"},
        {"setting": "late_interest", "value": "10.5"},
        {"setting": "method", "value": "external"},
        {"setting": "notice_days", "value": "14"},
        {"setting": "office_may_credit", "value": "True"},
        {"setting": "person_term_days", "value": "90"},
        {"setting": "vat_on", "value": "invoice"},
        {"setting": "wording", "value": "practice"},
    ]


def test_what_is_as_before_did_not_happen(untouched: World, at: datetime) -> None:
    same = SettingsChanges(hold_seconds=1200, office_may_credit=False)
    change_settings(same, who=untouched.who(), at=at)
    change_settings(SettingsChanges(), who=untouched.who(), at=at)
    assert told(untouched) == []


def test_the_office_credits_where_it_may(at: datetime) -> None:
    world = found()
    membership = world.organization.memberships.get(person=world.bob)
    membership.roles = ["office"]
    membership.save()
    slug = world.organization.slug
    for allowed in (True, False):
        changes = SettingsChanges(office_may_credit=allowed)
        change_settings(changes, who=world.who(), at=at)
        _organization, _membership, bob = actor_of(world.bob.id, slug, fresh=False)
        assert bob.may(Deed.CREDIT) is allowed
        assert bob.may(Deed.UNDO) is allowed
        assert bob.may(Deed.FINALISE) is True


def test_members_cannot_say_what_binds_them() -> None:
    """The two forms share no setting, and members are only ever given theirs."""
    ours = set(SettingsChanges.__dataclass_fields__)
    theirs = set(OperatorSettings.__dataclass_fields__)
    assert theirs == {"paid_credit", "zero_rate_open", "reverse_charge_open", "support_contact"}
    assert ours & theirs == set()
    columns = {field.name for field in Settings._meta.concrete_fields}
    assert ours | theirs == columns - {"id", "organization", "seller"} | {
        "office_may_credit",
        "own_clients",
    }


@pytest.mark.parametrize("roles", [("practitioner",), ("office",), ("reader",)])
def test_only_administrators_change_them(
    untouched: World, at: datetime, roles: tuple[str, ...]
) -> None:
    with pytest.raises(NotAllowed):
        change_settings(SettingsChanges(hold_seconds=0), who=untouched.who(*roles), at=at)
    assert stored(untouched).hold_seconds == 1200


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (SettingsChanges(hold_seconds=-1), [("hold_seconds", "out_of_range")]),
        (SettingsChanges(hold_seconds=86_401), [("hold_seconds", "out_of_range")]),
        (SettingsChanges(person_term_days=13), [("person_term_days", "out_of_range")]),
        (SettingsChanges(person_term_days=91), [("person_term_days", "out_of_range")]),
        (SettingsChanges(company_term_days=0), [("company_term_days", "out_of_range")]),
        (SettingsChanges(notice_days=91), [("notice_days", "out_of_range")]),
        (SettingsChanges(late_interest=Decimal(-1)), [("late_interest", "out_of_range")]),
        (SettingsChanges(late_interest=Decimal(100)), [("late_interest", "out_of_range")]),
        (SettingsChanges(late_interest=Decimal("NaN")), [("late_interest", "out_of_range")]),
        (
            SettingsChanges(late_interest=Decimal("9.501")),
            [("late_interest", "too_many_decimals")],
        ),
        (
            SettingsChanges(company_term_days=31, exemption_reason="\x00" * 201),
            [
                ("exemption_reason", "too_long"),
                ("exemption_reason", "unprintable"),
                ("company_term_days", "out_of_range"),
            ],
        ),
        (
            SettingsChanges(office_may_credit=True, hold_seconds=10**30),
            [("hold_seconds", "out_of_range")],
        ),
    ],
)
def test_what_is_wrong_is_named(
    untouched: World, at: datetime, changes: SettingsChanges, errors: list[tuple[str, str]]
) -> None:
    before = model_to_dict(stored(untouched))
    with pytest.raises(Invalid) as wrong:
        change_settings(changes, who=untouched.who(), at=at)
    assert [(error.field, error.code) for error in wrong.value.errors] == errors
    assert model_to_dict(stored(untouched)) == before
    assert Organization.objects.get(id=untouched.id).office_may_credit is False
    assert told(untouched) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Between 0 and 99.99 percent."),
        ("fi", "Vähintään 0 ja enintään 99,99 prosenttia."),
        ("nb", "Mellom 0 og 99,99 prosent."),
    ],
)
def test_a_bound_is_told_in_the_figures_of_the_reader(
    language: str, sentence: str, at: datetime
) -> None:
    world = found()
    with override(language), pytest.raises(Invalid) as wrong:
        change_settings(SettingsChanges(late_interest=Decimal(100)), who=world.who(), at=at)
    assert [str(error.message) for error in wrong.value.errors] == [sentence]
