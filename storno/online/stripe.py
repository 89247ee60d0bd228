"""Stripe behind our protocol: Checkout, signed webhooks, refunds (https://docs.stripe.com/api).

Nothing but the number of an invoice, its amount and our ids is handed over.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe
from django.conf import settings

from storno.online.provider import (
    Account,
    Asked,
    ForgedEvent,
    Keys,
    KeysAreWrong,
    Opened,
    Progress,
    ProviderAway,
    ProviderSaysNo,
    Returned,
    Said,
    Standing,
    Told,
)

SECONDS = 15
"""How long Stripe may be silent."""

LATE = 300
"""Seconds by which a signed event may come late before it is taken for a copy."""

LOCALES = {"en": "en-GB", "fi": "fi", "nb": "nb"}

MARK = "storno_refund"
"""By which of its metadata a refund is known again."""

LOST = "lost"
IN_DISPUTE = frozenset({"needs_response", "under_review"})


class Stripe:
    """Stripe, with the keys of one organization."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._client = stripe.StripeClient(
            keys.secret,
            base_addresses={"api": settings.STRIPE_URL},
            http_client=stripe.RequestsClient(timeout=SECONDS),
            max_network_retries=0,
        )

    def check(self) -> Account:
        """Whose keys these are. Raises KeysAreWrong, ProviderAway."""
        with _said():
            account = self._client.v1.accounts.retrieve_current()
        return Account(name=account.id, is_live=not self._keys.secret[3:].startswith("test"))

    def open(self, asked: Asked) -> Opened:
        """Open a checkout over one amount, by card. Raises ProviderSaysNo, ProviderAway."""
        item: Any = {
            "quantity": 1,
            "price_data": {
                "currency": asked.currency.lower(),
                "unit_amount": asked.amount_minor,
                "product_data": {"name": asked.title},
            },
        }
        params: Any = {
            "mode": "payment",
            "payment_method_types": ["card"],
            "adaptive_pricing": {"enabled": False},
            "line_items": [item],
            "client_reference_id": str(asked.id),
            "payment_intent_data": {
                "description": asked.title,
                "metadata": {"storno_checkout": str(asked.id)},
            },
            "locale": LOCALES.get(asked.language, "auto"),
            "success_url": asked.paid_url,
            "cancel_url": asked.back_url,
        }
        with _said():
            session = self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": str(asked.id)}
            )
        return Opened(session.id, session.url or "")

    def ask(self, session: str) -> Said:
        """How a checkout stands, with the money that it brought. ProviderSaysNo, ProviderAway."""
        with _said():
            found = self._client.v1.checkout.sessions.retrieve(
                session, {"expand": ["payment_intent.latest_charge"]}
            )
        if found.payment_status != "paid":
            return Said(Standing.OVER if found.status == "expired" else Standing.OPEN)
        intent = found.payment_intent
        if not isinstance(intent, stripe.PaymentIntent):
            raise ProviderSaysNo("paid_without_payment")
        charge = intent.latest_charge
        if not isinstance(charge, stripe.Charge):
            raise ProviderSaysNo("paid_without_charge")
        disputes = self._disputes(intent.id) if charge.disputed else frozenset()
        return Said(
            Standing.PAID,
            amount_minor=intent.amount_received,
            currency=intent.currency.upper(),
            charge=intent.id,
            paid_at=datetime.fromtimestamp(charge.created, UTC),
            is_disputed=not disputes.isdisjoint(IN_DISPUTE),
            is_lost=LOST in disputes,
        )

    def _disputes(self, intent: str) -> frozenset[str]:
        with _said():
            page = self._client.v1.disputes.list({"payment_intent": intent})
        return frozenset(each.status for each in page.data)

    def end(self, session: str) -> None:
        """Let nobody pay by a checkout any more. Raises ProviderAway."""
        try:
            with _said():
                self._client.v1.checkout.sessions.expire(session)
        except KeysAreWrong:
            raise
        except ProviderSaysNo:
            return  # it is paid or over: whoever asks next is told so

    def give_back(self, id_: UUID, charge: str, amount_minor: int) -> Returned:
        """Pay a part of what came back, once by this id. Raises ProviderSaysNo, ProviderAway.

        Stripe forgets idempotency keys after a day, so what was asked for before is looked for.
        """
        with _said():
            page = self._client.v1.refunds.list({"payment_intent": charge, "limit": 100})
            for refund in page.data:
                marks: Any = refund.metadata or {}
                if MARK in marks and marks[MARK] == str(id_):
                    return _returned(refund)
            params: Any = {
                "payment_intent": charge,
                "amount": amount_minor,
                "metadata": {MARK: str(id_)},
            }
            made = self._client.v1.refunds.create(params, {"idempotency_key": str(id_)})
        return _returned(made)

    def ask_refund(self, refund: str) -> Returned:
        """How far a refund is. Raises ProviderSaysNo, ProviderAway."""
        with _said():
            return _returned(self._client.v1.refunds.retrieve(refund))

    def read_event(self, body: bytes, signature: str) -> Told:
        """What a signed event is about. Raises ForgedEvent."""
        try:
            text = body.decode()
            stripe.WebhookSignature.verify_header(
                text, signature, self._keys.hook_secret, tolerance=LATE
            )
            event = json.loads(text)
        except (TypeError, ValueError, RecursionError, stripe.SignatureVerificationError):
            raise ForgedEvent from None
        return _about(event)


def _returned(refund: stripe.Refund) -> Returned:
    progress = {
        "succeeded": Progress.GONE,
        "failed": Progress.FAILED,
        "canceled": Progress.FAILED,
    }.get(refund.status or "", Progress.PENDING)
    return Returned(refund.id, progress, (refund.failure_reason or "")[:50])


def _about(event: object) -> Told:
    """The checkout or the money that an event names; nothing for one of another kind."""
    data = event.get("data") if isinstance(event, dict) else None
    about = data.get("object") if isinstance(data, dict) else None
    if not isinstance(about, dict):
        return Told()
    kind, id_, charge = (_name(about.get(name)) for name in ("object", "id", "payment_intent"))
    if kind == "refund":
        return Told(refund=id_)
    if kind == "checkout.session":
        return Told(session=id_)
    return Told(charge=charge)


def _name(value: object) -> str:
    """One of the provider's names; empty for what is none, as no database could keep it."""
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return value
    return ""


@contextmanager
def _said() -> Iterator[None]:
    """Turn Stripe's errors into ours; its words may quote what was sent, so only codes remain."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError):
        raise KeysAreWrong("keys") from None
    except (stripe.InvalidRequestError, stripe.CardError) as refused:
        raise ProviderSaysNo((refused.code or "refused")[:50]) from None
    except stripe.StripeError:
        raise ProviderAway from None
