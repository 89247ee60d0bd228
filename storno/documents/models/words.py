"""The words that papers are told apart by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a paper is."""

    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class Reason(models.TextChoices):
    """Why an invoice is credited; the paper prints a neutral sentence for it."""

    WRONG_PRICE = "wrong_price", _("the price was wrong")
    WRONG_RECIPIENT = "wrong_recipient", _("the recipient was wrong")
    CANCELLED = "cancelled", _("the order was cancelled")
    DUPLICATE = "duplicate", _("it was invoiced twice")
    GOODWILL = "goodwill", _("goodwill")
    OTHER = "other", _("another reason")


class FollowUp(models.TextChoices):
    """What follows a credit once it is issued."""

    NOTHING = "nothing", _("nothing")
    DRAFT = "draft", _("a corrected draft")
    EXTERNAL = "external", _("a record of what is invoiced externally")
    CANCEL_SESSION = "cancel_session", _("the session is cancelled")

    @property
    def has_draft(self) -> bool:
        """Whether a corrected draft follows, whatever becomes of it."""
        return self in (FollowUp.DRAFT, FollowUp.EXTERNAL)


class Work(models.TextChoices):
    """The household deduction asks for work and material apart."""

    NONE = "", _("not marked")
    WORK = "work", _("work")
    MATERIAL = "material", _("material")


class LineFields(models.Model):
    """What a draft's line and a document's line have in common.

    `amount_minor` is in the line's own pricing: with tax where `includes_tax`, else without.
    `source_kind` and `source_id` say, opaquely, what is billed.
    """

    position = models.PositiveSmallIntegerField()
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    includes_tax = models.BooleanField(_("price includes VAT"), default=False)
    discount_percent = models.DecimalField(
        _("discount %"), max_digits=5, decimal_places=2, default=0
    )
    tax_category = models.CharField(_("VAT"), max_length=20)
    tax_rate = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2, default=0)
    work = models.CharField(
        _("household deduction"), max_length=10, choices=Work.choices, blank=True
    )
    source_kind = models.CharField(max_length=20, blank=True)
    source_id = models.UUIDField(null=True)

    class Meta:
        abstract = True
