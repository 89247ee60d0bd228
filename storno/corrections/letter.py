"""The letter to the member whose credit note was stopped, and why it was."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.corrections.blockers import blockers_of_credit
from storno.corrections.facts import read_standing
from storno.corrections.queries import end_of_hold
from storno.corrections.stop import CreditStopped
from storno.documents.models import Standing
from storno.documents.queries import document
from storno.history.tell import tell
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Organization, Settings
from storno.organizations.queries import seller_of, settings_of
from storno.people.models import Person
from storno.printing.labels import language_called


def compose_credit_stopped(letter: Letter) -> Mail:
    """Tell a member, in the member's own language, that no credit note went out. Raises Absent."""
    mine = letter.organization_id
    invoice = document(letter.subject_id, mine)
    slug = Organization.objects.get(id=mine).slug
    member = Person.objects.filter(email=letter.to_address).first()
    ended = end_of_hold(invoice.id, mine, at=letter.queued_at)
    paid = any(event.kind == CreditStopped.kind for event in ended)
    with override(letter.language):
        name = member.name if member is not None else ""
        numbered = {"number": invoice.number}
        told = tell(
            ended, language=language_called(letter.language), time_zone=seller_of(mine).time_zone
        )
        words = Words(
            subject=_("The credit note on invoice %(number)s was stopped") % numbered,
            greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            paragraphs=(
                _("This is about invoice %(number)s.") % numbered,
                " ".join([*(each.sentence for each in told), _("The credit note was not sent.")]),
            ),
            holds=(
                _("The invoice stands as it was, and the payment counts.")
                if paid
                else _("The invoice stands as it was.")
            ),
            link=(
                _("Open the invoice"),
                f"{settings.SITE_URL}/o/{slug}/invoices/{invoice.id}/",
            ),
            after=tuple(_way_on(letter, read_standing(invoice.id, mine), settings_of(mine))),
        )
        return mail_of(words, language=letter.language, from_name="Storno")


def _way_on(letter: Letter, standing: Standing, its: Settings) -> Iterator[str]:
    """Whether the member can credit it all the same, or why not."""
    blockers = list(
        blockers_of_credit(
            is_left=True,
            pending_until=None,
            held_minor=standing.held_minor,
            open_minor=standing.open_minor,
            settings=its,
            may_credit=True,
            fresh=True,
            at=letter.queued_at,
        )
    )
    for blocker in blockers:
        yield f"{blocker.message} {blocker.remedy}"
    if not blockers:
        yield _(
            "If it shall be credited all the same, do so there; what is then too much is owed back."
        )
