"""A virus scanner looks into files before they are kept: clamd, by its INSTREAM command.

Nothing is let through unseen: where the scanner does not answer, the file is not taken.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

SECONDS = 20
"""How long the scanner may be silent."""

_PIECE = 1 << 16
_LONGEST_ANSWER = 1_000
_CLEAN = b"stream: OK"
_FOUND = b" FOUND"


class ScannerFailed(Exception):
    """The scanner cannot be reached, or says neither that a file is clean nor that it is not."""


def is_clean(content: bytes, address: str) -> bool:
    """Whether the scanner at `tcp://host:port` or `unix:///path` finds nothing in a file.

    Raises ScannerFailed.
    """
    try:
        with closing(_connect(address)) as line:
            line.sendall(b"zINSTREAM\0")
            for piece in _pieces(content):
                line.sendall(struct.pack(">I", len(piece)) + piece)
            said = _answer(line)
    except OSError as error:
        raise ScannerFailed(type(error).__name__) from error
    if said == _CLEAN:
        return True
    if said.endswith(_FOUND):
        return False
    raise ScannerFailed("no verdict")


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(SECONDS)
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _pieces(content: bytes) -> Iterator[bytes]:
    """The file in pieces, and an empty one as its end."""
    for first in range(0, len(content), _PIECE):
        yield content[first : first + _PIECE]
    yield b""


def _answer(line: socket.socket) -> bytes:
    """What the scanner says, up to the nought at its end."""
    said = b""
    while len(said) < _LONGEST_ANSWER and (more := line.recv(_LONGEST_ANSWER)):
        said += more
        if b"\0" in said:
            break
    return said.partition(b"\0")[0].strip()
