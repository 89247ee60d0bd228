"""Warning before the issue of what a paper cannot show: characters that no font on it has.

Most of it is an ornament, and the paper goes out with a mark in its place. What the law asks for
must be readable, though: for whom it is, what was delivered, and why without VAT (Finland: AVL
209 e §; Norway: bokføringsforskriften § 5-1-1). If nothing readable is left of one of these, the
invoice is not issued; of the seller `organizations.completeness` asks the same. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.core.refusals import Blocker, FieldError, Words
from storno.documents.content import LineInput
from storno.documents.models import Draft
from storno.printing.glyphs import REPLACEMENT, is_blank, is_readable, is_whole, unprintable

MOST_NAMED = 10
"""Characters that a warning names."""

OWN_TEXTS = ("opening_text", "closing_text", "exemption_reason", "buyer_reference", "case_number")
"""What a draft itself says around its lines."""

Texts = Iterable[tuple[str, str]]
"""What is printed: each field by its path, and its text."""


def warnings_of(
    draft: Draft, lines: Sequence[LineInput], recipient: Client | None
) -> tuple[FieldError, ...]:
    """What the paper of this draft cannot show, field by field; nothing stands in the way of it."""
    own = [(name, getattr(draft, name)) for name in OWN_TEXTS]
    of_lines = chain.from_iterable(
        ((f"lines.{place}.description", line.description), (f"lines.{place}.unit", line.unit))
        for place, line in enumerate(lines)
    )
    return tuple(warn_of([*texts_of(recipient), *of_lines, *own]))


def texts_of(recipient: Client | None) -> Texts:
    """What is printed of a recipient; all of it is entered at the client."""
    if recipient is not None:
        texts = [*_asked_of(recipient), recipient.contact, recipient.buyer_reference]
        yield "recipient", " ".join(texts)


def warn_of(texts: Texts) -> Iterator[FieldError]:
    """A warning for each text in which something cannot be shown."""
    for field, text in texts:
        if lost := unprintable(text):
            named = " ".join(lost[:MOST_NAMED]) + (" …" if len(lost) > MOST_NAMED else "")
            sentence = _("The invoice cannot show %(characters)s. It prints “%(mark)s” instead.")
            yield FieldError(
                field, "not_printable", sentence % {"characters": named, "mark": REPLACEMENT}
            )


def unreadable(lines: Sequence[LineInput], recipient: Client | None) -> Iterator[Blocker]:
    """What the law asks for and nobody could read on the paper; `check_lines` names empty lines."""
    remedy = _("Write it in Latin letters at the recipient.")
    for text in _asked_of(recipient) if recipient else ():
        if text and not is_whole(text):
            yield _unreadable("recipient", text, remedy)
    remedy = _("Say it in words on the line.")
    for place, line in enumerate(lines):
        if not is_blank(line.description) and not is_readable(line.description):
            yield _unreadable(f"lines.{place}.description", line.description, remedy)


def _asked_of(recipient: Client) -> tuple[str, ...]:
    """What the law asks a paper to say of its recipient, as far as it is known."""
    address = recipient.street, recipient.postcode, recipient.city
    return recipient.name, *address, recipient.business_id


def _unreadable(field: str, text: str, remedy: Words) -> Blocker:
    sentence = _("“%(text)s” cannot be printed, so nobody could read it on the invoice.")
    return Blocker("unreadable", sentence % {"text": text[:100]}, remedy, field)
