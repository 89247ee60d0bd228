"""The ways in which money comes in by hand: a list that each organization keeps for itself.

Until somebody changes it, it is that of the country. A way that was used is never deleted, only no
longer offered; and a payment keeps the word under which it was registered. Order of locks: the
settings, which every change of the list locks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors, tidy
from storno.core.insert import insert
from storno.core.refusals import FieldError, Invalid, Words
from storno.history.record import Happening, record
from storno.organizations.models import Seller, Settings
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.payments.models import (
    LONGEST_NAME,
    MoneyKind,
    Payment,
    PaymentMethod,
    Refund,
    RefundWay,
)

MOST = 20
"""Ways in one list."""

BRANDS = {"NO": "Vipps", "FI": "MobilePay"}
"""What people of a country pay with on the phone."""


@dataclass(frozen=True)
class MethodsChanged(Happening):
    """The ways in which money comes in were changed."""

    kind: ClassVar = "organization.payment_methods_changed"
    sentence: ClassVar = _("Payment methods changed.")


@dataclass(frozen=True, slots=True)
class MethodInput:
    """A way as entered; without a `code` it is a new one. Without a name it is called by its kind.

    The kind of one that is there stays what it is.
    """

    code: str = ""
    name: str = ""
    kind: MoneyKind = MoneyKind.OTHER
    offered: bool = True


def methods_of(seller: Seller) -> list[PaymentMethod]:
    """All ways of an organization in its order, those no longer offered as well."""
    mine = PaymentMethod.objects.filter(organization_id=seller.organization_id)
    return list(mine.order_by("position")) or list(_usual(seller))


def offered_methods(seller: Seller) -> list[PaymentMethod]:
    """The ways that can be chosen for a new payment, the usual one first."""
    return [method for method in methods_of(seller) if method.is_offered]


def _usual(seller: Seller) -> Iterator[PaymentMethod]:
    """The ways of a country, not written yet."""
    brand = BRANDS.get(seller.country, "")
    usual = [(kind.value, kind, "") for kind in MoneyKind]
    if brand:
        usual.insert(-1, (slugify(brand), MoneyKind.OTHER, brand))
    for position, (code, kind, name) in enumerate(usual):
        yield PaymentMethod(
            organization_id=seller.organization_id,
            code=code,
            kind=kind,
            name=name,
            position=position,
        )


def words_of(method: PaymentMethod) -> Words:
    """What a way is called: its own name, or its kind in the reader's language."""
    return method.name or MoneyKind(method.kind).label


OFFSET = PaymentMethod(code="offset", kind=MoneyKind.OTHER)
"""How an invoice is paid by what is owed back on another one: nobody enters it by hand."""

CARD = PaymentMethod(code="card_online", kind=MoneyKind.OTHER)
"""How an invoice is paid on the page of a payment provider: nobody enters it by hand."""

CLIENT_MONEY = PaymentMethod(code="client_money", kind=MoneyKind.BANK_TRANSFER)
"""How money comes that the operator's bank received and the operator holds."""

RESERVED = (*MoneyKind.values, OFFSET.code, CARD.code, CLIENT_MONEY.code)
"""Codes that no way of an organization's own can have."""


def how_paid(moved: Payment | Refund) -> Words:
    """How money came or went, in the word under which it was registered."""
    if isinstance(moved, Refund) and moved.way == RefundWay.CHARGES:
        return RefundWay.CHARGES.label
    if not moved.method_name and moved.method in ("", OFFSET.code):
        return _("from another invoice") if isinstance(moved, Payment) else _("for another invoice")
    if moved.method == CARD.code:
        return _("by card") if isinstance(moved, Payment) else _("back to the card")
    if moved.method == CLIENT_MONEY.code:
        return _("client money account")
    if moved.method_name or moved.method not in MoneyKind.values:
        return moved.method_name or moved.method
    return MoneyKind(moved.method).label


def method_chosen(code: str, seller: Seller) -> PaymentMethod:
    """The way with this code, if it is on offer. Raises Invalid."""
    for method in offered_methods(seller):
        if method.code == code:
            return method
    words = _("Choose one of your payment methods.")
    raise Invalid([FieldError("method", "unknown", words)])


def method_called(code: str, seller: Seller) -> PaymentMethod:
    """The way with this code, also one that is no longer on offer: it was when it was chosen."""
    known = {method.code: method for method in methods_of(seller)}
    return known.get(code) or PaymentMethod(code=code, kind=MoneyKind.OTHER)


@deed
def keep_methods(
    entered: Sequence[MethodInput], *, who: Actor, at: datetime
) -> list[PaymentMethod]:
    """Keep this list, in this order; what it leaves out is no longer offered.

    Raises Invalid, NotAllowed.
    """
    who.must(Deed.CHANGE_SETTINGS)
    mine = who.organization_id
    Settings.objects.select_for_update().get(organization_id=mine)
    seller = seller_of(mine)
    there = {method.code: method for method in methods_of(seller)}
    if errors := list(_errors(entered, there)):
        raise Invalid(errors)
    written = {method.code for method in there.values() if not method._state.adding}
    kept: list[PaymentMethod] = []
    for each in entered:
        method = there.pop(each.code, None) or _new(
            each, [*there, *(row.code for row in kept)], mine
        )
        method.name, method.is_offered = tidy(each.name), each.offered
        kept.append(method)
    for method in there.values():
        method.is_offered = False
        kept.append(method)
    for position, method in enumerate(kept):
        method.position = position
    _write(kept, written)
    record(MethodsChanged(), subject_id=mine, who=who, at=at)
    return kept


def _write(kept: Sequence[PaymentMethod], written: set[str]) -> None:
    PaymentMethod.objects.bulk_update(
        [method for method in kept if method.code in written], ["name", "is_offered", "position"]
    )
    insert(method for method in kept if method.code not in written)


def _new(entered: MethodInput, taken: Sequence[str], organization_id: UUID) -> PaymentMethod:
    """A further way, with a code that programs can read."""
    stem = slugify(tidy(entered.name))[: LONGEST_NAME - 3] or entered.kind.value
    codes = (stem, *(f"{stem}-{number}" for number in range(2, 2 * MOST)))
    code = next(each for each in codes if each not in taken and each not in RESERVED)
    return PaymentMethod(organization_id=organization_id, code=code, kind=entered.kind)


def _errors(
    entered: Sequence[MethodInput], there: dict[str, PaymentMethod]
) -> Iterator[FieldError]:
    codes: set[str] = set()
    names: set[str] = set()
    for place, each in enumerate(entered):
        is_new = not each.code
        yield from text_errors(
            f"methods.{place}.name", tidy(each.name), longest=LONGEST_NAME, required=is_new
        )
        if not is_new and (each.code not in there or each.code in codes):
            unknown = _("There is no payment method with this code, or it stands here twice.")
            yield FieldError(f"methods.{place}.code", "unknown", unknown)
        name = tidy(each.name).casefold() or str(_kind_of(each, there).label).casefold()
        if each.offered and name in names:
            doubled = _("Another payment method is called the same.")
            yield FieldError(f"methods.{place}.name", "doubled", doubled)
        codes.add(each.code)
        names |= {name} if each.offered else set()
    if not any(each.offered for each in entered):
        yield FieldError("methods", "none_left", _("At least one payment method must remain."))
    if len(entered) > MOST:
        too_many = _("At most %(most)d payment methods.") % {"most": MOST}
        yield FieldError("methods", "too_many", too_many)


def _kind_of(entered: MethodInput, there: dict[str, PaymentMethod]) -> MoneyKind:
    method = there.get(entered.code)
    return entered.kind if method is None else MoneyKind(method.kind)
