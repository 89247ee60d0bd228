"""Warning before the issue of what a paper cannot show, and of names that it should not say.

A paper to another payer says no more of whom it serves than a line puts on it; what somebody typed
into a text is seen beside the draft before it goes out. Other characters than a font has are shown
as a mark.

Most of it is an ornament, and the paper goes out with a mark in its place. What the law asks for
must be readable, though: for whom it is, what was delivered, and why without VAT (Finland: AVL
209 e §; Norway: bokføringsforskriften § 5-1-1). If nothing readable is left of one of these, the
invoice is not issued; of the seller `organizations.completeness` asks the same. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.core.folding import fold
from storno.core.refusals import Blocker, FieldError, Words
from storno.documents.content import LineInput
from storno.documents.models import Draft
from storno.printing.glyphs import REPLACEMENT, is_blank, is_readable, is_whole, unprintable

_WORD = re.compile(r"[^\W\d_]+")

MOST_NAMED = 10
"""Characters that a warning names."""

OWN_TEXTS = ("opening_text", "closing_text", "exemption_reason", "buyer_reference", "case_number")
"""What a draft itself says around its lines."""

Texts = Iterable[tuple[str, str]]
"""What is printed: each field by its path, and its text."""


def warnings_of(
    draft: Draft,
    lines: Sequence[LineInput],
    recipient: Client | None,
    served: Mapping[UUID, Client],
) -> tuple[FieldError, ...]:
    """What should be looked at before this draft is issued; nothing stands in the way of it.

    What its paper cannot show, and where it names a client to another who pays, field by field.
    `served` are the clients whom lines serve, by their ids.
    """
    own = [(name, getattr(draft, name)) for name in OWN_TEXTS]
    of_lines = chain.from_iterable(
        ((f"lines.{place}.description", line.description), (f"lines.{place}.unit", line.unit))
        for place, line in enumerate(lines)
    )
    texts = [*of_lines, *own]
    clients = {line.served_id: served[line.served_id] for line in lines if line.served_id}
    named = _names_told(texts, clients.values(), recipient) if recipient is not None else ()
    return (*warn_of([*texts_of(recipient), *texts]), *named)


def _names_told(texts: Texts, clients: Iterable[Client], recipient: Client) -> Iterator[FieldError]:
    """A warning for each text that says a name of somebody else who is served."""
    names = set[str]()
    for client in clients:
        if client.id != recipient.id:
            names |= _words(client.name) - _words(recipient.name)
    for field, text in texts if names else ():
        if any(_says(word, name) for word in _words(text) for name in names):
            sentence = _("This names the client, and %(recipient)s reads it. Leave the name out.")
            yield FieldError(field, "names_client", sentence % {"recipient": recipient.name})


def _words(text: str) -> set[str]:
    """The words of a text without case and accents; an initial is none."""
    return {word for word in _WORD.findall(fold(text)) if len(word) > 1}


def _says(word: str, name: str) -> bool:
    """Whether a word is a name, or a form of one that is no mere syllable ("Daisyn")."""
    return word == name or (len(name) > 3 and word.startswith(name))


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
