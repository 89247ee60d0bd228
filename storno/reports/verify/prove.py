"""Verifying: everything that was written once is derived again and held against what is there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from storno.reports.verify.bank import prove_bank
from storno.reports.verify.cases import prove_cases
from storno.reports.verify.charges import prove_charges
from storno.reports.verify.claim import prove_claim
from storno.reports.verify.credits import prove_credits
from storno.reports.verify.custody import prove_custody
from storno.reports.verify.dossier import Books, read_dossiers
from storno.reports.verify.history import prove_history
from storno.reports.verify.loose_ends import prove_loose_ends
from storno.reports.verify.money import prove_money
from storno.reports.verify.online import prove_online
from storno.reports.verify.overdue import prove_overdue
from storno.reports.verify.papers import prove_paper
from storno.reports.verify.payouts import prove_payouts
from storno.reports.verify.series import prove_series
from storno.reports.verify.violation import Violation


@contextmanager
def snapshot(database: str) -> Iterator[None]:
    """One moment of the database, however long the proof takes and whoever works meanwhile."""
    with transaction.atomic(using=database, durable=True):
        with connections[database].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


def prove(books: Books, progress: Callable[[int], None] | None = None) -> Iterator[Violation]:
    """Every violation in one organization's books; `progress` hears the documents done so far.

    Reads only, in memory that does not grow with the books. As the owner it is called within a
    `snapshot`, as the application within the organization's scope.
    """
    yield from prove_series(books)
    for batch in read_dossiers(books):
        for dossier in batch:
            for paper in dossier.papers():
                yield from prove_paper(paper, books)
            yield from prove_credits(dossier)
            yield from prove_claim(dossier, books)
            yield from prove_history(dossier)
        if progress:
            progress(books.documents)
    yield from prove_loose_ends(books)
    yield from prove_money(books)
    yield from prove_online(books)
    yield from prove_bank(books)
    yield from prove_custody(books)
    yield from prove_payouts(books)
    yield from prove_cases(books)
    yield from prove_overdue(books)
    yield from prove_charges(books)
