"""Sealed texts: unreadable without the installation's secret, readable with an older one."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import InvalidToken
from django.test import override_settings

from storno.core.seal import _keys, seal, unseal


@pytest.fixture(autouse=True)
def fresh_keys() -> Iterator[None]:
    _keys.cache_clear()
    yield
    _keys.cache_clear()


def test_a_sealed_text_comes_back_and_does_not_show_itself() -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert sealed != seal("JBSWY3DPEHPK3PXP")
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"


def test_another_secret_opens_nothing() -> None:
    sealed = seal("text")
    _keys.cache_clear()
    with override_settings(SECRET_KEY="another secret of this test"), pytest.raises(InvalidToken):
        unseal(sealed)


def test_after_a_change_of_the_secret_the_old_one_still_opens() -> None:
    with override_settings(SECRET_KEY="the old secret"):
        sealed = seal("text")
    _keys.cache_clear()
    with override_settings(SECRET_KEY="the new", SECRET_KEY_FALLBACKS=["the old secret"]):
        assert unseal(sealed) == "text"
