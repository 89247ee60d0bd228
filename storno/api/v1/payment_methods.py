"""The ways in which money comes in by hand: a list that an organization keeps for itself."""

from ninja import Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.pages import Next
from storno.api.values import Body, Chosen, Shown, Text
from storno.organizations.queries import seller_of
from storno.payments.methods import MethodInput, keep_methods, methods_of, words_of
from storno.payments.models import MoneyKind, PaymentMethod

router = Router(tags=["payments"])


class PaymentMethodIn(Body):
    """A way in the list. Without `code` it is a new one; the kind of one that is there stays."""

    code: Text = ""
    name: Text = ""
    kind: Chosen[MoneyKind] = MoneyKind.OTHER
    offered: bool = True


class PaymentMethodsIn(Body):
    """The whole list in its order; what it leaves out is no longer offered."""

    methods: list[PaymentMethodIn]

    def entered(self) -> list[MethodInput]:
        """The list as the room takes it."""
        return [
            MethodInput(code=each.code, name=each.name, kind=each.kind, offered=each.offered)
            for each in self.methods
        ]


class PaymentMethodShown(Shown):
    """A way in which money comes in. `label` is its name, or its kind where it has none."""

    code: str
    name: str
    label: str
    kind: MoneyKind
    offered: bool


class PaymentMethodPage(Shown):
    """All ways in their order, those no longer offered as well."""

    items: list[PaymentMethodShown]
    next: Next


def _page(methods: list[PaymentMethod]) -> PaymentMethodPage:
    return PaymentMethodPage(
        items=[
            PaymentMethodShown(
                code=method.code,
                name=method.name,
                label=str(words_of(method)),
                kind=MoneyKind(method.kind),
                offered=method.is_offered,
            )
            for method in methods
        ],
        next=None,
    )


def _kept(_caller: Caller, methods: list[PaymentMethod]) -> Told:
    return Told(200, _page(methods))


@router.get("", response=PaymentMethodPage)
@reading
def list_payment_methods(request: Request) -> PaymentMethodPage:
    """The ways in which money comes in; until somebody changes them, those of the country."""
    return _page(methods_of(seller_of(request.auth.who.organization_id)))


@router.put("", response=PaymentMethodPage)
@doing(_kept)
def put_payment_methods(request: Request, body: PaymentMethodsIn) -> list[PaymentMethod]:
    """Keep this list. Payments keep the word under which they were registered."""
    return keep_methods(body.entered(), who=request.auth.who, at=request.auth.at)
