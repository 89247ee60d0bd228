"""pain.001.001.09: what a bank is asked to pay, by the schema of ISO 20022 and to the cent."""

import importlib.util
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from storno.banking.pain import Address, Batch, Party, Payment, Unpayable, credit_transfers
from storno.banking.sepa_text import is_sepa_id, sepa_text
from tests.properties.depth import proof

PAYEE = Party("Väinö Ångström & Søn", "FI5810171000000122")
OPERATOR = Party(
    "Operator Oy",
    "FI2112345600000785",
    "NDEAFIHH",
    Address("Jyväskylä", "FI", "Kauppakatu 1", "40100"),
)
PAYOUT = Payment("P-1", PAYEE, 73725, text="Lasku 1001, työ")
TAX = Payment(
    "P-2", replace(OPERATOR, name="Verohallinto", bic=""), 45500, reference="RF18539007547034"
)
BATCH = Batch(
    "B-1", OPERATOR, datetime(2026, 11, 20, 9, 5, tzinfo=UTC), date(2026, 11, 23), (PAYOUT, TAX)
)
FILE = """\
<?xml version='1.0' encoding='utf-8'?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>B-1</MsgId>
      <CreDtTm>2026-11-20T09:05:00Z</CreDtTm>
      <NbOfTxs>2</NbOfTxs>
      <CtrlSum>1192.25</CtrlSum>
      <InitgPty>
        <Nm>Operator Oy</Nm>
      </InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>B-1</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <BtchBookg>false</BtchBookg>
      <NbOfTxs>2</NbOfTxs>
      <CtrlSum>1192.25</CtrlSum>
      <PmtTpInf>
        <SvcLvl>
          <Cd>SEPA</Cd>
        </SvcLvl>
      </PmtTpInf>
      <ReqdExctnDt>
        <Dt>2026-11-23</Dt>
      </ReqdExctnDt>
      <Dbtr>
        <Nm>Operator Oy</Nm>
        <PstlAdr>
          <StrtNm>Kauppakatu 1</StrtNm>
          <PstCd>40100</PstCd>
          <TwnNm>Jyvaskyla</TwnNm>
          <Ctry>FI</Ctry>
        </PstlAdr>
      </Dbtr>
      <DbtrAcct>
        <Id>
          <IBAN>FI2112345600000785</IBAN>
        </Id>
      </DbtrAcct>
      <DbtrAgt>
        <FinInstnId>
          <BICFI>NDEAFIHH</BICFI>
        </FinInstnId>
      </DbtrAgt>
      <ChrgBr>SLEV</ChrgBr>
      <CdtTrfTxInf>
        <PmtId>
          <EndToEndId>P-1</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="EUR">737.25</InstdAmt>
        </Amt>
        <Cdtr>
          <Nm>Vaino Angstrom + Son</Nm>
        </Cdtr>
        <CdtrAcct>
          <Id>
            <IBAN>FI5810171000000122</IBAN>
          </Id>
        </CdtrAcct>
        <RmtInf>
          <Ustrd>Lasku 1001, tyo</Ustrd>
        </RmtInf>
      </CdtTrfTxInf>
      <CdtTrfTxInf>
        <PmtId>
          <EndToEndId>P-2</EndToEndId>
        </PmtId>
        <Amt>
          <InstdAmt Ccy="EUR">455.00</InstdAmt>
        </Amt>
        <Cdtr>
          <Nm>Verohallinto</Nm>
          <PstlAdr>
            <StrtNm>Kauppakatu 1</StrtNm>
            <PstCd>40100</PstCd>
            <TwnNm>Jyvaskyla</TwnNm>
            <Ctry>FI</Ctry>
          </PstlAdr>
        </Cdtr>
        <CdtrAcct>
          <Id>
            <IBAN>FI2112345600000785</IBAN>
          </Id>
        </CdtrAcct>
        <RmtInf>
          <Strd>
            <CdtrRefInf>
              <Tp>
                <CdOrPrtry>
                  <Cd>SCOR</Cd>
                </CdOrPrtry>
              </Tp>
              <Ref>RF18539007547034</Ref>
            </CdtrRefInf>
          </Strd>
        </RmtInf>
      </CdtTrfTxInf>
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
"""


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    """The schema of ISO 20022, from a package that has it."""
    found = importlib.util.find_spec("sepaxml")
    assert found
    assert found.origin
    return xmlschema.XMLSchema(Path(found.origin).parent / "schemas" / "pain.001.001.09.xsd")


def test_a_batch_is_written_to_the_letter(schema: xmlschema.XMLSchema) -> None:
    assert credit_transfers(BATCH).decode() == FILE
    schema.validate(FILE)
    without_bic = replace(BATCH, payer=replace(OPERATOR, bic="", address=None))
    written = credit_transfers(without_bic).decode()
    schema.validate(written)
    assert "<Id>NOTPROVIDED</Id>" in written


NAMES = st.text(max_size=90).filter(lambda name: sepa_text(name, 70))
PAYMENTS = st.builds(
    Payment,
    id=st.uuids().map(lambda each: each.hex),
    payee=st.builds(
        Party,
        name=NAMES,
        account=st.just(PAYEE.account),
        address=st.none() | st.builds(Address, NAMES, st.just("NO"), st.text(), st.text()),
    ),
    amount_minor=st.integers(1, 999_999_999_99),
    text=st.text(max_size=200),
)


@given(st.lists(PAYMENTS, min_size=1, max_size=4, unique_by=lambda each: each.id))
@proof(20, 500)
def test_whatever_is_written_a_bank_takes_it(
    schema: xmlschema.XMLSchema, payments: list[Payment]
) -> None:
    written = credit_transfers(replace(BATCH, payments=tuple(payments)))
    schema.validate(written.decode())
    names = {"": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    root = ET.fromstring(written)
    amounts = [each.text or "" for each in root.findall(".//InstdAmt", names)]
    minor = [int(each.replace(".", "")) for each in amounts]
    assert minor == [each.amount_minor for each in payments]
    sums = {each.text for each in root.findall(".//CtrlSum", names)}
    assert sums == {f"{sum(minor) // 100}.{sum(minor) % 100:02}"}
    ids = [each.text for each in root.findall(".//EndToEndId", names)]
    assert ids == [each.id for each in payments]


@pytest.mark.parametrize(
    ("payment", "what"),
    [
        (replace(PAYOUT, amount_minor=0), "amount"),
        (replace(PAYOUT, amount_minor=-1), "amount"),
        (replace(PAYOUT, amount_minor=100_000_000_000), "amount"),
        (replace(PAYOUT, id="P-2"), "id"),
        (replace(PAYOUT, id="P/"), "id"),
        (replace(PAYOUT, reference="12 3"), "reference"),
        (replace(PAYOUT, payee=replace(PAYEE, account="15039000083")), "account"),
        (replace(PAYOUT, payee=replace(PAYEE, account="FI58 1017")), "account"),
        (replace(PAYOUT, payee=replace(PAYEE, bic="NDEA")), "bic"),
        (replace(PAYOUT, payee=replace(PAYEE, name="漢字")), "name"),
        (replace(PAYOUT, payee=replace(PAYEE, address=Address("", "FI"))), "address"),
        (replace(PAYOUT, payee=replace(PAYEE, address=Address("Oslo", "Norge"))), "address"),
    ],
)
def test_what_no_bank_takes_is_refused(payment: Payment, what: str) -> None:
    with pytest.raises(Unpayable) as refused:
        credit_transfers(replace(BATCH, payments=(TAX, payment)))
    assert (refused.value.what, refused.value.payment) == (what, payment.id)


def test_a_batch_has_an_id_and_payments() -> None:
    for batch in (replace(BATCH, id=""), replace(BATCH, id="x" * 36), replace(BATCH, payments=())):
        with pytest.raises(Unpayable):
            credit_transfers(batch)


def test_text_is_written_in_the_signs_of_sepa() -> None:
    assert sepa_text("Ærlig  Œuvre\n“ß” – Łódź €5 #1\0", 70) == "AErlig OEuvre 'ss' - Lodz 5 1"
    assert sepa_text("a" * 69 + " b", 70) == "a" * 69
    assert [is_sepa_id(each) for each in ("a/b", "a//b", "/a", "a ", "ä", "")] == [True] + [
        False
    ] * 5
