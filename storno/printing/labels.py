"""The words and the ways to write figures on a paper, in its own language.

They follow the language of the document, not that of the person looking at it, and they may not
change with a translation file: an issued paper must come out the same again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from storno.money.currency import to_decimal
from storno.tax.category import TaxCategory

Language = Literal["en", "fi", "nb"]

_LOCALES: dict[Language, str] = {"en": "en_GB", "fi": "fi_FI", "nb": "nb_NO"}
_DAYS: dict[Language, str] = {"en": "d MMMM y", "fi": "d.M.y", "nb": "d. MMMM y"}
_DAYS_OF_A_YEAR: dict[Language, str] = {"en": "d MMMM", "fi": "d.M.", "nb": "d. MMMM"}
_TIMES: dict[Language, str] = {"en": "HH:mm", "fi": "H.mm", "nb": "HH:mm"}
_NO_BREAK = "\N{NO-BREAK SPACE}"
_TO = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Words:
    """Every word a paper can carry; braces are filled by the layout."""

    invoice: str
    credit_note: str
    reminder: str
    statement: str
    balance: str
    balance_on: str
    still_open: str
    draft: str
    draft_long: str
    pending: str
    pending_long: str
    issued: str
    delivered: str
    due: str
    buyer_reference: str
    case_number: str
    business_id: str
    tax_id: str
    description: str
    quantity: str
    unit_price: str
    with_tax: str
    without_tax: str
    tax: str
    amount: str
    discount: str
    work: str
    material: str
    exempt: str
    reverse_charge: str
    outside_scope: str
    tax_rate: str
    sum: str
    to_pay: str
    credited: str
    household_work: str
    household_material: str
    corrects: str
    reason: str
    pay_the_rest: str
    payment: str
    payee: str
    account: str
    reference: str
    payment_note: str
    one_day: str
    days: str
    terms: str
    notice: str
    late_interest: str
    statutory_interest: str
    bar_code: str
    bar_code_says: str
    qr_says: str
    claim: str
    reminds: str
    dispute: str


WORDS: dict[Language, Words] = {
    "en": Words(
        invoice="INVOICE",
        credit_note="CREDIT NOTE",
        reminder="REMINDER",
        statement="STATEMENT",
        balance="Balance",
        balance_on="Balance on {day}",
        still_open="Open now",
        draft="DRAFT",
        draft_long="Draft, not issued",
        pending="PENDING",
        pending_long="Pending, not issued yet",
        issued="Date",
        delivered="Delivered",
        due="Due date",
        buyer_reference="Your reference",
        case_number="Case number",
        business_id="Business ID",
        tax_id="VAT ID",
        description="Description",
        quantity="Quantity",
        unit_price="Unit price",
        with_tax="with VAT",
        without_tax="without VAT",
        tax="VAT",
        amount="Amount",
        discount="Discount {percent}",
        work="Work",
        material="Material",
        exempt="Exempt",
        reverse_charge="Reverse charge",
        outside_scope="Outside VAT",
        tax_rate="VAT rate",
        sum="Total",
        to_pay="To pay",
        credited="Total credited",
        household_work="For the household deduction: work",
        household_material="Material",
        corrects="Credits invoice {number} of {day}.",
        reason="Reason",
        pay_the_rest="Please pay with the payment details of invoice {number}.",
        payment="Payment",
        payee="Payee",
        account="Account number",
        reference="Reference",
        payment_note="Message",
        one_day="1 day",
        days="{count} days",
        terms="Payment within {days}.",
        notice="Please notify us of any error within {days}.",
        late_interest="Late interest {percent} a year.",
        statutory_interest="Late interest as provided by law.",
        bar_code="Virtual bar code",
        bar_code_says="Bar code for paying this invoice; its digits stand below",
        qr_says="QR code for paying {amount} in a banking app",
        claim="Invoice {number} of {day}, due {due}",
        reminds=(
            "By our books this is still to be paid. If you have paid in the last days, all is well."
        ),
        dispute=(
            "If you think that the claim or its amount is wrong, tell us: {contact}. The "
            "original invoice need not be paid as well."
        ),
    ),
    "fi": Words(
        invoice="LASKU",
        credit_note="HYVITYSLASKU",
        reminder="MAKSUMUISTUTUS",
        statement="ASIAKASTILIOTE",
        balance="Saldo",
        balance_on="Saldo {day}",
        still_open="Nyt avoinna",
        draft="LUONNOS",
        draft_long="Luonnos, ei vielä laskutettu",
        pending="ODOTTAA",
        pending_long="Odottaa, ei vielä annettu",
        issued="Päiväys",
        delivered="Toimitettu",
        due="Eräpäivä",
        buyer_reference="Viitteenne",
        case_number="Asianumero",
        business_id="Y-tunnus",
        tax_id="ALV-tunniste",
        description="Kuvaus",
        quantity="Määrä",
        unit_price="Yksikköhinta",
        with_tax="sis. ALV",
        without_tax="ilman veroa",
        tax="ALV",
        amount="Summa",
        discount="Alennus {percent}",
        work="Työ",
        material="Tarvikkeet",
        exempt="Veroton",
        reverse_charge="Käännetty",
        outside_scope="Ei ALV",
        tax_rate="Verokanta",
        sum="Yhteensä",
        to_pay="Maksettava",
        credited="Hyvitys yhteensä",
        household_work="Kotitalousvähennystä varten: työn osuus",
        household_material="Tarvikkeiden osuus",
        corrects="Hyvittää laskun {number}, päivätty {day}.",
        reason="Syy",
        pay_the_rest="Maksakaa laskun {number} maksutiedoilla.",
        payment="Maksutiedot",
        payee="Saaja",
        account="Tilinumero",
        reference="Viitenumero",
        payment_note="Viesti",
        one_day="1 päivä",
        days="{count} päivää",
        terms="Maksuaika {days}.",
        notice="Huomautusaika {days}.",
        late_interest="Viivästyskorko {percent} vuodessa.",
        statutory_interest="Viivästyskorko lain mukaan.",
        bar_code="Virtuaaliviivakoodi",
        bar_code_says="Viivakoodi laskun maksamiseen; numerot ovat sen alla",
        qr_says="QR-koodi, jolla {amount} maksetaan pankin sovelluksessa",
        claim="Lasku {number}, päivätty {day}, eräpäivä {due}",
        reminds=(
            "Kirjanpitomme mukaan tämä on vielä maksamatta. Jos olet maksanut viime päivinä, "
            "kaikki on kunnossa."
        ),
        dispute=(
            "Jos saatava tai sen määrä on mielestäsi väärä, kerro siitä meille: {contact}. "
            "Alkuperäistä laskua ei tarvitse maksaa erikseen."
        ),
    ),
    "nb": Words(
        invoice="FAKTURA",
        credit_note="KREDITNOTA",
        reminder="PURRING",
        statement="KONTOUTSKRIFT",
        balance="Saldo",
        balance_on="Saldo {day}",
        still_open="Åpent nå",
        draft="UTKAST",
        draft_long="Utkast, ikke utstedt",
        pending="VENTER",
        pending_long="Venter, ikke utstedt ennå",
        issued="Dato",
        delivered="Levert",
        due="Forfallsdato",
        buyer_reference="Deres referanse",
        case_number="Saksnummer",
        business_id="Org.nr.",
        tax_id="MVA-nummer",
        description="Beskrivelse",
        quantity="Antall",
        unit_price="Enhetspris",
        with_tax="inkl. MVA",
        without_tax="uten MVA",
        tax="MVA",
        amount="Beløp",
        discount="Rabatt {percent}",
        work="Arbeid",
        material="Materialer",
        exempt="Uten MVA",
        reverse_charge="Omvendt",
        outside_scope="Uten MVA",
        tax_rate="MVA-sats",
        sum="Sum",
        to_pay="Å betale",
        credited="Sum kreditert",
        household_work="Til finsk husholdningsfradrag: arbeid",
        household_material="Materialer",
        corrects="Krediterer faktura {number} av {day}.",
        reason="Årsak",
        pay_the_rest="Betal med betalingsopplysningene på faktura {number}.",
        payment="Betaling",
        payee="Mottaker",
        account="Kontonummer",
        reference="Referanse",
        payment_note="Melding",
        one_day="1 dag",
        days="{count} dager",
        terms="Betalingsfrist {days}.",
        notice="Meld fra om feil innen {days}.",
        late_interest="Forsinkelsesrente {percent} per år.",
        statutory_interest="Forsinkelsesrente etter loven.",
        bar_code="Strekkodens siffer",
        bar_code_says="Strekkode for betaling av fakturaen; sifrene står under",
        qr_says="QR-kode for å betale {amount} i bankens app",
        claim="Faktura {number} av {day}, forfall {due}",
        reminds=(
            "Etter våre bøker er dette ennå ikke betalt. Har du betalt de siste dagene, er "
            "alt i orden."
        ),
        dispute=(
            "Mener du at kravet eller beløpet er feil, si fra til oss: {contact}. Den "
            "opprinnelige fakturaen skal ikke betales i tillegg."
        ),
    ),
}

_REVERSE_CHARGE: dict[Language, str] = {
    "en": "Reverse charge",
    "fi": "Käännetty verovelvollisuus",
    "nb": "Omvendt avgiftsplikt",
}
_EXEMPT: dict[Language, str] = {
    "en": "Exempt from VAT",
    "fi": "Arvonlisäveroton",
    "nb": "Uten merverdiavgift",
}
# What the law of the seller's country wants to read, whatever the language of the paper.
_LEGAL_REVERSE_CHARGE = {"FI": "käännetty verovelvollisuus", "NO": "omvendt avgiftsplikt"}
_LEGAL_EXEMPT = {"FI": "AVL 1501/1993"}


def language_called(code: str | None) -> Language:
    """The language of this code; English for any other."""
    match code:
        case "fi":
            return "fi"
        case "nb":
            return "nb"
        case _:
            return "en"


def tax_note(category: TaxCategory, reason: str, country: str, language: Language) -> str:
    """Say why a group bears no tax; the empty string where the law asks for no words.

    `country` is the seller's (ISO 3166), `reason` the text of the draft (BT-120). Reverse charge
    always carries its phrase (AVL 209 e § item 12; bokføringsforskriften § 5-1-1); an exemption is
    named by its reason, or by the Act where none was given (AVL 209 e § item 11).
    """
    if category is TaxCategory.REVERSE_CHARGE:
        phrase = _with_legal(_REVERSE_CHARGE[language], _LEGAL_REVERSE_CHARGE.get(country))
        return f"{phrase} {reason}".rstrip()
    if category is TaxCategory.EXEMPT and not reason:
        return _with_legal(_EXEMPT[language], _LEGAL_EXEMPT.get(country))
    return reason


def format_day(day: date, language: Language) -> str:
    """Write a day as documents of the language do: 3 November 2026, 3.11.2026, 3. november 2026."""
    return format_date(day, _DAYS[language], locale=_LOCALES[language])


def format_time(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Write the time of day of a moment in a zone: 14:32, or 14.32 in Finnish."""
    return format_datetime(at, _TIMES[language], tzinfo=zone, locale=_LOCALES[language])


def format_clock(minute: int, language: Language) -> str:
    """Write a minute of the day as `format_time` does; 1440 is its end, 24:00."""
    hour, rest = divmod(minute, 60)
    return f"{hour}.{rest:02}" if language == "fi" else f"{hour:02}:{rest:02}"


def format_period(first: date, last: date, language: Language) -> str:
    """Write the days from first to last, both within, a shared month or year once."""
    if first == last:
        return format_day(last, language)
    if (first.year, first.month) == (last.year, last.month):
        stop = "" if language == "en" else "."
        return f"{first.day}{stop}{_TO}{format_day(last, language)}"
    begins = format_day(first, language)
    if first.year == last.year:
        begins = format_date(first, _DAYS_OF_A_YEAR[language], locale=_LOCALES[language])
    return f"{begins} {_TO} {format_day(last, language)}"


def format_amount(amount_minor: int, currency: str, language: Language) -> str:
    """Write an amount of minor units without its currency, for a column that names it once."""
    return format_decimal(to_decimal(amount_minor, currency), "#,##0.00", locale=_LOCALES[language])


def format_money(amount_minor: int, currency: str, language: Language) -> str:
    """Write an amount of minor units with its currency."""
    money = format_currency(to_decimal(amount_minor, currency), currency, locale=_LOCALES[language])
    if money.startswith(currency):  # English sets "NOK1,255.00", which reads as one word
        return f"{currency}{_NO_BREAK}{money.removeprefix(currency)}"
    return money


def format_quantity(quantity: Decimal, language: Language) -> str:
    """Write a quantity with no more decimals than it has."""
    return format_decimal(quantity, "#,##0.##########", locale=_LOCALES[language])


def format_price(price: Decimal, language: Language) -> str:
    """Write a unit price in major units with at least two decimals."""
    return format_decimal(price, "#,##0.00########", locale=_LOCALES[language])


def format_percent(percent: Decimal, language: Language) -> str:
    """Write a percentage: 25.5%, or 25,5 % where the language sets a space."""
    number = format_decimal(percent, "0.####", locale=_LOCALES[language])
    return f"{number}%" if language == "en" else f"{number}{_NO_BREAK}%"


@cache
def country_name(country: str, language: Language) -> str:
    """Name a country (ISO 3166 alpha-2) for the last line of an address abroad."""
    return str(Locale.parse(_LOCALES[language]).territories.get(country, country))


def _with_legal(phrase: str, legal: str | None) -> str:
    if legal is None or legal == phrase.lower():
        return f"{phrase}."
    return f"{phrase} ({legal})."
