"""A practice that tells its clients everything, and whatever leaves it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from storno.catalogue.models import Message
from storno.catalogue.save import amend_service
from storno.clients.save import amend_client
from storno.diary.change import BookingChanges, change_booking
from storno.diary.messages.compose import compose_session_letter
from storno.diary.messages.staff import CANCELLED_BY_CLIENT, compose_cancelled_by_client
from storno.diary.messages.tell import LETTERS
from storno.diary.models import Booking
from storno.mailroom.deliver import Composer, deliver_next
from storno.mailroom.models import Letter
from storno.mailroom.way_out import way_out
from storno.organizations.models import Seller
from storno.organizations.scope import scope
from tests.diary.practice import Practice, practice
from tests.mailroom.post_office import PostOffice, post_office
from tests.mailroom.sms_center import SmsCenter, sms_center

SERVICE = "Trauma therapy"
NUMBER = "+4740000123"


@dataclass
class Told:
    """The practice, with the post office and the SMS center at which its letters arrive."""

    paula: Practice
    office: PostOffice
    center: SmsCenter

    def leave(self, at: datetime) -> list[str]:
        """Let leave what is due; return the SMS of this time without their links."""
        out, before = way_out(), len(self.center.received)
        composers: dict[str, Composer] = dict.fromkeys(LETTERS.values(), compose_session_letter)
        composers[CANCELLED_BY_CLIENT] = compose_cancelled_by_client
        while deliver_next(self.paula.id, composers=composers, out=out, at=at):
            pass
        out.close()
        return [text.rpartition(" ")[0] for _to, text in self.sms()[before:]]

    def sms(self) -> list[tuple[str, str]]:
        """All SMS: to which number, and the text."""
        bodies = [json.loads(taken.body) for taken in self.center.received]
        return [(body["to"], body["text"]) for body in bodies]

    def subjects(self) -> list[str]:
        """The subjects of all e-mails, in the order of leaving."""
        return [str(message["Subject"]) for message in self.office.received]

    def letters(self, medium: str = "sms") -> list[tuple[str, str]]:
        """Kind and state of each letter, in the order of queueing."""
        with scope(self.paula.id):
            rows = Letter.objects.filter(organization_id=self.paula.id, medium=medium)
            return [(row.kind, row.state) for row in rows.order_by("id")]

    def change(self, session: Booking, *, at: datetime, **changes: Any) -> Booking:
        """Change a session."""
        return change_booking(session.id, BookingChanges(**changes), who=self.paula.who(), at=at)

    def all_words(self) -> str:
        """All that has left, headers as well, but those that bear chance digits."""
        return "\n".join(
            [
                *(
                    f"{name}: {value}"
                    for message in self.office.received
                    for name, value in message.items()
                    if name not in ("Content-Type", "Message-ID")
                ),
                *(
                    # RFC 5545 3.1: a long line is folded, a chance id in it as well
                    re.sub(r"\r?\n ", "", str(part.get_content()))
                    for message in self.office.received
                    for part in message.walk()
                    if not part.is_multipart()
                ),
                *(taken.body for taken in self.center.received),
            ]
        )


@contextmanager
def told(at: datetime, *messages: Message) -> Iterator[Told]:
    """Open a practice whose service sends these messages, all of them where none is named."""
    paula = practice()
    alice = paula.world.who()
    paula.service = amend_service(
        paula.service.id,
        lambda entered: replace(entered, name=SERVICE, messages=messages or tuple(Message)),
        who=alice,
        at=at,
    )
    amend_client(
        paula.daisy.id,
        lambda entered: replace(entered, phone="400 00 123", country="NO", language="en"),
        who=alice,
        at=at,
    )
    with scope(paula.id):
        Seller.objects.filter(organization_id=paula.id).update(name="Sofie", email="s@example.com")
    with post_office() as (office, _port), sms_center() as center:
        made = Told(paula, office, center)
        yield made
    words = re.sub(r"[\w-]{20,}", "", made.all_words())  # chance ids hold any four digits
    assert "Trauma" not in words
    assert "1190" not in words
    assert "Room" not in words
