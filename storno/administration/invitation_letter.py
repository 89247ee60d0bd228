"""The letters that bring somebody in: sign-in letters, since their links open an account.

They leave through Django's mail once the transaction stands, never through the mailroom, whose
letters members can read. A server that refuses one is logged; inviting again sends another.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.people.models import Person

INVITATION_PATH = "/join/{signed}/"
"""Where the page stands on which an invitation is accepted."""


def invitation_address(signed: str) -> str:
    """The address that opens an invitation."""
    return settings.SITE_URL + INVITATION_PATH.format(signed=signed)


def send_invitation(
    *, to: str, organization_name: str, inviter: str, address: str, language: str
) -> None:
    """Ask somebody to join, in this language, when the transaction has been committed."""
    with override(language):
        if inviter:
            opening = _("%(inviter)s invites you to work with %(organization)s in Storno.")
        else:
            opening = _("You are invited to work with %(organization)s in Storno.")
        names = {"inviter": inviter, "organization": organization_name}
        _send(
            to,
            _("Invitation to %(organization)s") % names,
            [opening % names, _("Open this link within 14 days to accept:")],
            address,
            [_("If you did not expect this letter, you need not do anything.")],
        )


def send_welcome(person: Person, *, organization_name: str) -> None:
    """Tell a person who has no password yet where they may sign in, after the commit."""
    with override(person.language):
        _send(
            person.email,
            _("Welcome to %(organization)s") % {"organization": organization_name},
            [
                _("You are an administrator of %(organization)s in Storno.")
                % {"organization": organization_name},
                _("Choose a password here, with this e-mail address:"),
            ],
            settings.SITE_URL + reverse("account_reset_password"),
            [],
        )


def _send(to: str, subject: str, before: Sequence[str], address: str, after: Sequence[str]) -> None:
    html = format_html(
        '{}<p><a href="{}">{}</a></p>{}', _paragraphs(before), address, address, _paragraphs(after)
    )
    message = EmailMultiAlternatives(subject, "\n\n".join([*before, address, *after]), to=[to])
    message.attach_alternative(html, "text/html")
    transaction.on_commit(message.send, robust=True)


def _paragraphs(texts: Sequence[str]) -> str:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts))
