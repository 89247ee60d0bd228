"""Whose it is: the tenant, who belongs to it, how it works, and what finds it from outside.

`Organization`, `Membership`, `ApiToken`, `PublicLink`, `HookAddress` and `Asked` are directory
tables: they are read before a scope can be opened, so they bear ids and no personal data. All else
is behind the scope.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.tenant import Rights, TenantModel


class OrganizationKind(models.TextChoices):
    """What a tenant is: one that sells, or the one that keeps client money for sellers."""

    SELLER = "seller", _("seller")
    OPERATOR = "operator", _("operator")


class Organization(models.Model):
    """A tenant: one sole trader or clinic, or the operator. Name and address stand in `Seller`.

    With an `operator` its clients pay to the operator's account, which keeps the money for it.
    `office_may_credit` widens a role and `own_clients` narrows one, to the clients that somebody
    looks after; rights are known before a scope is opened, so these two settings stand here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    kind = models.CharField(
        max_length=10, choices=OrganizationKind.choices, default=OrganizationKind.SELLER
    )
    operator = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    office_may_credit = models.BooleanField(default=False)
    own_clients = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="operator"), name="one_operator"
            ),
            models.CheckConstraint(
                condition=Q(kind="seller") | Q(operator=None), name="operator_has_no_operator"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def in_custody(self) -> bool:
        """Whether the operator keeps the money of its clients."""
        return self.operator_id is not None


class Membership(models.Model):
    """That a person acts for an organization, and as what.

    `cancellations_mailed`: whether the person is told by e-mail when a client cancels.
    `money_mailed`, `money_texted_to`: whether and to which number they are told of client money.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20))
    cancellations_mailed = models.BooleanField(default=True)
    money_mailed = models.BooleanField(default=True)
    money_texted_to = models.CharField(max_length=16, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "person"], name="member_once"),
            models.CheckConstraint(condition=Q(roles__len__gt=0), name="member_has_a_role"),
        ]


class ApiToken(models.Model):
    """A member's key to the API in one organization. Only its SHA-256 is kept: it has 256 bits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=50, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class LinkKind(models.TextChoices):
    """What a link without sign-in leads to."""

    DOCUMENT = "document"
    INVITATION = "invitation"
    SESSION = "session"


class PublicLink(models.Model):
    """A link without sign-in: its id is sent signed, so this table alone opens nothing.

    `holder_id` says by what its reader may have it, where that can end before the link does.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    subject_id = models.UUIDField()
    holder_id = models.UUIDField(null=True)
    expires_on = models.DateField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject_id"], name="link_by_subject")
        ]


class HookAddress(models.Model):
    """Where a payment provider tells an organization what has happened, by the id in the address.

    It opens nothing: what is told there counts only with the provider's signature.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.OneToOneField(Organization, models.CASCADE, related_name="+")


class Asked(models.Model):
    """How often pages behind links were asked for in one hour: by a link, or from an address.

    The id is a hash of which, with the installation's secret and the hour: whoever reads the table
    learns of nobody, and nothing is the same in the next hour.
    """

    id = models.UUIDField(primary_key=True)
    hour = models.DateTimeField()
    times = models.PositiveIntegerField()


class Country(models.TextChoices):
    """The countries whose rules are known as data."""

    FI = "FI", _("Finland")
    NO = "NO", _("Norway")


class Kid(models.TextChoices):
    """Whether invoices bear a KID, and by which rule its check digit is reckoned."""

    NONE = "none", _("no KID")
    MOD10 = "mod10", _("KID with a check digit by MOD10")
    MOD11 = "mod11", _("KID with a check digit by MOD11")


class KidMadeOf(models.TextChoices):
    """What tells one KID from the other."""

    RUNNING = "running", _("a running number")
    INVOICE = "invoice", _("the number of the invoice")


class Seller(TenantModel):
    """The organization as it stands on its documents (EN 16931 BG-4), one row each.

    Empty fields are allowed until the first issue, which names what the law still misses. What
    begins with `kid` was agreed with the bank of the account, so another account ends it.
    """

    rights = Rights.KEPT

    name = models.CharField(_("name"), max_length=100)
    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    currency = models.CharField(_("currency"), max_length=3)
    time_zone = models.CharField(_("time zone"), max_length=50)
    language = models.CharField(_("language"), max_length=2, default="en")
    business_id = models.CharField(_("business id"), max_length=20, blank=True)
    vat_registered = models.BooleanField(_("in the VAT register"), default=False)
    enterprise_register = models.BooleanField(_("in the enterprise register"), default=False)
    street = models.CharField(_("street address"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("town"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail on invoices"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    website = models.CharField(_("website"), max_length=100, blank=True)
    account = models.CharField(_("account"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    kid_algorithm = models.CharField(max_length=5, choices=Kid.choices, default=Kid.NONE)
    kid_length = models.PositiveSmallIntegerField(default=0)
    kid_layout = models.CharField(
        max_length=7, choices=KidMadeOf.choices, default=KidMadeOf.RUNNING
    )
    kid_client_digits = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="seller_key"),
            models.UniqueConstraint(fields=["organization"], name="one_seller_per_organization"),
        ]


class PaidCredit(models.TextChoices):
    """Who credits an invoice on which money has come in."""

    DESK = "desk", _("customer service")
    MEMBERS = "members", _("members")


class AfterCredit(models.TextChoices):
    """What is preselected to follow a credit."""

    NOTHING = "nothing", _("nothing")
    DRAFT = "draft", _("a corrected draft")


class Wording(models.TextChoices):
    """Which of the two vocabularies the pages speak."""

    SERVICE = "service", _("customer, Send invoice, Cancel the invoice")
    PRACTICE = "practice", _("client, Finalize Invoice, Credit Invoice")


class Channel(models.TextChoices):
    """How a document reaches its recipient."""

    EMAIL = "email", _("by e-mail")
    NONE = "none", _("I deliver it myself")


class Method(models.TextChoices):
    """How a session is invoiced."""

    MANUAL = "manual", _("a draft to finalise by hand")
    AUTOMATIC = "automatic", _("sent by itself at a set time")
    EXTERNAL = "external", _("externally")
    EINVOICE = "einvoice", _("e-invoice")


class AutomaticAt(models.TextChoices):
    """When the invoice of a session that goes out by itself is issued."""

    BOOKING = "booking", _("right after booking")
    SESSION = "session", _("after the session")


class MessageBy(models.TextChoices):
    """By what sessions are told of, to each address that is there."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    BOTH = "both", _("e-mail and SMS")


class ClientShownAs(models.TextChoices):
    """What a paper to another payer says of the client who was served."""

    INITIALS = "initials", _("initials")
    REFERENCE = "reference", _("number")


class VatOn(models.TextChoices):
    """When output VAT falls due: at the invoice, or as the money comes in."""

    PAYMENT = "payment", _("payment")
    INVOICE = "invoice", _("invoice")


def first_schedule() -> list[int]:
    """On which days payment notifications go, until somebody says otherwise."""
    return [0, 14, 28]


class LateCharges(models.TextChoices):
    """What reminders ask for beside the invoice, within the limits of the law."""

    NOTHING = "nothing", _("nothing")
    FEE = "fee", _("a reminder fee")
    INTEREST = "interest", _("late interest")
    BOTH = "both", _("a reminder fee and late interest")


class Settings(TenantModel):
    """How an organization works, one row each. A profile only set the first values.

    `notice_days`: within how many days errors shall be told; `late_interest`: in percent a year, of
    companies. With 0 the invoice says nothing of the one, and of the other that the law has it.
    `settled_cents`: up to so many hundredths of the currency are settled as a cent difference: 1.00
    at first, for what banks and people round lies below, and no debt worth a reminder does.
    `automatic_minutes` run from the end of a session; `notification_days` from the first payment
    notification, which is day 0; `overdue_days` from the due day, and without any nobody is
    reminded by itself of what is overdue.
    It names the seller so that one statement reads both.
    """

    rights = Rights.KEPT

    seller = TenantForeignKey(Seller)
    hold_seconds = models.PositiveIntegerField(_("hold before sending, in seconds"))
    paid_credit = models.CharField(max_length=10, choices=PaidCredit.choices)
    after_credit = models.CharField(max_length=10, choices=AfterCredit.choices)
    wording = models.CharField(max_length=10, choices=Wording.choices)
    default_channel = models.CharField(max_length=10, choices=Channel.choices)
    vat_on = models.CharField(max_length=10, choices=VatOn.choices)
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.MANUAL)
    draft_at_booking = models.BooleanField(default=True)
    automatic_at = models.CharField(
        max_length=10, choices=AutomaticAt.choices, default=AutomaticAt.SESSION
    )
    automatic_minutes = models.PositiveIntegerField(default=15)
    notification_days = ArrayField(models.PositiveSmallIntegerField(), default=first_schedule)
    overdue_days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    client_shown_as = models.CharField(
        max_length=10, choices=ClientShownAs.choices, default=ClientShownAs.INITIALS
    )
    closed_on_holidays = models.BooleanField(default=True)
    message_by = models.CharField(max_length=10, choices=MessageBy.choices, default=MessageBy.BOTH)
    zero_rate_open = models.BooleanField(default=False)
    reverse_charge_open = models.BooleanField(default=False)
    client_years = models.PositiveSmallIntegerField(default=3)
    person_term_days = models.PositiveSmallIntegerField(default=14)
    company_term_days = models.PositiveSmallIntegerField(default=14)
    notice_days = models.PositiveSmallIntegerField(default=0)
    late_interest = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    late_charges = models.CharField(
        max_length=10, choices=LateCharges.choices, default=LateCharges.NOTHING
    )
    settled_cents = models.PositiveSmallIntegerField(default=100)
    exemption_reason = models.CharField(max_length=200, blank=True)
    support_contact = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="settings_key"),
            TenantReference(field="seller", name="settings_are_of_a_seller"),
            models.UniqueConstraint(fields=["organization"], name="one_settings_per_organization"),
            models.CheckConstraint(
                condition=Q(hold_seconds__lte=86_400), name="hold_is_at_most_a_day"
            ),
        ]


class Invitation(TenantModel):
    """That somebody is asked to join. The link that accepts it is a `PublicLink`.

    Accepted or withdrawn it is deleted: an address of somebody who is not here is not kept.
    """

    email = models.EmailField(max_length=254)
    roles = ArrayField(models.CharField(max_length=20))
    invited_by = models.UUIDField(null=True)
    invited_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="invitation_key"),
            models.UniqueConstraint(
                fields=["organization", "email"], name="one_invitation_per_address"
            ),
            models.CheckConstraint(condition=Q(roles__len__gt=0), name="invitation_has_a_role"),
        ]


class KeptAnswer(TenantModel):
    """The answer given to one idempotent request, kept for a day."""

    token_id = models.UUIDField()
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="kept_answer_key"),
            models.UniqueConstraint(
                fields=["organization", "token_id", "path", "key"], name="one_answer_per_key"
            ),
        ]
