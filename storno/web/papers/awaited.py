"""What a seller in custody will receive of an invoice, with the short calculation of it."""

from typing import Any

from django.utils.translation import gettext as _

from storno.custody.forecast import shares_of_draft, shares_to_come
from storno.custody.split import Shares
from storno.documents.content import Totals
from storno.ledger.journal import tax_by_rate
from storno.organizations.queries import Circumstances
from storno.web.papers.reading import InvoiceRead
from storno.web.say import say_money


def awaited_of_totals(totals: Totals, now: Circumstances) -> dict[str, Any] | None:
    """What a draft would bring; None where nobody keeps client money, or nothing is to be paid."""
    payable = totals.breakdown.payable_minor
    if not now.settings.organization.in_custody or payable <= 0:
        return None
    tax = sum(tax_by_rate(totals.breakdown.groups).values())
    mine = now.seller.organization_id
    shares = shares_of_draft(mine, payable_minor=payable, tax_minor=tax)
    return _shown(shares, now.seller.currency)


def awaited_of_invoice(read: InvoiceRead) -> dict[str, Any] | None:
    """What is still to come of an invoice; None as above, and where all is paid or credited."""
    standing, now = read.standing, read.now
    if not now.settings.organization.in_custody or standing.open_minor <= 0:
        return None
    credited = sum(row.tax_minor for note in read.credit_notes for row in note.subtotals)
    tax = sum(row.tax_minor for row in read.whole.subtotals) - credited
    return _shown(shares_to_come(read.document, standing, tax_minor=tax), read.document.currency)


def _shown(shares: Shares, currency: str) -> dict[str, Any]:
    taken = [
        (_("VAT, set aside"), shares.vat_minor),
        (_("Income tax, set aside"), shares.prepayment_minor),
        (_("Service fee with its VAT"), shares.fee_minor + shares.fee_vat_minor),
    ]
    yours = say_money(shares.payable_minor, currency)
    return {
        "sentence": _("You will receive about %(amount)s") % {"amount": yours},
        "rows": [
            {"label": _("To be paid"), "amount": say_money(shares.total_minor, currency)},
            *(
                {"label": label, "amount": say_money(-minor, currency)}
                for label, minor in taken
                if minor
            ),
        ],
        "total": {"label": _("Yours, with the next payout"), "amount": yours},
    }
