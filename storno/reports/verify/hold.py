"""A credit note on hold: at most one, and the standing says when it goes and what it takes."""

from collections.abc import Iterator

from storno.core.refusals import Invalid
from storno.corrections.facts import lines_left
from storno.corrections.held import request_of
from storno.corrections.plan import break_down
from storno.corrections.take_lines import plan_lines
from storno.documents.models import Draft, Standing
from storno.reports.verify.dossier import Dossier
from storno.reports.verify.violation import UNRECKONABLE, Violation, named


def prove_hold(dossier: Dossier, standing: Standing) -> Iterator[Violation]:
    """The drafts of credit notes on an invoice against its standing."""
    invoice, held = dossier.invoice.document, dossier.held
    if len(held) > 1:
        yield Violation(
            "two_credit_notes_on_hold",
            invoice.id,
            f"{len(held)} credit notes are on hold for {named(invoice)}.",
        )
    goes_at = held[0].goes_at if held else None
    amount_minor = _amount(dossier, held[0]) if held else 0
    stands = (standing.cancelling_at, standing.cancelling_minor)
    if stands != (goes_at, amount_minor):
        yield Violation(
            "hold_wrong",
            invoice.id,
            f"The standing of {named(invoice)} says that a credit note over {stands[1]} goes at "
            f"{stands[0]}, but it is over {amount_minor} and goes at {goes_at}.",
        )


def _amount(dossier: Dossier, draft: Draft) -> int | None:
    """What the credit note on hold comes to, in minor units; None if that cannot be derived."""
    taken = [line for note in dossier.credit_notes for line in note.lines]
    groups = [group for note in dossier.credit_notes for group in note.groups()]
    try:
        lines, _too_much = plan_lines(
            lines_left(dossier.invoice.lines, taken), request_of(draft).lines
        )
        breakdown, _too_much = break_down(lines, original=dossier.invoice.groups(), credited=groups)
    except (*UNRECKONABLE, Invalid):
        return None
    return breakdown.payable_minor
