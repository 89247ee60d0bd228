"""The words in which members are told of client money: what came, and where it shall go.

What no longer holds is not told: money whose match was taken back, or an account that was replaced.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.custody.models import PayoutAccount, SetAside, SetAsideReversal
from storno.custody.payout_account import payout_accounts
from storno.mailroom.deliver import moment_of_try
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter, Medium
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import Sms
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Organization
from storno.organizations.queries import day_of, seller_of
from storno.printing.labels import Language, format_day, format_money, language_called

FROM = "Storno"


def page_for(letter: Letter, path: str) -> str:
    """The address of a member's page of the organization that a letter is of."""
    slug = Organization.objects.get(id=letter.organization_id).slug
    return f"{settings.SITE_URL}/o/{slug}/{path}"


def plain_sms(text: str) -> Sms:
    """An SMS with usual spaces: others would make every character take twice the room."""
    return Sms(" ".join(text.split()))


def compose_money_came(letter: Letter) -> Mail | Sms:
    """Say what a client has paid, and what of it is paid out. Raises Withdrawn."""
    mine, language = letter.organization_id, language_called(letter.language)
    rows = SetAside.objects.filter(organization_id=mine, id=letter.subject_id)
    made = rows.select_related("invoice").first()
    gone = SetAsideReversal.objects.filter(organization_id=mine, set_aside_id=letter.subject_id)
    if made is None or gone.exists():
        raise Withdrawn
    with override(language):
        named = {
            "amount": format_money(made.received_minor, made.invoice.currency, language),
            "number": made.invoice.number,
        }
        came = _("%(amount)s came for invoice %(number)s") % named
        if letter.medium == Medium.SMS:
            return plain_sms(f"{FROM}: {came}. {_yours(made, language)}")
        words = Words(
            subject=came,
            greeting=_("Hello,"),
            paragraphs=(_("%(amount)s has come in for invoice %(number)s.") % named,),
            holds=_yours(made, language),
            facts=tuple(_facts(made, language)),
            link=(_("Open the invoice"), page_for(letter, f"invoices/{made.invoice_id}/")),
            after=(_("How you are told of money is in the settings, under Payouts."),),
        )
        return mail_of(words, language=language, from_name=FROM)


def _yours(made: SetAside, language: Language) -> str:
    """What is paid out of it; nothing where all of it is more than was claimed."""
    if not made.shares.total_minor:
        return _("It is more than was claimed, so it waits for whoever paid.")
    money = format_money(made.payable_minor, made.invoice.currency, language)
    return _("%(amount)s is paid out to you.") % {"amount": money}


def _facts(made: SetAside, language: Language) -> list[tuple[str, str]]:
    shares = made.shares
    told = (
        (_("Set aside for VAT"), shares.vat_minor),
        (_("Set aside for income tax"), shares.prepayment_minor),
        (_("Service fee with its VAT"), shares.fee_minor + shares.fee_vat_minor),
        (_("More than was claimed"), made.received_minor - shares.total_minor),
    )
    currency = made.invoice.currency
    return [(label, format_money(minor, currency, language)) for label, minor in told if minor]


def compose_payout_account(letter: Letter) -> Mail:
    """Warn of another account before it counts, and of the first one. Raises Withdrawn."""
    mine, language = letter.organization_id, language_called(letter.language)
    known = payout_accounts(mine, at=moment_of_try(letter))
    waiting, first = known.waiting, known.current
    if first is not None and first.id == letter.subject_id and _is_first(first):
        return _first_account(first, letter, language)
    if waiting is None or waiting.id != letter.subject_id:
        raise Withdrawn
    with override(language):
        named = {
            "ending": waiting.account[-4:],
            "day": format_day(day_of(seller_of(mine), waiting.counts_from), language),
        }
        words = Words(
            subject=_("Your money shall be paid out to another account"),
            greeting=_("Hello,"),
            paragraphs=(
                _("Another account was entered to which your money is paid out."),
                _("If it was not you, sign in before that day and keep your account."),
            ),
            holds=_("From %(day)s on it goes to the account ending in %(ending)s.") % named,
            link=(_("See your account"), page_for(letter, "settings/payouts/")),
        )
        return mail_of(words, language=language, from_name=FROM)


def _is_first(account: PayoutAccount) -> bool:
    """Whether it took nobody's place: what had its time to be withdrawn is told before that."""
    mine = PayoutAccount.objects.filter(organization_id=account.organization_id)
    return not mine.filter(id__lt=account.id).exists()


def _first_account(account: PayoutAccount, letter: Letter, language: Language) -> Mail:
    with override(language):
        words = Words(
            subject=_("Your money is paid out to an account that was entered"),
            greeting=_("Hello,"),
            paragraphs=(
                _("An account was entered to which your money is paid out from now on."),
                _("If it is not yours, sign in and enter your own account."),
            ),
            holds=_("It goes to the account ending in %(ending)s.")
            % {"ending": account.account[-4:]},
            link=(_("See your account"), page_for(letter, "settings/payouts/")),
        )
        return mail_of(words, language=language, from_name=FROM)
