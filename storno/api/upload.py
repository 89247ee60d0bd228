"""A file as the body of a request: read as it comes, and kept on disk, however large it is."""

from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

_IN_MEMORY = 1 << 20
_CHUNK = 1 << 16


def upload_of(request: HttpRequest, most_bytes: int) -> tuple[BinaryIO, bytes]:
    """The body as a file at its beginning, which the caller closes, and its SHA-256.

    Raises RequestDataTooBig, before anything is read where the length was told.
    """
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most_bytes:
        raise RequestDataTooBig
    file = cast(BinaryIO, SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 -- the caller closes it
    digest = sha256()
    try:
        while chunk := request.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file, digest.digest()
