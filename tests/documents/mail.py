"""Reading what the recipient gets: letters from the mailbox, words from the papers."""

from datetime import datetime
from io import BytesIO

from pypdf import PdfReader

from storno.corrections.letter import compose_credit_stopped
from storno.corrections.stop import CREDIT_STOPPED_LETTER
from storno.documents.issue import DOCUMENT_LETTER
from storno.documents.letter import (
    LINK_RENEWED_LETTER,
    compose_document_letter,
    compose_renewed_link,
)
from storno.mailroom.deliver import deliver_next
from storno.mailroom.mailbox import KeptLetter, kept_letters
from storno.mailroom.way_out import way_out
from storno.organizations.models import Seller
from storno.organizations.scope import scope
from tests.world import World

COMPOSERS = {
    DOCUMENT_LETTER: compose_document_letter,
    LINK_RENEWED_LETTER: compose_renewed_link,
    CREDIT_STOPPED_LETTER: compose_credit_stopped,
}


def try_one(world: World, at: datetime) -> bool:
    """One try of one letter over a connection of its own; False if none is due."""
    out = way_out()
    try:
        return deliver_next(world.id, composers=COMPOSERS, out=out, at=at)
    finally:
        out.close()


def deliver_all(world: World, *, at: datetime) -> list[KeptLetter]:
    """Deliver what is due into the mailbox and read it, the oldest first."""
    while try_one(world, at):
        pass
    with scope(world.id):
        return list(reversed(kept_letters(world.id, limit=100).items))


def change_seller(world: World, **fields: object) -> None:
    """Change how the organization stands on its papers."""
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(**fields)


def words_of(pdf: bytes) -> str:
    """The words of all pages, each space a plain one."""
    pages = PdfReader(BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
