"""An organization begins: directory row, member, seller, settings; and no row for numbers."""

from collections.abc import Sequence
from datetime import datetime
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from storno.administration.create import create_organization
from storno.administration.seller import SellerChanges
from storno.core.refusals import Invalid
from storno.history.models import Event
from storno.numbering.models import SeriesKind, SeriesPlan
from storno.numbering.plan import plans_of
from storno.organizations.models import Membership, Organization, Seller, Settings
from storno.organizations.queries import organization_called, seller_of, settings_of
from storno.organizations.scope import scope
from storno.people.introduce import introduce_person
from storno.people.models import Person


@pytest.fixture
def alice() -> Person:
    return Person.objects.create_user(f"alice-{uuid4().hex}@example.com", "correct horse")


def fresh_slug() -> str:
    return f"s-{uuid4().hex[:12]}"


def begin(admin: Person, at: datetime, **more: Any) -> Organization:
    usual: dict[str, Any] = {
        "slug": fresh_slug(),
        "country": "FI",
        "profile": "light_entrepreneur",
        "seller": SellerChanges(name="Alice Example"),
    }
    return create_organization(**(usual | more), admin=admin, at=at)


def wrong_fields(admin: Person, at: datetime, **more: Any) -> list[tuple[str, str]]:
    """What is refused; and nothing is left behind."""
    before = Organization.objects.count()
    with pytest.raises(Invalid) as wrong:
        begin(admin, at, **more)
    assert not Membership.objects.filter(person=admin).exists()
    assert Organization.objects.count() == before
    return [(error.field, error.code) for error in wrong.value.errors]


def test_a_light_entrepreneur(alice: Person, at: datetime) -> None:
    organization = begin(
        alice,
        at,
        seller=SellerChanges(
            name=" Alice  Example ",
            business_id="20774740",
            vat_registered=True,
            street="Mannerheimintie 1",
            postcode="00100",
            city="Helsinki",
            account="FI21 1234 5600 0007 85",
        ),
    )
    assert organization_called(organization.slug) == organization
    assert (organization.created_at, organization.office_may_credit) == (at, False)
    member = Membership.objects.get(organization=organization)
    assert (member.person_id, member.roles, member.since) == (alice.id, ["administrator"], at)
    with scope(organization.id):
        seller, settings = seller_of(organization.id), settings_of(organization.id)
        events = list(Event.objects.values_list("kind", "person_id", "at"))
        assert SeriesPlan.objects.count() == 0
        plans = plans_of(organization.id)
    assert (seller.name, seller.country, seller.currency, seller.time_zone, seller.language) == (
        "Alice Example",
        "FI",
        "EUR",
        "Europe/Helsinki",
        "fi",
    )
    assert (seller.business_id, seller.vat_registered) == ("2077474-0", True)
    assert (seller.account, seller.bic) == ("FI2112345600000785", "NDEAFIHH")
    assert (settings.hold_seconds, settings.paid_credit, settings.after_credit) == (
        1200,
        "members",
        "nothing",
    )
    assert (settings.wording, settings.default_channel, settings.vat_on) == (
        "service",
        "email",
        "payment",
    )
    assert (settings.zero_rate_open, settings.reverse_charge_open) == (False, False)
    assert (settings.person_term_days, settings.company_term_days) == (14, 14)
    assert events == [("organization.created", alice.id, at)]
    assert plans.begun == frozenset[SeriesKind]()
    assert (plans.invoice.format, plans.credit_note.format) == (
        "{year}-{number:04}",
        "{year}-K{number}",
    )


def test_a_practice(alice: Person, at: datetime) -> None:
    organization = begin(alice, at, country="NO", profile="practice")
    with scope(organization.id):
        seller, settings = seller_of(organization.id), settings_of(organization.id)
    assert (seller.currency, seller.time_zone, seller.language) == ("NOK", "Europe/Oslo", "nb")
    assert (settings.hold_seconds, settings.paid_credit, settings.after_credit) == (
        0,
        "members",
        "draft",
    )
    assert (settings.wording, settings.default_channel, settings.vat_on) == (
        "practice",
        "none",
        "invoice",
    )
    assert (settings.zero_rate_open, settings.reverse_charge_open) == (True, True)


def test_with_an_operator_paid_invoices_are_for_customer_service(
    alice: Person, at: datetime
) -> None:
    organization = begin(alice, at, operated=True)
    with scope(organization.id):
        assert settings_of(organization.id).paid_credit == "desk"


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"slug": ""}, [("slug", "not_a_slug")]),
        ({"slug": "a"}, [("slug", "not_a_slug")]),
        ({"slug": "-ab"}, [("slug", "not_a_slug")]),
        ({"slug": "Alice"}, [("slug", "not_a_slug")]),
        ({"slug": "ab\n"}, [("slug", "not_a_slug")]),
        ({"slug": "a\x00b"}, [("slug", "not_a_slug")]),
        ({"slug": "älice"}, [("slug", "not_a_slug")]),
        ({"slug": "a" * 51}, [("slug", "not_a_slug")]),
        ({"country": "SE"}, [("country", "unknown")]),
        ({"country": "\x00", "profile": ""}, [("country", "unknown"), ("profile", "unknown")]),
        ({"seller": SellerChanges()}, [("name", "required")]),
        ({"seller": SellerChanges(name="  ")}, [("name", "required")]),
        (
            {"seller": SellerChanges(name="A\x00", business_id="1", account="FI00", email="a")},
            [
                ("name", "unprintable"),
                ("email", "not_an_email"),
                ("business_id", "check_digit"),
                ("account", "check_digit"),
            ],
        ),
        (
            {"seller": SellerChanges(name="A", enterprise_register=True)},
            [("enterprise_register", "not_in_this_country")],
        ),
    ],
)
def test_what_is_wrong_is_named(
    alice: Person, at: datetime, more: dict[str, Any], wrong: Sequence[tuple[str, str]]
) -> None:
    assert wrong_fields(alice, at, **more) == wrong


def test_a_short_name_is_given_once(alice: Person, at: datetime) -> None:
    slug = begin(introduce_person(email=f"{uuid4().hex}@example.com"), at).slug
    assert wrong_fields(alice, at, slug=slug) == [("slug", "taken")]


def test_two_want_the_same_name_at_once(alice: Person, at: datetime) -> None:
    slug, start = fresh_slug(), Barrier(2)
    outcomes: list[str] = []

    def run() -> None:
        start.wait()
        try:
            begin(alice, at, slug=slug)
            outcomes.append("created")
        except Invalid as wrong:
            outcomes.append(wrong.errors[0].code)
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created", "taken"]
    organization = organization_called(slug)
    assert Membership.objects.filter(organization=organization).count() == 1
    with scope(organization.id):
        assert (Seller.objects.count(), Settings.objects.count()) == (1, 1)


def test_somebody_without_a_password_is_welcomed(
    at: datetime, letters: list[EmailMultiAlternatives]
) -> None:
    person = introduce_person(email=f"{uuid4().hex}@example.com", language="fi")
    begin(person, at, seller=SellerChanges(name="Alice & <Sons>"))
    (letter,) = letters
    address = "http://localhost:8000/account/password/reset/"
    assert letter.to == [person.email]
    assert "Alice & <Sons>" in letter.subject
    assert address in letter.body
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert f'<a href="{address}">{address}</a>' in str(html)
    assert "Alice &amp; &lt;Sons&gt;" in str(html)


def test_who_has_a_password_gets_no_letter(
    alice: Person, at: datetime, letters: list[EmailMultiAlternatives]
) -> None:
    begin(alice, at)
    with pytest.raises(Invalid):
        begin(introduce_person(email=f"{uuid4().hex}@example.com"), at, slug="")
    assert letters == []
