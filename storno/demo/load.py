"""The demonstration: organizations with a past, made by the deeds that anybody would do.

Nothing is written by hand: each paper, payment and cancellation went through its own operation, at
its own moment, in the order in which it happened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from storno.administration.create import create_organization
from storno.administration.profiles import Profile
from storno.administration.seller import change_seller
from storno.custody.operate import set_by_operator
from storno.custody.operator import create_operator
from storno.demo import carpentry, practice
from storno.demo.client_money import Operator, live_client_money
from storno.demo.desk import Desk
from storno.demo.entrepreneurs import (
    CUSTODY_IBAN,
    ENTREPRENEURS,
    OPERATOR,
    OPERATOR_DETAILS,
    OPERATOR_NAME,
)
from storno.demo.house import House
from storno.demo.people import ALICE, KARI, NILS, PIA, TUOMAS, WHAT
from storno.organizations.models import Membership, Organization
from storno.organizations.queries import operator
from storno.organizations.roles import Actor, Deed, Role
from storno.people.introduce import DEMO_PASSWORD, introduce_demo_person
from storno.people.models import Person
from storno.people.queries import demo_people
from storno.people.second_step import give_demo_second_step
from storno.staff.enlist import enlist
from storno.staff.models import StaffRole

CARPENTER, CLINIC = "aalto", "fjord"
CLIENT_MONEY = frozenset({OPERATOR, *(each.slug for each in ENTREPRENEURS)})
LOCK = 0x64656D6F
"""The advisory lock ("demo" in ASCII): of two that load, one waits and finds it done."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """Who may look around, and where; customer service belongs to no organization."""

    email: str
    password: str
    organization: str
    what: str


def load_demo(at: datetime, loading: Callable[[str], None]) -> list[LogIn]:
    """Make what is missing of the demonstration; return the log-ins.

    `loading` hears the short name of each organization before it is made. Where an operator was
    created before, or a short name is taken, no client money is shown: there is one operator.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        carpenter = introduce_demo_person(email=ALICE, name="Alice Aalto")
        therapist = introduce_demo_person(email=KARI, name="Kari Fjord", language="nb")
    present = set(Organization.objects.values_list("slug", flat=True))
    if CARPENTER not in present:
        loading(CARPENTER)
        organization = create_organization(
            slug=CARPENTER,
            country="FI",
            profile=Profile.LIGHT_ENTREPRENEUR,
            seller=carpentry.SELLER,
            admin=carpenter,
            at=at - timedelta(days=90),
        )
        carpentry.live_carpentry(_house(organization.id, carpenter.id), at)
    if CLINIC not in present:
        loading(CLINIC)
        organization = create_organization(
            slug=CLINIC,
            country="NO",
            profile=Profile.PRACTICE,
            seller=practice.SELLER,
            admin=therapist,
            at=at - timedelta(days=90),
        )
        _live_practice(organization, therapist, at)
    if operator() is None and not CLIENT_MONEY & present:
        loading(OPERATOR)
        _keep_client_money(at)
    return _log_ins()


def _live_practice(organization: Organization, therapist: Person, at: datetime) -> None:
    """Let a colleague join, without a letter to anybody, and both work."""
    colleague = introduce_demo_person(email=NILS, name="Nils Vik", language="nb")
    joined = Membership.objects.create(
        organization=organization,
        person=colleague,
        roles=[Role.PRACTITIONER],
        since=at - timedelta(days=89),
    )
    mine = Membership.objects.get(organization_id=organization.id, person_id=therapist.id)
    practice.live_practice(
        {
            "kari": _house(organization.id, therapist.id),
            "nils": _house(organization.id, colleague.id),
        },
        {"kari": mine.id, "nils": joined.id},
        at,
    )


def _keep_client_money(at: datetime) -> None:
    """Have an operator keep client money of three sellers, and somebody serve them."""
    began = at - timedelta(days=80)
    pia = introduce_demo_person(email=PIA, name="Pia Havu")
    tuomas = introduce_demo_person(email=TUOMAS, name="Tuomas Salo")
    give_demo_second_step(tuomas)
    enlist(tuomas.email, StaffRole.LEAD, at=began)
    keeper = create_operator(
        name=OPERATOR_NAME, custody_iban=CUSTODY_IBAN, slug=OPERATOR, admin=pia.email, at=began
    )
    keeps = Operator(_house(keeper.id, pia.id))
    change_seller(OPERATOR_DETAILS, who=keeps.house.who, at=began)
    houses = {}
    for each in ENTREPRENEURS:
        person = introduce_demo_person(email=each.email, name=each.name, language=each.language)
        organization = create_organization(
            slug=each.slug,
            country="FI",
            profile=Profile.LIGHT_ENTREPRENEUR,
            seller=each.seller,
            admin=person,
            operated=True,
            at=began,
        )
        set_by_operator(each.slug, ["custody=on", *each.terms], at=began)
        houses[each.slug] = _house(organization.id, person.id)
    live_client_money(keeps, houses, Desk(tuomas.id), at)


def _log_ins() -> list[LogIn]:
    """Who may look around, of those who are there."""
    places = {ALICE: CARPENTER, KARI: CLINIC, NILS: CLINIC, PIA: OPERATOR, TUOMAS: ""}
    places |= {each.email: each.slug for each in ENTREPRENEURS}
    here = {person.email for person in demo_people()}
    return [
        LogIn(email, DEMO_PASSWORD, places[email], str(what))
        for email, what in WHAT.items()
        if email in here
    ]


def _house(organization_id: UUID, person_id: UUID) -> House:
    return House(Actor(organization_id, person_id, frozenset(Deed), fresh=True))
