"""The operator of the demonstration, and the light entrepreneurs whose client money it keeps."""

from dataclasses import dataclass

from storno.administration.seller import SellerChanges

OPERATOR_NAME = "Havu Laskutus Oy"
OPERATOR = "havu"
CUSTODY_IBAN = "FI7157130920022107"

OPERATOR_DETAILS = SellerChanges(
    business_id="2890317-2",
    vat_registered=True,
    street="Eteläranta 8",
    postcode="00130",
    city="Helsinki",
    email="pia@example.com",
)


@dataclass(frozen=True, slots=True)
class Entrepreneur:
    """A person, the organization in which they work, and what is set aside of their money."""

    slug: str
    email: str
    name: str
    language: str
    terms: tuple[str, ...]
    seller: SellerChanges


MINNA = Entrepreneur(
    "minna",
    "minna@example.com",
    "Minna Mikkola",
    "en",
    ("withholding_percent=20", "fee_percent=5"),
    SellerChanges(
        name="Siivouspalvelu Minna Mikkola",
        language="fi",
        business_id="2941536-5",
        vat_registered=True,
        street="Vaasankatu 15 B 22",
        postcode="00500",
        city="Helsinki",
        email="minna@example.com",
        phone="+358 40 555 0101",
        account="FI3311463000112232",
    ),
)

JUHANI = Entrepreneur(
    "juhani",
    "juhani@example.com",
    "Juhani Korhonen",
    "fi",
    ("withholding_percent=35", "fee_percent=4"),
    SellerChanges(
        name="Valokuvaaja Juhani Korhonen",
        language="fi",
        business_id="3018274-9",
        vat_registered=True,
        street="Hämeenkatu 30",
        postcode="33200",
        city="Tampere",
        email="juhani@example.com",
        account="FI2017453000778896",
    ),
)

ANNA_MAIJA = Entrepreneur(
    "puutarha",
    "anna-maija@example.com",
    "Anna-Maija Hämäläinen-Kettunen",
    "fi",
    ("withholding_percent=12.5", "fee_percent=5", "fee_on_credit=refund"),
    SellerChanges(
        name="Pihasuunnittelu ja viherrakentaminen Anna-Maija Hämäläinen-Kettunen, Länsi-Uusimaa",
        language="fi",
        business_id="2765403-9",
        vat_registered=True,
        street="Vanha Turunmaantie 114 as. 3",
        postcode="02700",
        city="Kauniainen",
        email="anna-maija@example.com",
        phone="+358 40 555 0102",
        account="FI7439390011223344",
    ),
)

ENTREPRENEURS = (MINNA, JUHANI, ANNA_MAIJA)
