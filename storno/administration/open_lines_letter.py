"""Administrators are told by e-mail which lines customer service has opened for them, or closed."""

from datetime import datetime

from django.conf import settings as installation
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.queue import Envelope, queue
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Settings
from storno.organizations.queries import administrators_of, settings_of

LINES_LETTER = "lines_opened"


def tell_of_lines(settings: Settings, *, at: datetime) -> None:
    """Queue the letter to each administrator."""
    envelopes = (
        Envelope(LINES_LETTER, settings.id, member.person.email, member.person.language)
        for member in administrators_of(settings.organization_id)
    )
    queue(envelopes, organization_id=settings.organization_id, at=at)


def compose_lines(letter: Letter) -> Mail:
    """Say which lines are open as the letter leaves; why, stands in the history."""
    settings = settings_of(letter.organization_id)
    slug = settings.organization.slug
    with override(letter.language):
        said = {True: _("open"), False: _("closed")}
        words = Words(
            subject=_("Customer service has changed what your invoices may bear"),
            greeting=_("Hello,"),
            paragraphs=(_("Why it was changed stands in the history of your settings."),),
            facts=(
                (_("Lines with 0 % VAT"), said[settings.zero_rate_open]),
                (_("Lines with reverse charge"), said[settings.reverse_charge_open]),
            ),
            link=(_("See your settings"), f"{installation.SITE_URL}/o/{slug}/settings/"),
            sender=(settings.seller.name,),
        )
        return mail_of(words, language=letter.language, from_name=settings.seller.name)
