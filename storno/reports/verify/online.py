"""Money by card against what the provider said: checkouts and refunds have their other half."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery, Sum

from storno.online.models import Checkout, CheckoutState, Sending, SendingState
from storno.payments.models import Payment, Refund, RefundReversal, RefundWay
from storno.reports.verify.dossier import Books
from storno.reports.verify.loose_ends import found, having
from storno.reports.verify.violation import Violation


def prove_online(books: Books) -> Iterator[Violation]:
    """Every rule about money by card; one statement a rule."""
    checkouts, sendings = books.rows(Checkout), books.rows(Sending)
    refunds = books.rows(Refund).filter(way=RefundWay.PROVIDER)
    yield from found(
        "card_money_not_booked",
        "A checkout was paid, but no payment has what it brought.",
        checkouts.filter(state=CheckoutState.PAID).exclude(
            having(books.rows(Payment), source_id="id", amount_minor="brought_minor")
        ),
    )
    yield from found(
        "refund_never_sent",
        "A refund counts as paid back by the provider, but nobody asked for it.",
        refunds.exclude(having(sendings, id="source_id", amount_minor="amount_minor")),
    )
    back = refunds.filter(having(books.rows(RefundReversal), refund_id="id"))
    failed = Q(state=SendingState.FAILED)
    yield from found(
        "sending_without_refund",
        "The provider pays money back that no refund has, or that has failed and still counts.",
        sendings.exclude(
            ~failed & having(refunds.exclude(id__in=back.values("id")), source_id="id")
        ).exclude(failed & having(back, source_id="id")),
    )
    gone = sendings.filter(~failed, checkout_id=OuterRef("id")).order_by().values("checkout_id")
    sums = gone.annotate(sum=Sum("amount_minor")).values("sum")
    yield from found(
        "more_sent_back_than_came",
        "More goes back to a card than came from it.",
        checkouts.annotate(sent=Subquery(sums)).filter(sent__gt=F("brought_minor")),
    )
