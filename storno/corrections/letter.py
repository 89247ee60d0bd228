"""The letter to the member whose cancellation was stopped by a payment."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.documents.queries import document
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.mailroom.words import Words, mail_of
from storno.organizations.models import Organization
from storno.people.models import Person


def compose_credit_stopped(letter: Letter) -> Mail:
    """Tell a member, in the member's own language, that no credit note went out. Raises Absent."""
    invoice = document(letter.subject_id, letter.organization_id)
    slug = Organization.objects.get(id=letter.organization_id).slug
    member = Person.objects.filter(email=letter.to_address).first()
    with override(letter.language):
        name = member.name if member is not None else ""
        numbered = {"number": invoice.number}
        words = Words(
            subject=_("The cancellation of invoice %(number)s was stopped") % numbered,
            greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            paragraphs=(
                _(
                    "A payment for invoice %(number)s was registered before its cancellation went "
                    "out. So the cancellation was stopped: there is no credit note, and no letter "
                    "went out."
                )
                % numbered,
            ),
            holds=_("The invoice is active, and the payment counts."),
            link=(
                _("Open the invoice"),
                f"{settings.SITE_URL}/o/{slug}/invoices/{invoice.id}/",
            ),
            after=(
                _("If you still want to cancel it, do so there: what was paid is then owed back."),
            ),
        )
        return mail_of(words, language=letter.language, from_name="Storno")
