"""Sealing what must be stored but not read by whoever holds only the database.

The seeds of second factors are sealed with a key derived from the installation's secret, so a
stolen backup without that secret opens no second factor.
"""

import base64
import functools

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str) -> str:
    """Encrypt and authenticate a text (Fernet: AES-128-CBC with HMAC-SHA-256)."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again. Raises `cryptography.fernet.InvalidToken` where the secret is another one."""
    return _keys().decrypt(sealed).decode()


@functools.cache
def _keys() -> MultiFernet:
    """The newest secret seals; older ones still unseal. Keys are derived by HKDF (RFC 5869)."""
    return MultiFernet(
        Fernet(
            base64.urlsafe_b64encode(
                HKDF(SHA256(), length=32, salt=None, info=b"storno sealed secret").derive(
                    str(secret).encode()
                )
            )
        )
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
