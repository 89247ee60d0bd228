"""The demonstration: two organizations with a past, made by the deeds that anybody would do.

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
from storno.demo import carpentry, practice
from storno.demo.house import House
from storno.organizations.models import Membership, Organization
from storno.organizations.roles import Actor, Deed, Role
from storno.people.introduce import DEMO_PASSWORD, introduce_demo_person
from storno.people.models import Person

CARPENTER, CLINIC = "aalto", "fjord"
LOCK = 0x64656D6F
"""The advisory lock ("demo" in ASCII): of two that load, one waits and finds it done."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """Who may look around, and where."""

    email: str
    password: str
    organization: str
    what: str


def load_demo(at: datetime, loading: Callable[[str], None]) -> list[LogIn]:
    """Make what is missing of the demonstration; return the log-ins.

    `loading` hears the short name of each organization before it is made.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        carpenter = introduce_demo_person(email="alice@example.com", name="Alice Aalto")
        therapist = introduce_demo_person(
            email="kari@example.com", name="Kari Fjord", language="nb"
        )
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
    return [
        LogIn(carpenter.email, DEMO_PASSWORD, CARPENTER, "light entrepreneur in Finland"),
        LogIn(therapist.email, DEMO_PASSWORD, CLINIC, "practice in Norway"),
        LogIn("nils@example.com", DEMO_PASSWORD, CLINIC, "practitioner there, no administrator"),
    ]


def _live_practice(organization: Organization, therapist: Person, at: datetime) -> None:
    """Let a colleague join, without a letter to anybody, and both work."""
    colleague = introduce_demo_person(email="nils@example.com", name="Nils Vik", language="nb")
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


def _house(organization_id: UUID, person_id: UUID) -> House:
    return House(Actor(organization_id, person_id, frozenset(Deed), fresh=True))
