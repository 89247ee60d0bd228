"""A server that speaks Stripe's API as far as we use it, and remembers what was asked of it.

It keeps state like the real one: idempotency keys answer twice with the same thing, what is paid or
over cannot be ended, a refund takes no more than is left. A test pays, disputes and settles refunds
from the side, and has events signed by Stripe's scheme.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import override_settings

KEY = "sk_test_ours"
HOOK_SECRET = "whsec_ours"
Row = dict[str, Any]


class No(Exception):
    """An error as Stripe answers it."""

    def __init__(self, status: int, code: str, kind: str = "invalid_request_error") -> None:
        super().__init__(code)
        self.status, self.body = status, {"error": {"type": kind, "code": code, "message": code}}


@dataclass
class StripeHouse:
    """What the server knows; `calls` are all requests, `away` lets it answer nothing but 503."""

    url: str = ""
    sessions: dict[str, Row] = field(default_factory=dict)
    intents: dict[str, Row] = field(default_factory=dict)
    refunds: dict[str, Row] = field(default_factory=dict)
    disputes: list[Row] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    answered: dict[str, Row] = field(default_factory=dict)
    away: bool = False
    hangs_up: bool = False
    refund_status: str = "succeeded"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, form: Row, headers: dict[str, str]) -> Row:
        """Do what a request asks. Raises No."""
        with self.lock:
            self.calls.append((method, path))
            if self.away:
                raise No(503, "unavailable", "api_error")
            if headers.get("authorization") != f"Bearer {KEY}":
                raise No(401, "api_key_invalid")
            once = headers.get("idempotency-key") if method == "POST" else None
            if once is not None and once in self.answered:
                return self.answered[once]
            found = self._do(method, path.removeprefix("/v1/").split("/"), form)
            if once is not None:
                self.answered[once] = json.loads(json.dumps(found))
            return found

    def _do(self, method: str, parts: list[str], form: Row) -> Row:
        match (method, *parts):
            case ("GET", "account"):
                return {"id": "acct_ours", "object": "account"}
            case ("POST", "checkout", "sessions"):
                return self._open(form)
            case ("GET", "checkout", "sessions", id_):
                return self._session(id_)
            case ("POST", "checkout", "sessions", id_, "expire"):
                session = self._session(id_)
                if session["status"] != "open":
                    raise No(400, "resource_not_open")
                self.sessions[id_]["status"] = "expired"
                return self._session(id_)
            case ("GET", "refunds"):
                wanted = form["payment_intent"]
                rows = [r for r in self.refunds.values() if r["payment_intent"] == wanted]
                return {"object": "list", "data": rows, "has_more": False, "url": "/v1/refunds"}
            case ("POST", "refunds"):
                return self._refund(form)
            case ("GET", "refunds", id_):
                return self.refunds[id_]
            case ("GET", "disputes"):
                wanted = form["payment_intent"]
                rows = [row for row in self.disputes if row["payment_intent"] == wanted]
                return {"object": "list", "data": rows, "has_more": False, "url": "/v1/disputes"}
        raise No(404, "no_such_path")

    def _open(self, form: Row) -> Row:
        amount = int(form["line_items[0][price_data][unit_amount]"])
        if amount < 50:
            raise No(400, "amount_too_small")
        id_ = f"cs_test_{len(self.sessions) + 1}"
        self.sessions[id_] = {
            "id": id_,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "url": f"{self.url}/pay/{id_}",
            "amount_total": amount,
            "currency": form["line_items[0][price_data][currency]"],
            "payment_intent": None,
            "form": form,
        }
        return self._session(id_)

    def _session(self, id_: str) -> Row:
        if id_ not in self.sessions:
            raise No(404, "resource_missing")
        session = dict(self.sessions[id_])
        intent = session["payment_intent"]
        return session | {"payment_intent": self.intents[intent] if intent else None}

    def _refund(self, form: Row) -> Row:
        charge, amount = form["payment_intent"], int(form["amount"])
        gone = [r for r in self.refunds.values() if r["payment_intent"] == charge]
        left = self.intents[charge]["amount_received"]
        left -= sum(row["amount"] for row in gone if row["status"] != "failed")
        if amount > left:
            raise No(400, "charge_already_refunded")
        id_ = f"re_{len(self.refunds) + 1}"
        self.refunds[id_] = {
            "id": id_,
            "object": "refund",
            "payment_intent": charge,
            "amount": amount,
            "status": self.refund_status,
            "failure_reason": None,
            "metadata": {"storno_refund": form["metadata[storno_refund]"]},
        }
        return self.refunds[id_]

    def pay(self, session_id: str, amount: int | None = None, currency: str = "") -> str:
        """Pay as the payer does on the page; return what came."""
        with self.lock:
            session = self.sessions[session_id]
            assert session["status"] == "open", "only what is open can be paid"
            id_ = f"pi_{len(self.intents) + 1}"
            brought = session["amount_total"] if amount is None else amount
            self.intents[id_] = {
                "id": id_,
                "object": "payment_intent",
                "amount_received": brought,
                "currency": currency or session["currency"],
                "latest_charge": {
                    "id": f"ch_{id_}",
                    "object": "charge",
                    "created": int(time.time()),
                    "disputed": False,
                },
            }
            session |= {"status": "complete", "payment_status": "paid", "payment_intent": id_}
            return id_

    def only_session(self) -> str:
        """The one session that is open."""
        (id_,) = (id_ for id_, row in self.sessions.items() if row["status"] == "open")
        return id_

    def dispute(self, charge: str, status: str) -> None:
        """Have the payer's bank want the money back, or decide about that."""
        self.intents[charge]["latest_charge"]["disputed"] = True
        self.disputes = [row for row in self.disputes if row["payment_intent"] != charge]
        self.disputes.append(
            {"id": "dp_1", "object": "dispute", "status": status, "payment_intent": charge}
        )


def event(kind: str, about: Row) -> bytes:
    """An event as Stripe sends it."""
    row = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}}
    return json.dumps(row).encode()


def signature(body: bytes, secret: str = HOOK_SECRET, at: float | None = None) -> str:
    """How Stripe signs an event."""
    moment = int(time.time() if at is None else at)
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def _handler(house: StripeHouse) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            parts = urlsplit(self.path)
            form = dict(parse_qsl(self.rfile.read(length).decode() or parts.query))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if parts.path.startswith("/pay/"):
                status, body = 200, b"<!doctype html><title>Pay</title><h1>Card</h1>"
            else:
                try:
                    row = house.answer(self.command, parts.path, form, headers)
                    status, body = 200, json.dumps(row).encode()
                except No as no:
                    status, body = no.status, json.dumps(no.body).encode()
                if house.hangs_up and self.command == "POST":
                    self.close_connection = True
                    return
            self.send_response(status)
            kind = "text/html" if parts.path.startswith("/pay/") else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _take  # noqa: N815

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def stripe_house() -> Iterator[StripeHouse]:
    """Open a house on a free port, and let this process find Stripe there."""
    house = StripeHouse()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(house))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    house.url = f"http://127.0.0.1:{server.server_port}"
    try:
        with override_settings(STRIPE_URL=house.url):
            yield house
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
