"""Ids: UUID version 7 (RFC 9562 §5.7), so that rows sort by the moment they were made."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Make an id that is larger than every id made before it in this process.

    48 bits of Unix milliseconds, then 12 bits that count up within a millisecond (RFC 9562 §6.2,
    method 1), then 62 random bits. The clock read here orders rows; it is never business time.
    """
    global _last
    with _lock:
        _last = max(_last + 1, (time.time_ns() // 1_000_000) << 12)
        stamp = _last
    milliseconds, counter = stamp >> 12, stamp & 0xFFF
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | random)
