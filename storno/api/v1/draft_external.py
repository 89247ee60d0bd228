"""What is known of a draft that is invoiced in another system, as a body of the API."""

from datetime import date

from storno.api.values import Body, Day, Shown, ShownMoment, Text, moment_text
from storno.documents.external import ExternalInput
from storno.documents.models import Draft


class ExternalShown(Shown):
    """Since when it is invoiced in another system, and what is known of the invoice there."""

    at: ShownMoment
    number: str
    paid_on: date | None
    paid_by: str


class ExternalisationIn(Body):
    """What is known of the invoice in the other system; all of it may be unknown.

    Sent again, it is noted anew as a whole: what is left out is emptied. With `version`, a draft
    that was saved since is left alone (`draft_changed_meanwhile`).
    """

    number: Text = ""
    paid_on: Day | None = None
    paid_by: Text = ""
    version: int | None = None

    def entered(self) -> ExternalInput:
        """What is known, as the room takes it."""
        return ExternalInput(self.number, self.paid_on, self.paid_by)


NOTHING_KNOWN = ExternalisationIn()


def external_shown(shown: Draft) -> ExternalShown | None:
    """What is known of the invoice elsewhere; None of a plain draft."""
    if shown.external_at is None:
        return None
    return ExternalShown(
        at=moment_text(shown.external_at),
        number=shown.external_number,
        paid_on=shown.external_paid_on,
        paid_by=shown.external_paid_by,
    )
