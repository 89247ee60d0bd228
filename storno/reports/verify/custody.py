"""Client money: what was agreed and entered about it stands as it was sealed, and in history."""

from collections.abc import Iterator

from storno.custody.models import PayoutAccount
from storno.custody.payout_account import PayoutAccountEntered
from storno.history.models import Event
from storno.organizations.sealed import is_whole
from storno.reports.verify.dossier import Books
from storno.reports.verify.violation import Violation


def prove_custody(books: Books) -> Iterator[Violation]:
    """Every rule about client money that needs no dossier."""
    entered = {str(row.id): row for row in books.rows(PayoutAccount)}
    for row in entered.values():
        if not is_whole(row):
            yield Violation(
                "payout_account_seal_broken", row.id, "A payout account is not what was sealed."
            )
    events = books.rows(Event).filter(kind=PayoutAccountEntered.kind)
    told = {event.facts["payout_account_id"]: event for event in events}
    for id_ in entered.keys() - told.keys():
        yield Violation(
            "payout_account_untold", entered[id_].id, "History does not tell of a payout account."
        )
    for id_ in told.keys() - entered.keys():
        yield Violation(
            "payout_account_missing",
            told[id_].id,
            "History tells of a payout account that is not there.",
        )
