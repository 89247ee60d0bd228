"""A program that invoices through the API and does not let go: asked again with the same key."""

import json
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import Any

PATIENCE = 120.0
"""Seconds in which every request must have been answered."""


class Program(threading.Thread):
    """Issues or holds so many invoices; `answers` are those of the finalisations, in order."""

    def __init__(self, port: int, token: str, name: str, count: int) -> None:
        super().__init__(name=name, daemon=True)
        self.port = port
        self.token = token
        self.count = count
        self.answers: list[tuple[int, Any]] = []

    def run(self) -> None:
        """Enter and finalise one invoice after the other."""
        recipient = self._ask("clients", "/clients", CLIENT)[1]["id"]
        for number in range(self.count):
            key = f"{self.name}-{number}"
            draft = self._ask(f"{key}-draft", "/drafts", {"recipient": recipient} | DRAFT)
            path = f"/drafts/{draft[1]['id']}/finalisation"
            self.answers.append(self._ask(key, path, {}))

    def _ask(self, key: str, path: str, body: Any) -> tuple[int, Any]:
        """Send a request until it is answered."""
        last_try = time.monotonic() + PATIENCE
        while True:
            status, said = self.once("POST", path, body, key=f"{self.name}-{key}")
            if 200 <= status < 300:
                return status, said
            in_flight = status == 409 and said["blockers"][0]["code"] == "request_in_flight"
            assert status in (0, 503) or status >= 500 or in_flight, (status, said)
            assert time.monotonic() < last_try, (path, status, said)
            time.sleep(0.1)

    def once(self, method: str, path: str, body: Any, *, key: str = "") -> tuple[int, Any]:
        """Send a request; status 0 where nobody answered."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Host": "localhost",
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
        }
        if key:
            headers["Idempotency-Key"] = key
        try:
            asking.request(method, f"/api/v1{path}", json.dumps(body), headers)
            answer = asking.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, HTTPException, ValueError):
            return 0, None
        finally:
            asking.close()


CLIENT = {
    "kind": "person",
    "name": "Daisy Duck",
    "email": "daisy@example.com",
    "language": "fi",
    "address": {
        "street": "Aleksanterinkatu 2",
        "postcode": "00100",
        "city": "Helsinki",
        "country": "FI",
    },
}
LINE = {
    "description": "Carpentry",
    "quantity": "1",
    "unit": "h",
    "unit_price": "1000.00",
    "tax_category": "standard",
    "tax_rate": "25.5",
}
DRAFT = {"lines": [LINE], "delivery": {"channel": "email"}}
