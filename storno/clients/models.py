"""Who is served and who pays."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.models import Channel, Method
from storno.organizations.tenant import Rights, TenantModel


class ClientKind(models.TextChoices):
    """A person or a company: the law treats their invoices differently."""

    PERSON = "person", _("a person")
    COMPANY = "company", _("a company")


class ToldBy(models.TextChoices):
    """By what alone a client wants to be told, whatever the organization uses.

    `none` is of sessions: that there is something to pay is never kept back.
    """

    EMAIL = "email", _("by e-mail only")
    SMS = "sms", _("by SMS only")
    NONE = "none", _("not at all")


class Client(TenantModel):
    """A person or company that can be billed. Documents keep their own frozen copy of it.

    `served` is false of one that only pays or is told; such a payer is `shared` where it is offered
    to every client. `method` is how sessions that it pays are invoiced, empty for the
    organization's way; `told_by` how it wants messages, empty for the organization's way;
    `wants_reminders` whether also reminders of sessions: a client who wants none is not sent them,
    nor is anybody beside it; `time_zone` where it lives, empty for the organization's;
    `buyer_reference` is what it asks to see on its invoices (BT-10). `number` is what an accountant
    sees in place of the name. `sort_key` orders names without regard to case and accents.
    `term_agreed`: both sides have agreed on `term_days` in writing, which allows more or fewer days
    than may otherwise be chosen. `keep_until` is the day until which it is kept, where somebody
    chose it. From `erasing_at` on it is locked: nothing of it is used any more, and what books must
    keep goes as soon as they need not. Of one that is forgotten only kind, number and language are
    left; it never comes back.
    """

    kind = models.CharField(max_length=10, choices=ClientKind.choices)
    served = models.BooleanField(default=True)
    shared = models.BooleanField(default=False)
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=100)
    sort_key = models.CharField(max_length=200, db_collation="C")
    contact = models.CharField(_("contact person"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, default="")
    language = models.CharField(_("language"), max_length=2, default="en")
    business_id = models.CharField(_("business id"), max_length=20, blank=True)
    street = models.CharField(_("street address"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("town"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    term_days = models.PositiveSmallIntegerField(_("payment term in days"), null=True)
    term_agreed = models.BooleanField(_("agreed in writing"), default=False)
    channel = models.CharField(
        _("invoices are sent"), max_length=10, choices=Channel.choices, blank=True
    )
    method = models.CharField(
        _("sessions are invoiced"), max_length=10, choices=Method.choices, blank=True, default=""
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    told_by = models.CharField(
        _("messages about sessions"), max_length=10, choices=ToldBy.choices, blank=True, default=""
    )
    wants_reminders = models.BooleanField(_("reminders of sessions"), default=True)
    buyer_reference = models.CharField(_("their reference"), max_length=70, blank=True, default="")
    keep_until = models.DateField(null=True)
    archived_at = models.DateTimeField(null=True)
    erasing_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="client_key"),
            models.UniqueConstraint(fields=["organization", "number"], name="client_number_once"),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(archived_at__isnull=False),
                name="forgotten_client_is_archived",
            ),
            models.CheckConstraint(
                condition=Q(erasing_at=None) | Q(archived_at__isnull=False),
                name="erasing_client_is_archived",
            ),
            models.CheckConstraint(
                condition=Q(shared=False) | Q(served=False), name="shared_payer_is_not_served"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "sort_key", "id"], name="clients_by_name"),
            models.Index(
                fields=["organization", "served", "sort_key", "id"],
                condition=Q(archived_at=None),
                name="present_clients_by_name",
            ),
            models.Index(
                fields=["organization", "sort_key", "id"],
                condition=Q(shared=True, archived_at=None),
                name="shared_payers_by_name",
            ),
        ]

    @property
    def is_erased(self) -> bool:
        """Whether it is locked, or only its number is left: nothing is done with it any more."""
        return self.erasing_at is not None or self.forgotten_at is not None

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """A party beside a client: it may be told of things, and it may pay.

    `relation` says what it is to the client ("employer", "mother"). `recipient` marks the standing
    recipient, who pays where nothing else is said; a client has one at most. `case_number` is what
    the party calls the matter by which it pays. `told`: it gets the client's notifications.
    """

    client = TenantForeignKey(Client)
    party = TenantForeignKey(Client)
    relation = models.CharField(max_length=60, blank=True)
    case_number = models.CharField(max_length=70, blank=True)
    told = models.BooleanField(default=False)
    recipient = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="contact_key"),
            TenantReference(field="client", name="contact_is_of_a_client", cascade=True),
            TenantReference(field="party", name="contact_is_a_client"),
            models.UniqueConstraint(
                fields=["organization", "client", "party"], name="contact_once_of_a_client"
            ),
            models.UniqueConstraint(
                fields=["organization", "client"],
                condition=Q(recipient=True),
                name="one_standing_recipient_of_a_client",
            ),
            models.CheckConstraint(
                condition=~Q(client=F("party")), name="nobody_is_its_own_contact"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "party"], name="contacts_by_party"),
        ]


class CareKind(models.TextChoices):
    """How somebody looks after a client."""

    PRIMARY = "primary", _("responsible")
    SHARED = "shared", _("has access")


class Care(TenantModel):
    """That a member looks after a client: is responsible for it, or was given access to it.

    Where practitioners see their own clients only, these are theirs. A client that nobody looks
    after is everybody's. `given`: it came with a session that was given to the member and, unless
    a booking or a person has granted it since, goes with that.
    """

    client = TenantForeignKey(Client)
    person_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=CareKind.choices)
    given = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="care_key"),
            TenantReference(field="client", name="care_is_of_a_client", cascade=True),
            models.UniqueConstraint(
                fields=["organization", "client", "person_id"], name="care_once_of_a_client"
            ),
            models.UniqueConstraint(
                fields=["organization", "client"],
                condition=Q(kind="primary"),
                name="one_is_responsible_for_a_client",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "person_id", "client"], name="clients_of_person"),
        ]


class Look(TenantModel):
    """That a member has looked at a client within ten minutes; `slot` counts these since 1970.

    `token_id` is the API token by which it was done; null on the pages.
    """

    rights = Rights.WRITE_ONCE

    client = TenantForeignKey(Client)
    person_id = models.UUIDField()
    slot = models.PositiveIntegerField()
    token_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="look_key"),
            TenantReference(field="client", name="look_is_at_a_client", cascade=True),
            models.UniqueConstraint(
                fields=["organization", "client", "person_id", "slot"],
                name="one_look_in_ten_minutes",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "client", "at"], name="looks_at_client"),
            models.Index(fields=["organization", "at"], name="looks_by_moment"),
        ]


class ClientNumbers(TenantModel):
    """The next client number of an organization, one row: locked while a number is given."""

    rights = Rights.KEPT

    next_number = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="client_numbers_key"),
            models.UniqueConstraint(fields=["organization"], name="one_counter_of_clients"),
        ]


class ClientWord(TenantModel):
    """A folded word of a client's name, e-mail or ids: search is a range on it.

    Row-level security keeps `LIKE` from using an index; a range on a "C" column does use it.
    `archived` is the client's, so that the range holds only those on offer, or only the others. A
    forgotten client has no words.
    """

    client = TenantForeignKey(Client)
    archived = models.BooleanField()
    word = models.CharField(max_length=100, db_collation="C")

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="client_word_key"),
            TenantReference(field="client", name="word_is_of_a_client", cascade=True),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "archived", "word", "client"], name="clients_by_word"
            ),
            models.Index(fields=["organization", "client", "word"], name="words_of_client"),
        ]


class WhenThere(models.TextChoices):
    """What becomes of a row of an import whose client is there already."""

    SKIP = "skip", _("is left as it is")
    UPDATE = "update", _("is brought up to date")


class Import(TenantModel):
    """A file of clients that somebody uploaded: looked at first, then taken in.

    `columns` says what each column is; `brought_by` is the person who uploaded it. `file` is gone
    as soon as it is taken in or given up, and the row a day after `at`, when it was uploaded, last
    looked at or taken in; until then what was taken in can be undone.
    """

    file = models.TextField()
    columns = ArrayField(models.CharField(max_length=20, blank=True))
    when_there = models.CharField(max_length=10, choices=WhenThere.choices, default=WhenThere.SKIP)
    brought_by = models.UUIDField(null=True)
    at = models.DateTimeField()
    is_taken = models.BooleanField(default=False)
    is_undone = models.BooleanField(default=False)
    made = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [TenantKey(name="import_key")]


class ImportedClient(TenantModel):
    """That a client came with an import, for as long as that can be undone."""

    origin = TenantForeignKey(Import)
    client = TenantForeignKey(Client)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="imported_client_key"),
            TenantReference(field="origin", name="imported_client_has_its_import", cascade=True),
            TenantReference(field="client", name="imported_client_is_a_client", cascade=True),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "origin"], name="clients_of_import"),
        ]


class ConsentTemplate(TenantModel):
    """What clients are asked to agree to. `version` is that of its present text.

    A `required` one that a client has not given warns, and never blocks. `months` is for how long
    one that is given holds; null: without end.
    """

    rights = Rights.KEPT

    name = models.CharField(_("name"), max_length=100)
    required = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="consent_template_key"),
            models.CheckConstraint(
                condition=Q(months=None) | Q(months__gt=0), name="consent_holds_for_a_while"
            ),
        ]


class ConsentText(TenantModel):
    """What a template said in one of its versions; what was agreed to is never rewritten."""

    rights = Rights.WRITE_ONCE

    template = TenantForeignKey(ConsentTemplate)
    version = models.PositiveIntegerField()
    statement = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="consent_text_key"),
            TenantReference(field="template", name="consent_text_is_of_a_template"),
            models.UniqueConstraint(
                fields=["organization", "template", "version"], name="consent_text_once_a_version"
            ),
        ]


class Answer(models.TextChoices):
    """What a client said when asked to agree."""

    GIVEN = "given", _("given")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class AnsweredBy(models.TextChoices):
    """In which way a client said it."""

    PAPER = "paper", _("on paper")
    SPOKEN = "spoken", _("by word of mouth")
    ELECTRONIC = "electronic", _("electronically")


class Consent(TenantModel):
    """What a client answered to a text, and who noted it. Of each template the last answer counts.

    `noted_by` is a person's id. It goes with the client.
    """

    client = TenantForeignKey(Client)
    text = TenantForeignKey(ConsentText)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    on = models.DateField()
    how = models.CharField(max_length=10, choices=AnsweredBy.choices)
    noted_by = models.UUIDField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="consent_key"),
            TenantReference(field="client", name="consent_is_of_a_client", cascade=True),
            TenantReference(field="text", name="consent_is_to_a_text"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "client", "on"], name="consents_of_client"),
        ]
