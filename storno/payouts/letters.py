"""The words in which members are told that money has gone to their account, or has not arrived."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.custody.letters import FROM, page_for, plain_sms
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter, Medium
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import Sms
from storno.mailroom.words import Words, mail_of
from storno.payouts.models import Payout, PayoutBack, PayoutLeft
from storno.printing.labels import Language, format_day, format_money, language_called


def compose_payout_left(letter: Letter) -> Mail | Sms:
    """Say that a payout has left. Raises Withdrawn where it came back since."""
    payout, language = _payout(letter), language_called(letter.language)
    its = {"organization_id": letter.organization_id, "payout_id": payout.id}
    left = PayoutLeft.objects.filter(**its).first()
    if left is None or PayoutBack.objects.filter(**its).exists():
        raise Withdrawn
    with override(language):
        named = _named(payout, left.on, language)
        said = _("%(amount)s was paid out to you") % named
        to = _("It went to your account ending in %(ending)s on %(day)s.") % named
        if letter.medium == Medium.SMS:
            return plain_sms(f"{FROM}: {said}. {to}")
        words = Words(
            subject=said,
            greeting=_("Hello,"),
            paragraphs=(_("%(amount)s of your money was paid out.") % named,),
            holds=to,
            link=(_("See what it is of"), page_for(letter, f"payouts/{payout.id}/")),
            after=(_("How you are told of money is in the settings, under Payouts."),),
        )
        return mail_of(words, language=language, from_name=FROM)


def compose_payout_back(letter: Letter) -> Mail | Sms:
    """Say that a payout did not arrive, and what to do. Raises Withdrawn."""
    payout, language = _payout(letter), language_called(letter.language)
    rows = PayoutBack.objects.filter(organization_id=letter.organization_id, payout_id=payout.id)
    back = rows.first()
    if back is None:
        raise Withdrawn
    with override(language):
        named = _named(payout, back.on, language)
        said = _("The bank did not pay out %(amount)s to your account ending in %(ending)s") % named
        todo = _("Nothing more goes to this account until you have checked it and entered it anew.")
        if letter.medium == Medium.SMS:
            return plain_sms(f"{FROM}: {said}. {todo}")
        words = Words(
            subject=said,
            greeting=_("Hello,"),
            paragraphs=(f"{said}.", _("The money is safe, and is to be paid out to you again.")),
            holds=todo,
            link=(_("See your account"), page_for(letter, "settings/payouts/")),
        )
        return mail_of(words, language=language, from_name=FROM)


def _payout(letter: Letter) -> Payout:
    """The payout that a letter is about. Raises Withdrawn where there is none."""
    mine = Payout.objects.filter(organization_id=letter.organization_id)
    for payout in mine.filter(id=letter.subject_id):
        return payout
    raise Withdrawn


def _named(payout: Payout, day: date, language: Language) -> dict[str, str]:
    return {
        "amount": format_money(payout.amount_minor, payout.currency, language),
        "ending": payout.account[-4:],
        "day": format_day(day, language),
    }
