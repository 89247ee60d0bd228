"""The second step of the demonstration: an authenticator app whose secret everybody knows.

Like `DEMO_PASSWORD` it opens nothing but an installation on loopback.
"""

import base64
import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings

from storno.people.models import Person

DEMO_SECRET = base64.b32encode(b"undo-anything-safely").decode()


def give_demo_second_step(person: Person) -> None:
    """Have a person of the demonstration asked for the code of the app as well; once."""
    if person.is_demo and not Authenticator.objects.filter(user=person).exists():
        TOTP.activate(person, DEMO_SECRET)


def demo_code(person: Person) -> str:
    """What the app of the demonstration shows now; nothing for who is not asked for its code."""
    if not (person.is_demo and settings.ON_LOOPBACK):
        return ""
    for app in Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP):
        if decrypt(app.data["secret"]) == DEMO_SECRET:
            turn = int(time.time()) // app_settings.TOTP_PERIOD
            return str(format_hotp_value(hotp_value(DEMO_SECRET, turn)))
    return ""
