"""PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1), as far as they can be told from the file."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from storno.printing.paper import Paper, PaymentPart
from storno.printing.render import render
from tests.printing.papers import (
    FINNISH,
    GROSS,
    IBAN,
    JOINER,
    MOMENT,
    PSYCHOLOGIST,
    credit_note,
)

PAPERS = {
    "finnish invoice": FINNISH,
    "household invoice": GROSS,
    "psychologist's invoice": PSYCHOLOGIST,
    "joiner's invoice": JOINER,
    "credit note": credit_note(FINNISH, "fi"),
    "foreign credit note": credit_note(JOINER, "en"),
    "draft": replace(
        FINNISH, number=None, issued_on=None, watermark="draft", payment=PaymentPart(account=IBAN)
    ),
    "held credit note": replace(
        credit_note(PSYCHOLOGIST, "nb"), number=None, issued_on=None, watermark="pending"
    ),
    "names of other scripts": replace(
        FINNISH,
        text_before="😀 日本 שלום مرحبا",
        seller=replace(FINNISH.seller, name="<&> 😀 Мария"),
    ),
}


@pytest.fixture(params=list(PAPERS))
def paper(request: pytest.FixtureRequest) -> Paper:
    return PAPERS[request.param]


def opened(paper: Paper) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(render(paper, timestamp=MOMENT)))


def test_the_file_claims_both_standards(paper: Paper) -> None:
    with opened(paper) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["pdfuaid:part"] == "1"
        assert pdf.check_pdf_syntax() == []


def test_it_is_tagged_in_its_language_and_shows_its_title(paper: Paper) -> None:
    with opened(paper) as pdf:
        assert str(pdf.Root.Lang) == paper.language
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert pdf.Root.StructTreeRoot is not None


def test_its_title_is_kind_number_and_seller() -> None:
    for paper, title in (
        (FINNISH, "Lasku 2026-14, Aino Virtanen Tmi"),
        (credit_note(FINNISH, "fi"), "Hyvityslasku K7, Aino Virtanen Tmi"),
        (credit_note(JOINER, "en"), "Credit note K7, Fjellheim Snekkerverksted AS"),
        (PAPERS["draft"], "Lasku Luonnos, ei vielä laskutettu, Aino Virtanen Tmi"),
    ):
        with opened(paper) as pdf, pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == title
            assert metadata["dc:creator"] == [paper.seller.name]
            assert str(pdf.docinfo["/Title"]) == title


def test_its_date_is_the_moment_given(paper: Paper) -> None:
    with opened(paper) as pdf, pdf.open_metadata() as metadata:
        assert metadata["xmp:CreateDate"] == "2026-11-22T08:00:00+00:00"
        assert metadata["xmp:ModifyDate"] == "2026-11-22T08:00:00+00:00"


def test_colours_have_an_output_intent_and_every_font_is_inside(paper: Paper) -> None:
    with opened(paper) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == pikepdf.Name.GTS_PDFA1
        assert intent.DestOutputProfile.read_bytes()
        names = set()
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                (descendant,) = font.DescendantFonts
                descriptor = descendant.FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
                assert "/ToUnicode" in font
                names.add(str(font.BaseFont).split("+")[1])
        assert {"SourceSansPro-Regular", "SourceSansPro-Semibold"} <= {
            name.removesuffix("-Identity-H") for name in names
        }


def test_tables_have_headers_and_codes_have_words() -> None:
    with opened(FINNISH) as pdf:
        roles: list[str] = []
        alternatives: list[str] = []
        elements = [pdf.Root.StructTreeRoot.K]
        while elements:
            element = elements.pop()
            if isinstance(element, pikepdf.Array):
                elements += list(element)
            elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
                roles.append(str(element.S))
                if "/Alt" in element:
                    alternatives.append(str(element.Alt))
                if "/K" in element:
                    elements.append(element.K)
        assert roles.count("/H1") == 1
        assert roles.count("/H2") == 1
        assert roles.count("/Table") == 2
        assert roles.count("/TH") == 8
        assert roles.count("/Figure") == 2
        assert sorted(alternatives) == [
            "QR-koodi, jolla 1\xa0427,92\xa0€ maksetaan pankin sovelluksessa",
            "Viivakoodi laskun maksamiseen; numerot ovat sen alla",
        ]
