"""Who stands at the door in these tests. Imports wait until the tests have their database."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from storno.people.models import Person
    from tests.web.sign_in.visitor import LetterBox, Visitor


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path) -> Iterator[None]:
    """Letters in a folder of the test, quick hashes, styles without their manifest."""
    from django.conf import settings
    from django.test import override_settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        DATA=tmp_path,
        STATIC_ROOT=tmp_path,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES=settings.STORAGES | {"staticfiles": static},
    ):
        yield


@pytest.fixture
def visitor() -> "Visitor":
    from tests.web.sign_in.visitor import Visitor

    return Visitor()


@pytest.fixture
def another() -> "Visitor":
    from tests.web.sign_in.visitor import Visitor

    return Visitor()


@pytest.fixture
def letter_box() -> "LetterBox":
    from tests.web.sign_in.visitor import LetterBox

    return LetterBox()


@pytest.fixture
def person() -> "Person":
    """Somebody whose address is confirmed and who has a password."""
    from storno.people.introduce import introduce_person, prove_address
    from tests.web.sign_in.visitor import PASSWORD

    person = introduce_person(email=f"{uuid4().hex}@example.com", name="Aino Virtanen")
    person.set_password(PASSWORD)
    person.save()
    prove_address(person)
    return person
