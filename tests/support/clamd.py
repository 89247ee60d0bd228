"""A scanner that speaks as clamd does; it knows one virus, which is harmless: EICAR."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for a virus (https://www.eicar.org/)."""


class _Clamd(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        self.wfile.write(self.server.says or self._verdict(content))  # type: ignore[attr-defined]

    def _verdict(self, content: bytes) -> bytes:
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class House(socketserver.ThreadingTCPServer):
    """Where it listens, what it has seen, and what it says whatever it sees."""

    daemon_threads = True

    def __init__(self, says: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Clamd)
        self.seen: list[bytes] = []
        self.says = says

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class LocalHouse(socketserver.ThreadingUnixStreamServer):
    """The same behind a socket in a folder."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), _Clamd)
        self.seen: list[bytes] = []
        self.says, self.address = b"", f"unix://{path}"


@contextmanager
def clamd(says: bytes = b"", *, path: Path | None = None) -> Iterator[House | LocalHouse]:
    """A scanner that answers as long as the block runs."""
    house = House(says) if path is None else LocalHouse(path)
    with house:
        thread = threading.Thread(target=house.serve_forever)
        thread.start()
        try:
            yield house
        finally:
            house.shutdown()
            thread.join()
