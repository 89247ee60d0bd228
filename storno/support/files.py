"""What may be sent with a message: pictures, PDF and plain text, told by what is in them.

A name proves nothing: its ending is made to fit what is in the file. Whatever a browser could run
is refused: HTML, SVG, scripts, programs, packed files.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from storno.core.entered import tidy
from storno.core.refusals import Refused
from storno.support.models import LONGEST_NAME
from storno.support.scan import ScannerFailed, is_clean

MOST = 5
LARGEST = 5_000_000
"""Bytes of one file."""

log = logging.getLogger(__name__)

_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
}
ENDINGS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt",),
}
_MARKUP = (b"<", b"#!", b"\xef\xbb\xbf<")


class NotThisFile(Refused):
    """The file is of a kind that is not taken, or it is empty."""

    code = "file_not_taken"
    message = _("This file is not taken: only PDF, pictures (PNG, JPEG) and plain text are.")
    remedy = _("Save it as a PDF or take a picture of it, and send that.")
    field = "files"


class TooManyFiles(Refused):
    """More files than one message takes, or one that is too large."""

    code = "files_too_large"
    message = _("A message takes five files of 5 MB each.")
    remedy = _("Send them with several messages, or make them smaller.")
    field = "files"


class HarmfulFile(Refused):
    """The virus scanner has found something in the file."""

    code = "file_harmful"
    message = _("The virus scanner has found something harmful in this file. It was not kept.")
    remedy = _("Have the device checked that it comes from, and send another file.")
    field = "files"


class NotScanned(Refused):
    """The virus scanner does not answer, and no file is taken unseen."""

    code = "file_not_scanned"
    message = _("Files cannot be checked for viruses right now, so none is taken.")
    remedy = _("Try again later, or write without the file.")
    field = "files"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be kept, with what it is."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of what is in it."""
        return hashlib.sha256(self.content).digest()


def take(uploads: Sequence[Upload]) -> list[Taken]:
    """The files of a message. Raises NotThisFile, TooManyFiles, HarmfulFile, NotScanned."""
    if len(uploads) > MOST or any(len(each.content) > LARGEST for each in uploads):
        raise TooManyFiles
    taken = [_taken(each) for each in uploads]
    if settings.SCANNER:
        _scan(taken)
    return taken


def _scan(files: Sequence[Taken]) -> None:
    """Have the scanner look into files. Raises HarmfulFile, NotScanned."""
    for file in files:
        try:
            if not is_clean(file.content, settings.SCANNER):
                raise HarmfulFile
        except ScannerFailed as failed:
            log.warning("the virus scanner failed: %s", failed)
            raise NotScanned from failed


def media_type(content: bytes) -> str:
    """What a file is by what is in it. Raises NotThisFile."""
    for kind, beginnings in _BEGINNINGS.items():
        if content.startswith(beginnings):
            return kind
    if content and not content.lstrip().startswith(_MARKUP) and _is_text(content):
        return "text/plain"
    raise NotThisFile


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return not any(category(sign) == "Cc" and sign not in "\t\r\n" for sign in text)


def _taken(upload: Upload) -> Taken:
    kind = media_type(upload.content)
    return Taken(_called(upload.name, ENDINGS[kind]), kind, upload.content)


def _called(name: str, endings: tuple[str, ...]) -> str:
    """A file's name without folders and what no page can show, and with one of these endings."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = tidy("".join(sign for sign in last if sign.isprintable() and sign not in '"<>'))
    if plain.lower().endswith(endings):
        return plain[-LONGEST_NAME:]
    ending = endings[0]
    return (plain[-LONGEST_NAME + len(ending) :] or "file") + ending
