"""From a paper to the strings that the template sets, in the words of the paper's language."""

from decimal import ROUND_HALF_UP, Decimal

from storno.printing.effect import StillToPay, effect_sentence
from storno.printing.labels import (
    WORDS,
    Language,
    Words,
    country_name,
    format_amount,
    format_day,
    format_money,
    format_percent,
    format_period,
    format_price,
    format_quantity,
    tax_note,
)
from storno.printing.paper import Paper, PaperAddress, PaperLine, PaymentPart
from storno.references.creditor import spaced_in_fours
from storno.references.finnish import spaced
from storno.tax.category import TaxCategory

# A tree of strings, numbers and lists, ready for JSON.
Tree = dict[str, object]
Pair = tuple[str, str]


OF_CLAIMS = ("reminder", "statement")
"""The papers whose lines say what is claimed, not what was bought."""


def layout(paper: Paper) -> Tree:
    """Lay out a paper as the tree that `paper.typ` reads; every text in it is still raw."""
    words = WORDS[paper.language]
    title = _title(paper)
    status = {"draft": words.draft_long, "pending": words.pending_long, None: ""}[paper.watermark]
    seller = paper.seller
    return {
        "language": paper.language,
        "kind": paper.kind,
        "title": title,
        "number": paper.number or "",
        "status": status,
        "stamp": {"draft": words.draft, "pending": words.pending, None: ""}[paper.watermark],
        "document_title": f"{title.capitalize()} {paper.number or status}, {seller.name}",
        "author": seller.name,
        "seller": [seller.name, *_address(seller.address, paper.buyer.address, paper.language)],
        "seller_ids": _seller_ids(paper),
        "seller_contact": [text for text in (seller.email, seller.phone, seller.website) if text],
        "buyer": _buyer(paper),
        "facts": _facts(paper),
        "effect": _effect(paper),
        "text_before": paper.text_before,
        "text_after": paper.text_after,
        "columns": _columns(paper),
        "lines": [_line(line, paper) for line in paper.lines],
        "taxes": _taxes(paper) if _has_tax(paper) else [],
        "total": (
            {"credit_note": words.credited, "statement": words.balance}.get(
                paper.kind, words.to_pay
            ),
            format_money(paper.payable_minor, paper.currency, paper.language),
        ),
        "notes": _notes(paper),
        "payment": _payment(paper.payment, paper) if paper.payment else None,
    }


def _title(paper: Paper) -> str:
    words = WORDS[paper.language]
    return {
        "invoice": words.invoice,
        "credit_note": words.credit_note,
        "reminder": words.reminder,
        "statement": words.statement,
    }[paper.kind]


def _has_tax(paper: Paper) -> bool:
    """Whether the paper speaks of tax at all: it bears some, or its registered seller says why not.

    A seller outside the register puts none on paper (merverdiavgiftsloven § 15-11): what of its
    services is exempt has its reason among the notes.
    """
    is_registered = bool(paper.seller.tax_id)
    return any(
        tax.category.bears_tax or (is_registered and tax.category is not TaxCategory.OUTSIDE_SCOPE)
        for tax in paper.taxes
    )


def _address(address: PaperAddress, other: PaperAddress | None, language: Language) -> list[str]:
    lines = [address.street, f"{address.postcode} {address.city}".strip()]
    if other is not None and address.country != other.country:
        lines.append(country_name(address.country, language))
    return [line for line in lines if line]


def _seller_ids(paper: Paper) -> list[str]:
    words, seller = WORDS[paper.language], paper.seller
    if seller.address.country == "NO":  # one number; MVA after it tells that it is registered
        ids = [f"Org.nr. {seller.tax_id or seller.business_id}"]
    else:
        ids = [f"{words.business_id} {seller.business_id}"]
        if seller.tax_id:
            ids.append(f"{words.tax_id} {seller.tax_id}")
    if seller.enterprise_register:
        ids.append("Foretaksregisteret")
    return ids


def _buyer(paper: Paper) -> list[str]:
    words, buyer = WORDS[paper.language], paper.buyer
    lines = [buyer.name]
    if buyer.contact:
        lines.append(buyer.contact)
    if buyer.address is not None:
        lines += _address(buyer.address, paper.seller.address, paper.language)
    country = buyer.address.country if buyer.address else paper.seller.address.country
    if buyer.business_id:
        label = "Org.nr." if country == "NO" else words.business_id
        lines.append(f"{label} {buyer.business_id}")
    if buyer.tax_id:
        lines.append(f"{words.tax_id} {buyer.tax_id}")
    return lines


def _facts(paper: Paper) -> list[Pair]:
    words, language = WORDS[paper.language], paper.language
    facts: list[Pair] = []
    if paper.issued_on is not None:
        facts.append((words.issued, format_day(paper.issued_on, language)))
    if paper.delivered_on is not None:
        last = paper.delivered_until or paper.delivered_on
        facts.append((words.delivered, format_period(paper.delivered_on, last, language)))
    if paper.due_on is not None:
        facts.append((words.due, format_day(paper.due_on, language)))
    if paper.buyer.reference:
        facts.append((words.buyer_reference, paper.buyer.reference))
    if paper.buyer.case_number:
        facts.append((words.case_number, paper.buyer.case_number))
    return facts


def _effect(paper: Paper) -> Tree | None:
    if paper.effect is None or paper.corrects is None:
        return None
    words, number = WORDS[paper.language], paper.corrects.number
    day = format_day(paper.corrects.issued_on, paper.language)
    sentences = [words.corrects.format(number=number, day=day)]
    if isinstance(paper.effect, StillToPay):
        sentences.append(words.pay_the_rest.format(number=number))
    if paper.reason:
        sentences.append(f"{words.reason}: {paper.reason}")
    return {
        "sentence": effect_sentence(paper.effect, paper.language),
        "sentences": sentences,
    }


def _columns(paper: Paper) -> list[Pair]:
    words = WORDS[paper.language]
    description, quantity = (words.description, ""), (words.quantity, "")
    amount = f"{words.amount} {paper.currency}"
    if paper.kind in OF_CLAIMS:
        return [description, (amount, "")]
    if not _has_tax(paper):
        return [description, quantity, (words.unit_price, ""), (amount, "")]
    basis = words.with_tax if _all_gross(paper) else words.without_tax
    return [description, quantity, (words.unit_price, basis), (words.tax, ""), (amount, basis)]


def _all_gross(paper: Paper) -> bool:
    return all(line.includes_tax for line in paper.lines)


def _line(line: PaperLine, paper: Paper) -> Tree:
    """Set one line with or without tax as its column says; the other unit price stands below."""
    language, gross = paper.language, _all_gross(paper)
    if paper.kind in OF_CLAIMS:
        amount = format_amount(line.amount_minor, paper.currency, language)
        return {"description": line.description, "notes": "", "figures": [amount]}
    price, other = line.unit_price, None
    if line.includes_tax and line.rate:
        without = (line.unit_price / (1 + line.rate / 100)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        price, other = (line.unit_price, without) if gross else (without, line.unit_price)
    amount_minor = line.amount_minor if gross else line.net_minor
    figures = [
        f"{format_quantity(line.quantity, language)} {line.unit}".rstrip(),
        format_price(price, language),
        _tax_label(line.category, line.rate, language),
        format_amount(amount_minor, paper.currency, language),
    ]
    if not _has_tax(paper):
        del figures[2]
    return {
        "description": line.description,
        "notes": " · ".join(_line_notes(line, other, paper)),
        "figures": figures,
    }


def _line_notes(line: PaperLine, other_price: Decimal | None, paper: Paper) -> list[str]:
    words, language = WORDS[paper.language], paper.language
    notes = []
    if line.delivered_on is not None and line.delivered_on != paper.delivered_on:
        notes.append(f"{words.delivered} {format_day(line.delivered_on, language)}")
    if line.work is not None:
        notes.append(words.work if line.work == "work" else words.material)
    if line.discount_percent:
        notes.append(words.discount.format(percent=format_percent(line.discount_percent, language)))
    if other_price is not None:
        basis = words.without_tax if _all_gross(paper) else words.with_tax
        notes.append(f"{words.unit_price} {basis} {format_price(other_price, language)}")
    return notes


def _tax_label(category: TaxCategory, rate: Decimal, language: Language) -> str:
    words = WORDS[language]
    match category:
        case TaxCategory.STANDARD | TaxCategory.ZERO:
            return format_percent(rate, language)
        case TaxCategory.EXEMPT:
            return words.exempt
        case TaxCategory.REVERSE_CHARGE:
            return words.reverse_charge
        case TaxCategory.OUTSIDE_SCOPE:
            return words.outside_scope


def _taxes(paper: Paper) -> list[tuple[str, str, str]]:
    """Base and tax of each group apart (AVL 209 e § items 8-10, bokføringsforskriften § 5-1-5)."""
    words, language = WORDS[paper.language], paper.language

    def row(label: str, net_minor: int, tax_minor: int) -> tuple[str, str, str]:
        net = format_amount(net_minor, paper.currency, language)
        return label, net, format_amount(tax_minor, paper.currency, language)

    groups: dict[tuple[TaxCategory, Decimal], tuple[int, int]] = {}
    for tax in paper.taxes:
        net_minor, tax_minor = groups.get((tax.category, tax.rate), (0, 0))
        groups[tax.category, tax.rate] = (net_minor + tax.net_minor, tax_minor + tax.tax_minor)
    rows = [(words.tax_rate, words.without_tax[0].upper() + words.without_tax[1:], words.tax)]
    for (category, rate), (net_minor, tax_minor) in groups.items():
        rows.append(row(_tax_label(category, rate, language), net_minor, tax_minor))
    if len(groups) > 1:
        rows.append(row(words.sum, paper.net_minor, paper.tax_minor))
    return rows


def _notes(paper: Paper) -> list[str]:
    words, language = WORDS[paper.language], paper.language
    country = paper.seller.address.country
    notes = [tax_note(tax.category, tax.exemption_reason, country, language) for tax in paper.taxes]
    if paper.household is not None:
        basis = f", {words.with_tax}" if _has_tax(paper) else ""
        notes += [
            f"{label}{basis}: {format_money(minor, paper.currency, language)}"
            for label, minor in (
                (words.household_work, paper.household.work_minor),
                (words.household_material, paper.household.material_minor),
            )
            if minor
        ]
    return list(dict.fromkeys(note for note in notes if note))


def _payment(payment: PaymentPart, paper: Paper) -> Tree:
    words, language = WORDS[paper.language], paper.language
    pairs = account_pairs(payment, paper)
    if paper.due_on is not None:
        pairs.append((words.due, format_day(paper.due_on, language)))
    pairs.append((words.to_pay, format_money(paper.payable_minor, paper.currency, language)))
    return {
        "title": words.payment,
        "pairs": pairs,
        "terms": " ".join(_terms(payment, language)),
    }


def account_pairs(payment: PaymentPart, paper: Paper) -> list[Pair]:
    """Whom to pay, where and with which reference: label and value, in the paper's language."""
    words = WORDS[paper.language]
    is_iban = payment.account[:2].isalpha()
    pairs: list[Pair] = [
        (words.payee, paper.seller.name),
        ("IBAN" if is_iban else words.account, _account(payment.account)),
    ]
    if payment.bic:
        pairs.append(("BIC", payment.bic))
    if payment.reference:
        pairs.append((words.reference, spaced(payment.reference)))
    if payment.creditor_reference:
        pairs.append(("RF", spaced_in_fours(payment.creditor_reference)))
    if payment.kid:
        pairs.append(("KID", payment.kid))
    if paper.number and not (payment.reference or payment.creditor_reference or payment.kid):
        pairs.append((words.payment_note, paper.number))
    return pairs


def _terms(payment: PaymentPart, language: Language) -> list[str]:
    words, terms = WORDS[language], []
    if payment.terms_days:
        terms.append(words.terms.format(days=_days(payment.terms_days, words)))
    if payment.late_interest == "statutory":
        terms.append(words.statutory_interest)
    elif payment.late_interest is not None:
        percent = format_percent(payment.late_interest, language)
        terms.append(words.late_interest.format(percent=percent))
    if payment.notice_days:
        terms.append(words.notice.format(days=_days(payment.notice_days, words)))
    return terms


def _days(count: int, words: Words) -> str:
    return words.one_day if count == 1 else words.days.format(count=count)


def _account(account: str) -> str:
    if account[:2].isalpha():
        return spaced_in_fours(account)
    return f"{account[:4]} {account[4:6]} {account[6:]}".rstrip()
