"""Letters that would leave, instead of a mail server."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import override_settings


@pytest.fixture
def letters() -> Iterator[list[EmailMultiAlternatives]]:
    """The sign-in letters that have left since the test began."""
    mail.outbox = []
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield mail.outbox  # type: ignore[misc]
