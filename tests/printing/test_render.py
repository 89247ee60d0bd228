"""What can be read off the finished PDF."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from storno.printing.effect import (
    Effect,
    NothingToPay,
    OwedBack,
    Refunded,
    StillToPay,
    effect_sentence,
    reason_sentence,
)
from storno.printing.labels import Language
from storno.printing.paper import (
    Household,
    Paper,
    PaperAddress,
    PaperBuyer,
    PaperLine,
    PaperTax,
    PaymentPart,
)
from storno.printing.render import render
from storno.tax.category import TaxCategory
from tests.printing.papers import (
    AINO,
    DUE,
    FINNISH,
    GROSS,
    IBAN,
    JOINER,
    MOMENT,
    PSYCHOLOGIST,
    STANDARD,
    credit_note,
    text_of,
)

EFFECTS: list[Effect] = [
    NothingToPay(),
    StillToPay(5000, "EUR", DUE),
    OwedBack(125500, "EUR"),
    Refunded(125500, "EUR", date(2026, 12, 3)),
]
LANGUAGES: list[Language] = ["en", "fi", "nb"]
HOSTILE = (
    '#set page(width: 1cm) @x $1+1$ \\ <b>&amp; *b* _i_ `c` // /* "] #panic() \u202eevil\u202c '
    "😀👨\u200d👩\u200d👧 日本 שלום مرحبا Мария e\u0301 \x00\x07 \ud800" + "W" * 300
)


def printed(paper: Paper) -> str:
    return text_of(render(paper, timestamp=MOMENT))


def test_a_finnish_invoice_says_all_that_the_law_asks() -> None:
    assert printed(FINNISH) == "\n".join(
        (
            "LASKU",
            "2026-14",
            "Aino Virtanen Tmi",
            "Puistokatu 4 B 12",
            "00140 Helsinki",
            "Rakennus Korhonen Oy",
            "Matti Korhonen",
            "Satamakatu 17",
            "20100 Turku",
            "Y-tunnus 2345678-0",
            "Päiväys 22.11.2026",
            "Toimitettu 1.–20.11.2026",
            "Eräpäivä 6.12.2026",
            "Viitteenne Työmaa 88",
            "Asianumero 2026/118",
            "Kiitos tilauksesta!",
            "Kuvaus Määrä",
            "Yksikköhinta",
            "ilman veroa ALV",
            "Summa EUR",
            "ilman veroa",
            "Suunnittelu",
            "Työ",
            "12 h 65,00 25,5 % 780,00",
            "Asennus",
            "Toimitettu 19.11.2026 · Alennus 10 %",
            "3,5 h 70,00 25,5 % 220,50",
            "Tammilista",
            "Tarvikkeet",
            "8 kpl 14,90 25,5 % 119,20",
            "Opas 1 kpl 20,00 13,5 % 20,00",
            "Verokanta Ilman veroa ALV",
            "25,5 % 1 119,70 285,52",
            "13,5 % 20,00 2,70",
            "Yhteensä 1 139,70 288,22",
            "Maksettava 1 427,92 €",
            "Lämmin kiitos.",
            "Maksutiedot",
            "Saaja Aino Virtanen Tmi",
            "IBAN FI21 1234 5600 0007 85",
            "BIC OKOYFIHH",
            "Viitenumero 2026 00143",
            "RF RF78 2026 0014 3",
            "Eräpäivä 6.12.2026",
            "Maksettava 1 427,92 €",
            "Maksuaika 14 päivää. Viivästyskorko 10,5 % vuodessa. Huomautusaika 8 päivää.",
            "Virtuaaliviivakoodi 421123456000007850014279200000000000000202600143261206",
            "Y-tunnus 1234567-1",
            "ALV-tunniste FI12345671",
            "aino@virtanen.example",
            "+358 40 123 4567",
            "virtanen.example",
            "1 / 1",
        )
    )


def test_a_seller_outside_the_register_puts_no_word_of_tax_on_paper() -> None:
    text = printed(PSYCHOLOGIST)
    assert "FAKTURA\n1042\nLindqvist Psykologpraksis" in text
    assert "Time, 45 minutter 1 1 350,00 1 350,00" in text
    assert "Levert 17. november 2026\n1 1 350,00 1 350,00" in text
    assert "Å betale 2 700,00 kr" in text
    assert "Kontonummer 1234 56 78903\nMelding 1042\n" in text
    assert "Betalingsfrist 14 dager. Forsinkelsesrente etter loven." in text
    assert "Org.nr. 974 760 673\n" in text
    for word in ("MVA", "merverdiavgift", "§", "Foretaksregisteret", "0,00\n"):
        assert word not in text.replace("1 350,00\n", "")


def test_exempt_outside_the_register_only_the_reason_is_printed() -> None:
    exempt, reason = TaxCategory.EXEMPT, "Unntatt, merverdiavgiftsloven § 3-2"
    paper = replace(
        PSYCHOLOGIST,
        lines=tuple(replace(line, category=exempt) for line in PSYCHOLOGIST.lines),
        taxes=tuple(
            replace(t, category=exempt, exemption_reason=reason) for t in PSYCHOLOGIST.taxes
        ),
    )
    text = printed(paper)
    assert "Time, 45 minutter 1 1 350,00 1 350,00" in text
    assert reason in text
    assert "MVA" not in text
    registered = replace(paper, seller=replace(paper.seller, tax_id="974 760 673 MVA"))
    assert "Time, 45 minutter 1 1 350,00 Uten MVA 1 350,00" in printed(registered)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Payment within 1 day. | Please notify us of any error within 1 day."),
        ("fi", "Maksuaika 1 päivä. | Huomautusaika 1 päivä."),
        ("nb", "Betalingsfrist 1 dag. | Meld fra om feil innen 1 dag."),
    ],
)
def test_one_day_is_one(language: Language, words: str) -> None:
    assert FINNISH.payment is not None
    payment = replace(FINNISH.payment, terms_days=1, notice_days=1)
    text = printed(replace(FINNISH, language=language, payment=payment))
    assert all(each in text.replace("\n", " ") for each in words.split(" | "))


def test_a_small_finnish_seller_names_no_tax_for_the_household_deduction() -> None:
    small = replace(
        FINNISH,
        seller=replace(AINO, tax_id=""),
        lines=(
            PaperLine("Siivous", Decimal(1), "", Decimal(50), 5000, 5000, TaxCategory.EXEMPT,
                      work="work"),
        ),
        taxes=(PaperTax(TaxCategory.EXEMPT, Decimal(0), 5000, 0, "AVL 3 §"),),
        net_minor=5000, tax_minor=0, payable_minor=5000, payment=None,
        household=Household(work_minor=5000, material_minor=0),
    )  # fmt: skip
    text = printed(small)
    assert "Maksettava 50,00 €\nAVL 3 §\nKotitalousvähennystä varten: työn osuus: 50,00 €" in text
    assert "ALV" not in text


def test_tax_once_borne_is_printed_when_the_seller_has_left_the_register() -> None:
    left = replace(FINNISH, seller=replace(AINO, tax_id=""))
    assert "25,5 % 1 119,70 285,52\n" in printed(left)


def test_a_registered_norwegian_company_says_mva_and_the_register() -> None:
    text = printed(JOINER)
    assert "Org.nr. 974 760 673 MVA\nForetaksregisteret\n" in text
    assert "MVA-sats Uten MVA MVA\n25 % 18 400,00 4 600,00\nOmvendt 100,00 0,00\n" in text
    assert "Sum 18 500,00 4 600,00\nÅ betale 23 100,00 kr\nOmvendt avgiftsplikt.\n" in text


def test_prices_with_tax_show_the_price_without_and_the_household_share() -> None:
    text = printed(GROSS)
    assert "Unit price\nwith VAT VAT\nAmount EUR\nwith VAT\n" in text
    assert "Bathroom\nWork · Unit price without VAT 1,000.00\n1 1,255.00 25.5% 1,255.00" in text
    assert "Tiles\nMaterial · Unit price without VAT 20.00\n12 m² 25.10 25.5% 301.20" in text
    assert "VAT rate Without VAT VAT\n25.5% 1,240.00 316.20\nTo pay €1,556.20" in text
    assert "For the household deduction: work, with VAT: €1,255.00\n" in text
    assert "Material, with VAT: €301.20\n" in text


def test_lines_with_and_without_tax_are_all_shown_without() -> None:
    net = PaperLine("Paint", Decimal(2), "l", Decimal(50), 10000, 10000, STANDARD, Decimal("25.5"))
    mixed = replace(
        GROSS,
        lines=(*GROSS.lines, net),
        taxes=(*GROSS.taxes, PaperTax(STANDARD, Decimal("25.5"), 10000, 2550)),
        net_minor=134000,
        tax_minor=34170,
        payable_minor=168170,
    )
    text = printed(mixed)
    assert "Tiles\nMaterial · Unit price with VAT 25.10\n12 m² 20.00 25.5% 240.00" in text
    assert "Paint 2 l 50.00 25.5% 100.00" in text
    assert "25.5% 1,340.00 341.70\nTo pay €1,681.70" in text


def test_an_address_abroad_names_its_country_on_both_sides() -> None:
    buyer = PaperBuyer("Ola", PaperAddress("Storgata 1", "0155", "Oslo", "NO"), tax_id="NO1MVA")
    text = printed(replace(FINNISH, buyer=buyer))
    assert "00140 Helsinki\nSuomi\nOla\nStorgata 1\n0155 Oslo\nNorja\nALV-tunniste NO1MVA" in text


CREDITED: dict[Language, tuple[str, ...]] = {
    "en": (
        "CREDIT NOTE\nK7\nAino Virtanen Tmi",
        "\nDate 25 November 2026\nDelivered 1–20 November 2026\n",
        "\nCredits invoice 2026-14 of 22 November 2026.\n",
        "\nReason: The price on the invoice was wrong.\n",
        "\n25.5% 1,119.70 285.52\n13.5% 20.00 2.70\nTotal 1,139.70 288.22\n",
        "\nTotal credited €1,427.92\n",
        "\nBusiness ID 1234567-1\nVAT ID FI12345671\n",
    ),
    "fi": (
        "HYVITYSLASKU\nK7\nAino Virtanen Tmi",
        "\nPäiväys 25.11.2026\nToimitettu 1.–20.11.2026\n",
        "\nHyvittää laskun 2026-14, päivätty 22.11.2026.\n",
        "\nSyy: Laskun hinta oli virheellinen.\n",
        "\n25,5 % 1 119,70 285,52\n13,5 % 20,00 2,70\nYhteensä 1 139,70 288,22\n",
        "\nHyvitys yhteensä 1 427,92 €\n",
        "\nY-tunnus 1234567-1\nALV-tunniste FI12345671\n",
    ),
    "nb": (
        "KREDITNOTA\nK7\nAino Virtanen Tmi",
        "\nDato 25. november 2026\nLevert 1.–20. november 2026\n",
        "\nKrediterer faktura 2026-14 av 22. november 2026.\n",
        "\nÅrsak: Prisen på fakturaen var feil.\n",
        "\n25,5 % 1 119,70 285,52\n13,5 % 20,00 2,70\nSum 1 139,70 288,22\n",
        "\nSum kreditert 1 427,92 €\n",
        "\nOrg.nr. 1234567-1\nMVA-nummer FI12345671\n",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("effect", EFFECTS)
def test_a_credit_note_states_its_effect_and_names_its_invoice(
    language: Language, effect: Effect
) -> None:
    text = printed(credit_note(FINNISH, language, effect, reason_sentence("wrong_price", language)))
    sentence = effect_sentence(effect, language).replace("\N{NO-BREAK SPACE}", " ")
    assert f"\n{sentence}\n{CREDITED[language][2].strip()}\n" in text
    assert [words for words in CREDITED[language] if words not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("effect", EFFECTS)
def test_a_credit_note_bears_nothing_to_pay_with(language: Language, effect: Effect) -> None:
    pdf = render(credit_note(FINNISH, language, effect), timestamp=MOMENT)
    text = text_of(pdf)
    for forbidden in ("IBAN", "FI21", "RF", "OKOYFIHH", "2026 00143", "202600143", "4211"):
        assert forbidden not in text
    assert pdf.count(b"/S/Figure") == 0


def test_what_is_left_is_paid_with_the_details_of_the_invoice() -> None:
    text = printed(credit_note(FINNISH, "en", StillToPay(5000, "EUR", DUE)))
    assert "Please pay with the payment details of invoice 2026-14." in text
    assert "Please pay" not in printed(credit_note(FINNISH, "en"))


def test_a_draft_is_marked_and_has_no_number() -> None:
    draft = replace(
        FINNISH, number=None, issued_on=None, watermark="draft", payment=PaymentPart(account=IBAN)
    )
    text = printed(draft)
    assert "LUONNOS" in text
    assert "LASKU\nLuonnos, ei vielä laskutettu\n" in text
    assert "2026-14" not in text
    assert "Virtuaaliviivakoodi" not in text


def test_a_held_credit_note_is_pending_without_number() -> None:
    pending = replace(credit_note(FINNISH, "en"), number=None, issued_on=None, watermark="pending")
    text = printed(pending)
    assert "PENDING" in text
    assert "CREDIT NOTE\nPending, not issued yet\n" in text
    assert "K7" not in text
    assert "Credits invoice 2026-14 of 22 November 2026." in text


def test_the_same_paper_gives_the_same_bytes() -> None:
    helsinki = MOMENT.astimezone(ZoneInfo("Europe/Helsinki"))
    first = render(FINNISH, timestamp=MOMENT)
    assert render(FINNISH, timestamp=helsinki) == first
    assert render(FINNISH, timestamp=MOMENT + timedelta(seconds=1)) != first


def test_a_naive_timestamp_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        render(FINNISH, timestamp=datetime(2026, 11, 22))


def test_threads_print_beside_each_other() -> None:
    papers = [replace(PSYCHOLOGIST, number=str(number)) for number in range(24)]
    alone = [render(paper, timestamp=MOMENT) for paper in papers]
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda paper: render(paper, timestamp=MOMENT), papers))
    assert together == alone


def test_text_is_never_markup() -> None:
    hostile = replace(
        FINNISH,
        seller=replace(FINNISH.seller, name=HOSTILE, website=HOSTILE),
        buyer=PaperBuyer(
            HOSTILE,
            PaperAddress(HOSTILE, HOSTILE, HOSTILE, "XX"),
            HOSTILE,
            HOSTILE,
            HOSTILE,
            HOSTILE,
        ),
        lines=tuple(replace(line, description=HOSTILE, unit=HOSTILE) for line in FINNISH.lines),
        taxes=tuple(replace(tax, exemption_reason=HOSTILE) for tax in FINNISH.taxes),
        text_before=HOSTILE,
        text_after="one\ntwo\r\nthree",
    )
    text = printed(hostile)
    start = '#set page(width: 1cm) @x $1+1$ \\ <b>&amp; *b* _i_ `c` // /* "] #panic()'
    assert "".join(start.split()) in "".join(text.split())
    assert "one\ntwo\nthree" in text
    assert "\u202e" not in text
    assert "Мария é" in text
    assert "\x00" not in text


@settings(max_examples=40)
@given(st.text(st.characters(codec=None), max_size=400))
def test_no_text_stops_a_paper(text: str) -> None:
    paper = replace(
        PSYCHOLOGIST,
        number=text or "1",
        buyer=PaperBuyer(text, PaperAddress(text, text, text, text), text, text, text, text),
        lines=tuple(replace(line, description=text, unit=text) for line in PSYCHOLOGIST.lines),
        text_after=text,
    )
    assert render(paper, timestamp=MOMENT).startswith(b"%PDF-1.7")


def test_the_largest_figures_stay_on_the_page() -> None:
    huge = 10**14
    paper = replace(
        FINNISH,
        lines=(
            PaperLine("Bridge", Decimal("9999999999.9999"), "kpl", Decimal("99999999999.9999"),
                      huge, huge, TaxCategory.ZERO),
        ),
        taxes=(PaperTax(TaxCategory.ZERO, Decimal(0), huge, 0),),
        net_minor=huge,
        tax_minor=0,
        payable_minor=huge,
    )  # fmt: skip
    text = printed(paper)
    assert "9 999 999 999,9999 kpl 99 999 999 999,9999 0 % 1 000 000 000 000,00" in text


def test_500_lines_repeat_their_header_and_count_the_pages() -> None:
    lines = tuple(
        replace(FINNISH.lines[0], description=f"Tunti numero {number}") for number in range(500)
    )
    paper = replace(
        FINNISH,
        lines=lines,
        taxes=(PaperTax(STANDARD, Decimal("25.5"), 39_000_000, 9_945_000),),
        net_minor=39_000_000,
        tax_minor=9_945_000,
        payable_minor=48_945_000,
    )
    pages = PdfReader(BytesIO(render(paper, timestamp=MOMENT))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 10
    for place, text in enumerate(texts, start=1):
        assert f"{place} / {len(texts)}" in text
        if "Tunti numero" in text:
            assert "Kuvaus Määrä" in text
        if place > 1:
            assert text.startswith("Lasku 2026-14, Aino Virtanen Tmi\n")
    for number in range(500):
        assert any(f"Tunti numero {number}\n" in text for text in texts)
    assert "489\xa0450,00\xa0€" in texts[-1]


def test_a_page_takes_a_moment_and_no_more() -> None:
    render(FINNISH, timestamp=MOMENT)
    durations = []
    for number in range(10):
        start = perf_counter()
        render(replace(FINNISH, number=f"T{number}"), timestamp=MOMENT)
        durations.append(perf_counter() - start)
    assert min(durations) < 0.25
