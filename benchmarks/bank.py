"""A bank statement with 1,000,000 payments: read, taken in, matched, and posted.

Each pays one open invoice by its reference; a match is written with its posting. The floor is one
COPY of the same entries and then one statement for each table: it copies the rows of a payment that
was matched before, under the same durability, and looks at no invoice. A million takes long;
`--entries 20000` says as much of a machine in a minute. Where it does other things meanwhile, look
at the ratio, and at the seconds of this process's own.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from stage import copied, counted_statements, report, stage, timed

MILLION = 1_000_000
TAKEN_IN, POSTED, MOST_MB = 90, 240, 300
"""The bars: seconds for a million entries, and megabytes of the process."""
MINOR = 125_500
ACCOUNT = "FI2112345600000785"
BATCH = 50_000

HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-06-16T23:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>
"""
ENTRY = """<Ntry>
 <Amt Ccy="EUR">1255.00</Amt>
 <CdtDbtInd>CRDT</CdtDbtInd>
 <Sts><Cd>BOOK</Cd></Sts>
 <BookgDt><Dt>2026-06-16</Dt></BookgDt>
 <ValDt><Dt>2026-06-16</Dt></ValDt>
 <AcctSvcrRef>20260616{1}</AcctSvcrRef>
 <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
 <NtryDtls><TxDtls>
  <Refs><AcctSvcrRef>20260616{1}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
  <AmtDtls><TxAmt><Amt Ccy="EUR">1255.00</Amt></TxAmt></AmtDtls>
  <RltdPties>
   <Dbtr><Pty><Nm>Daisy Example {0}</Nm></Pty></Dbtr>
   <DbtrAcct><Id><IBAN>FI5810171000000122</IBAN></Id></DbtrAcct>
  </RltdPties>
  <RmtInf><Strd><CdtrRefInf>
   <Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{1:0>20}</Ref>
  </CdtrRefInf></Strd></RmtInf>
 </TxDtls></NtryDtls>
</Ntry>
"""
FOOT = "</Stmt></BkToCstmrStmt></Document>\n"


@contextmanager
def statement(references: Iterator[str]) -> Iterator[IO[bytes]]:
    """A file in which each of these references is paid."""
    with tempfile.TemporaryFile() as file:
        file.write(HEAD.encode())
        for number, reference in enumerate(references):
            file.write(ENTRY.format(number, reference).encode())
        file.write(FOOT.encode())
        file.seek(0)
        yield file


def timed_twice(deed: Callable[[], Any]) -> tuple[float, float]:
    """The seconds that a call takes, and those of them that this process was at work."""
    begun = time.process_time()
    taken = timed(deed)
    return taken, time.process_time() - begun


def make_invoices(template: Any, first: int, last: int) -> None:
    """Make open invoices by copying one; number n has the reference 9000000000 + n."""
    from django.db import connections

    own = {"document_id": "gen_id(n)", "id": "gen_random_uuid()"}
    tables = {
        "documents_document": {
            "id": "gen_id(n)",
            "draft_id": "gen_random_uuid()",
            "sequence": "1000 + n",
            "number": "'M-' || n",
            "payment_reference": "(9000000000 + n)::text",
        },
        "documents_standing": {"id": "gen_id(n)"},
        "documents_line": own,
        "documents_taxsubtotal": own,
        "documents_particulars": own,
        "numbering_paymentreference": own | {"reference": "(9000000000 + n)::text"},
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION gen_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS "
            "$$ SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$"
        )
        for begin in range(first, last + 1, BATCH):
            end = min(begin + BATCH - 1, last)
            for table, replaced in tables.items():
                key = "document_id" if "document_id" in replaced else "id"
                cursor.execute(
                    f"{copied(table, 't', **replaced)} CROSS JOIN generate_series({begin}, {end}) n"
                    f" WHERE t.{key} = %s",
                    [template.id],
                )
        cursor.execute("VACUUM ANALYZE")


def floor(world: Any, file: IO[bytes], paid: Any) -> None:
    """Write the same rows for the same file: one COPY of its entries, one statement a table."""
    from django.db import connection, connections

    from storno.bank.models import Match
    from storno.banking.entry import Entry
    from storno.banking.read import read
    from storno.organizations.scope import scope
    from storno.payments.models import Payment

    with scope(world.id):
        payment = Payment.objects.get(organization_id=world.id, invoice_id=paid.id)
        match = Match.objects.get(organization_id=world.id, payment_id=payment.id)
    rows = {
        "bank_entry": (
            {
                "id": "f.entry",
                "key": "f.key",
                "match_id": "f.match",
                "reference": "f.reference",
                "party": "f.party",
            },
            f"t.id = '{match.entry_id}'",
        ),
        "bank_match": (
            {"id": "f.match", "entry_id": "f.entry", "payment_id": "f.payment"},
            f"t.id = '{match.id}'",
        ),
        "payments_payment": (
            {"id": "f.payment", "invoice_id": "f.invoice", "source_id": "f.match"},
            f"t.id = '{payment.id}'",
        ),
        "ledger_transfer": (
            {
                "id": "gen_random_uuid()",
                "posting_id": "f.payment",
                "subject_id": "f.invoice",
            },
            f"t.posting_id = '{payment.id}'",
        ),
        "history_event": (
            {"id": "gen_random_uuid()", "subject_id": "f.invoice"},
            f"t.subject_id = '{paid.id}' AND t.kind = 'payment.came'",
        ),
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE UNLOGGED TABLE told (key text, reference text, party text, "
            "entry uuid DEFAULT gen_random_uuid(), match uuid DEFAULT gen_random_uuid(), "
            "payment uuid DEFAULT gen_random_uuid(), invoice uuid)"
        )
        cursor.execute("GRANT ALL ON told TO storno_app")
    with scope(world.id), connection.cursor() as cursor:
        with cursor.copy("COPY told (key, reference, party) FROM STDIN") as copy:
            for each in read(file):
                if isinstance(each, Entry):
                    copy.write_row((each.key, each.reference.lstrip("0"), each.party))
        cursor.execute(
            "UPDATE told SET invoice = r.document_id FROM numbering_paymentreference r "
            "WHERE r.account = %s AND r.reference = told.reference",
            [ACCOUNT],
        )
        for table, (replaced, where) in rows.items():
            cursor.execute(f"{copied(table, 't', **replaced)} CROSS JOIN told f WHERE {where}")
        cursor.execute(
            "UPDATE documents_standing s SET received_minor = payable_minor, open_minor = 0, "
            "state = 'paid', deeds = deeds + 1 FROM told WHERE s.id = told.invoice "
            "AND s.organization_id = %s",
            [world.id],
        )


def main() -> None:
    """Measure, and say whether the bars are met (exit 1 if not)."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=MILLION)
    count = asked.parse_args().entries
    with stage():
        from datetime import UTC, datetime

        from django.db import connection

        from storno.bank.models import Entry, EntryState
        from storno.bank.take_in import take_in
        from storno.banking.read import read
        from storno.matching.meet import meet_new
        from storno.organizations.scope import scope
        from tests.world import found

        at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
        world = found()

        def meet() -> None:
            while meet_new(world.id, at=at):
                pass

        def matched() -> int:
            with scope(world.id):
                mine = Entry.objects.filter(organization_id=world.id)
                return mine.filter(state=EntryState.MATCHED).count()

        paid = world.invoice(at=at)
        with statement(iter([paid.payment_reference])) as file:
            take_in(file, "first.xml", who=world.who(), at=at)
        meet()
        make_invoices(world.invoice(at=at), 1, 2 * count)
        with statement(str(9_000_000_000 + n) for n in range(count + 1, 2 * count + 1)) as file:
            least = timed(lambda: floor(world, file, paid))
        before = matched()
        with statement(str(9_000_000_000 + n) for n in range(1, count + 1)) as file:
            reading, reading_own = timed_twice(lambda: sum(1 for _each in read(file)))
            file.seek(0)
            taking, taking_own = timed_twice(
                lambda: take_in(file, "many.xml", who=world.who(), at=at)
            )
        with counted_statements() as statements:
            batch = meet_new(world.id, at=at)
        meeting, meeting_own = timed_twice(meet)
        meeting, meeting_own = (each * count / (count - batch) for each in (meeting, meeting_own))
        scale = MILLION / count
        whole = (taking + meeting) * scale
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        report(
            "bank",
            entries=count,
            matched=matched() - before,
            seconds={
                "read": round(reading, 1),
                "taken_in": round(taking, 1),
                "matched_and_posted": round(meeting, 1),
                "floor": round(least, 1),
            },
            own_seconds={
                "read": round(reading_own, 1),
                "taken_in": round(taking_own, 1),
                "matched_and_posted": round(meeting_own, 1),
            },
            ratio=round((taking + meeting) / least, 2),
            of_a_million={"taken_in": round(taking * scale), "posted": round(whole)},
            batch={"entries": batch, "statements": len(statements)},
        )
        connection.close()
    is_met = whole <= POSTED and taking * scale <= TAKEN_IN and peak_mb <= MOST_MB
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
