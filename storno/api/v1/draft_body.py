"""What is entered into a draft, as a body of the API, and what is asked when it goes."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from storno.api.values import Asked, Body, Chosen, Day, Id, Number, Price, Text
from storno.documents.content import MOST_LINES, DraftInput, LineInput, for_recipient
from storno.organizations.models import Channel
from storno.tax.category import TaxCategory

FIELDS = {
    "includes_tax": "price_includes_tax",
    "deliver_to": "delivery.to",
    "opening_text": "texts.opening",
    "closing_text": "texts.closing",
    "exemption_reason": "texts.exemption_reason",
    "buyer_reference": "texts.buyer_reference",
    "case_number": "texts.case_number",
}
"""What the rooms call a field, and where it stands in a body."""


class LineIn(Body):
    """A line. With the category `standard` the rate is needed: one in force on the delivery day.

    A null `delivered_on` is the draft's day, also when that is changed later.
    """

    description: Text
    quantity: Number
    unit: Text
    unit_price: Price
    price_includes_tax: bool = False
    discount_percent: Number = Decimal(0)
    tax_category: Chosen[TaxCategory]
    tax_rate: Number | None = None
    delivered_on: Day | None = None
    work: Literal["work", "material"] | None = None

    def entered(self) -> LineInput:
        """The line as the room takes it."""
        return LineInput(
            description=self.description,
            quantity=self.quantity,
            unit=self.unit,
            unit_price=self.unit_price,
            tax_category=self.tax_category,
            tax_rate=self.tax_rate,
            includes_tax=self.price_includes_tax,
            discount_percent=self.discount_percent,
            delivered_on=self.delivered_on,
            work=self.work or "",
        )


class LineAgain(LineIn):
    """A line of a draft that is there; with the `id` of one, it stays that line."""

    id: Id | None = None

    def entered(self) -> LineInput:
        """The line as the room takes it."""
        return replace(LineIn.entered(self), id=self.id)


class DeliveryIn(Body):
    """How the document shall reach its recipient: `to` is an address other than the client's."""

    channel: Chosen[Channel] | None = None
    to: Text = ""


class TextsIn(Body):
    """What stands around the lines, and by what the buyer knows it.

    An empty `buyer_reference` (BT-10) is the client's usual one; `case_number` is BT-12.
    """

    opening: Text = ""
    closing: Text = ""
    exemption_reason: Text = ""
    buyer_reference: Text = ""
    case_number: Text = ""


L = TypeVar("L", bound=LineIn)
Lines = Annotated[list[L], Field(json_schema_extra={"maxItems": MOST_LINES})]


class DraftFields(Body, Generic[L]):
    """What a draft holds; null stands for the usual: the client's or the organization's.

    Usually it is delivered on the day on which it is saved.
    """

    recipient: Id | None = None
    lines: Lines[L] = Field(default_factory=list)
    due_in_days: int | None = None
    term_agreed: bool = False
    delivered_on: Day | None = None
    delivery: DeliveryIn = DeliveryIn()
    language: Literal["en", "fi", "nb"] | None = None
    texts: TextsIn = TextsIn()

    def put_into(self, entered: DraftInput) -> DraftInput:
        """A draft with the fields that were sent; another recipient brings their own usual."""
        sent = self.model_fields_set & set(DraftFields.model_fields)
        if "recipient" in sent:
            entered = for_recipient(entered, self.recipient)
        changes: dict[str, Any] = {}
        for name in sent - {"recipient"}:
            match name:
                case "lines":
                    changes["lines"] = tuple(line.entered() for line in self.lines)
                case "delivery":
                    changes["channel"] = self.delivery.channel
                    changes["deliver_to"] = self.delivery.to
                case "texts":
                    changes["opening_text"] = self.texts.opening
                    changes["closing_text"] = self.texts.closing
                    changes["exemption_reason"] = self.texts.exemption_reason
                    changes["buyer_reference"] = self.texts.buyer_reference
                    changes["case_number"] = self.texts.case_number
                case _:
                    changes[name] = getattr(self, name)
        return replace(entered, **changes)


class DraftIn(DraftFields[LineIn]):
    """A new draft. A null recipient and no lines are allowed until it is finalised."""

    recipient: Id | None
    lines: Lines[LineIn]

    def entered(self) -> DraftInput:
        """The draft as the room takes it."""
        return self.put_into(DraftInput(None, ()))


class DraftPatch(DraftFields[LineAgain]):
    """What shall be other than it is. `lines`, `delivery` and `texts` are replaced as a whole.

    Another recipient brings the usual of their own: language, channel and address, days to pay and
    the buyer's reference are those of the former one no more, unless they are sent along.
    A line with an `id` stays the line of that id, and bills what it billed; one without is new, and
    one that is not sent is gone. With `version`, a draft that was saved since is left alone
    (`draft_changed_meanwhile`).
    """

    version: int | None = None


class DeletionAsked(Asked):
    """What becomes of a session that the draft bills, and whether its client is told of that."""

    session: Literal["cancel", "keep"] = "keep"
    tell: bool | None = None
