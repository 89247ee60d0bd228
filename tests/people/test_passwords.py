"""What is refused as a password is said in the language of the page."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from storno.people.models import Person

SHORT, OWN, COMMON = "qv7z!", "kari.nordmann", "password123"

SAID = [
    ("en", SHORT, "This password is too short. Enter at least 10 characters."),
    ("en", OWN, "This password is too close to your name or e-mail address."),
    ("en", COMMON, "This password is used by many, so it is easy to guess."),
    ("fi", SHORT, "Salasana on liian lyhyt. Kirjoita vähintään 10 merkkiä."),
    ("fi", OWN, "Salasana muistuttaa liikaa nimeäsi tai sähköpostiosoitettasi."),
    ("fi", COMMON, "Tätä salasanaa käyttävät monet, joten se on helppo arvata."),
    ("nb", SHORT, "Passordet er for kort. Skriv minst 10 tegn."),
    ("nb", OWN, "Passordet er for likt navnet eller e-postadressen din."),
    ("nb", COMMON, "Dette passordet bruker mange, så det er lett å gjette."),
]


@pytest.mark.parametrize(("language", "password", "says"), SAID)
def test_a_weak_password_is_refused_in_every_language(
    language: str, password: str, says: str
) -> None:
    person = Person(email="kari.nordmann@example.com", name="Kari Nordmann")
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password(password, person)
    assert refused.value.messages == [says]
