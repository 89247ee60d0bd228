"""A real HTTP server that takes SMS for the tests, and answers as a test asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.test import override_settings

from storno.core.environment import SMS_BODY, SmsGateway

GATEWAY = SmsGateway("https://sms.example.com/send", "POST", (), SMS_BODY, "Storno")


@dataclass(frozen=True)
class Taken:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class SmsCenter:
    """What arrived, and what is answered; `answer` may repeat what was said by `{body}`."""

    status: int = 200
    answer: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    received: list[Taken] = field(default_factory=list)


def _handler(center: SmsCenter) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            center.received.append(Taken(self.command, self.path, headers, body))
            if center.hangs_up:
                self.close_connection = True
                return
            answer = center.answer.replace("{body}", body).encode()
            self.send_response(center.status)
            for name, value in center.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = _take  # noqa: N815

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def sms_center(*, path: str = "/send", user: str = "", **gateway: object) -> Iterator[SmsCenter]:
    """Open a center on a free port, and let this process send its SMS there."""
    center = SmsCenter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(center))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://{user}127.0.0.1:{server.server_port}{path}"
    try:
        with override_settings(SMS=replace(GATEWAY, url=url, **gateway)):  # type: ignore[arg-type]
            yield center
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
