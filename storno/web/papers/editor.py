"""The editor of a draft: a form whose lines come and go, and nothing typed is ever lost.

Every button sends the whole form. Saving is one of them; the others change what stands in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict

from storno.catalogue.queries import service_with
from storno.clients.models import Client
from storno.core.refusals import Absent, Invalid
from storno.documents.check import check_draft
from storno.documents.content import MOST_LINES, OF_RECIPIENT, TOO_MANY_LINES, DraftInput
from storno.documents.draft import entered_in
from storno.documents.models import Draft
from storno.documents.warn import OWN_TEXTS, texts_of
from storno.organizations.queries import Circumstances
from storno.tax.category import TaxCategory
from storno.web.access import Here
from storno.web.papers.draft_form import DraftForm, draft_typed
from storno.web.papers.line_form import TAX, LineForm, line_typed, tax_on, usual_tax, write_tax
from storno.web.papers.offered import chosen_in, seeks_by_enter, sought_in
from storno.web.take import take_invalid

_LINE = re.compile("lines-(?P<place>[0-9]{1,6})-(?P<name>[a-z_]+)")
_CHANGES = (
    "add",
    "remove_line",
    "pick",
    "choose",
    "forget",
    "find",
    "redate",
    "reckon",
    "new_client",
)
"""The buttons that change what stands in the form without saving it."""


@dataclass(slots=True)
class Editor:
    """A draft as it stands in the form; `version` is the one that was opened.

    `sought` is by what its recipient is looked for; `instead_of` the deleted draft in whose place
    it is saved. `beyond` are the fields of lines that are more than a draft may have: kept as they
    were typed, and shown when others are removed.
    """

    form: DraftForm
    lines: list[LineForm]
    version: str = ""
    sought: str = ""
    instead_of: UUID | None = None
    beyond: Sequence[tuple[str, Any]] = ()

    @property
    def recipient(self) -> Client | None:
        """Who shall pay."""
        return self.form.recipient

    def is_valid(self) -> bool:
        """Whether all of it can be read; blank lines are none.

        Where it cannot, what is wrong with the rest is told in the same go.
        """
        valid = all([self.form.is_valid(), *(line.is_valid() for line in self.filled())])
        if not valid:
            self._check_readable()
        if self.beyond:
            self.take(Invalid([TOO_MANY_LINES]))
        return valid and not self.beyond

    def filled(self) -> list[LineForm]:
        """The lines in which something stands."""
        return [line for line in self.lines if not line.is_blank]

    def texts(self) -> Iterator[tuple[str, str]]:
        """What will be printed of it, as it stands in the form."""
        yield from texts_of(self.recipient)
        for name in OWN_TEXTS:
            yield name, str(self.form[name].value() or "")
        for line in self.lines:
            for name in ("description", "unit"):
                yield line.add_prefix(name), str(line[name].value() or "")

    def entered(self) -> DraftInput:
        """What the valid form says."""
        return self.form.entered(tuple(line.entered() for line in self.filled()))

    def _check_readable(self) -> None:
        """Find fault with what can be read, but not with what stands in for the rest."""
        lines = self.filled()
        entered = self.form.readable(tuple(line.readable() for line in lines))
        try:
            check_draft(entered, self.recipient, self.form.now)
        except Invalid as wrong:
            unread = {"lines", *self.form.errors}
            for place, line in enumerate(lines):
                unread |= {f"lines.{place}.{name}" for name in line.unread}
                if "delivered_on" in self.form.errors:
                    unread |= {f"lines.{place}.{name}" for name in TAX}
            self.take(Invalid([error for error in wrong.errors if error.field not in unread]))

    def take(self, wrong: Invalid) -> None:
        """Put what the verb found wrong beside the fields."""
        of_draft = []
        filled = self.filled()
        for error in wrong.errors:
            place, _dot, name = error.field.removeprefix("lines.").partition(".")
            if error.field.startswith("lines.") and place.isdigit() and int(place) < len(filled):
                known = "tax" if name in TAX else name
                take_invalid(filled[int(place)], Invalid([error]), **{error.field: known})
            else:
                of_draft.append(error)
        if of_draft:
            take_invalid(self.form, Invalid(of_draft))


def new_editor(now: Circumstances, recipient: Client | None) -> Editor:
    """The editor of a draft that is not there yet: delivered today, one line to begin with."""
    form = DraftForm(now, recipient, initial={"delivered_on": now.today})
    return Editor(form, [_line(now, now.today, 0, initial=_blank(now, now.today))])


def editor_of(draft: Draft, now: Circumstances) -> Editor:
    """The editor of a saved draft."""
    entered = entered_in(draft)
    form = DraftForm(now, draft.recipient, initial=draft_typed(entered))
    day = entered.delivered_on or now.today
    typed = [line_typed(line) for line in entered.lines] or [_blank(now, day)]
    lines = [_line(now, day, place, initial=line) for place, line in enumerate(typed)]
    return Editor(form, lines, str(draft.version))


def changes_only(data: QueryDict) -> bool:
    """Whether the form was sent to be changed, not to be saved; Enter in the search only seeks."""
    return any(name in data for name in _CHANGES) or bool(
        sought_in(data) and not data.get("recipient")
    )


def read_editor(data: QueryDict, now: Circumstances, here: Here) -> Editor:
    """The editor as it was sent, with the change that its button asks for; inside a scope.

    What is only changed is not found fault with yet: its fields show what was typed and no errors.
    """
    recipient = chosen_in(data, "recipient", here)
    on = _day(data.get("delivered_on", "")) or now.today
    typed = list(_lines_sent(data))
    if "pick" in data and (picked := _picked(data, here)):
        typed = [line for line in typed if _is_filled(line)]
        typed.append(picked)
    if "redate" in data:
        typed = [line | {"tax": tax_on(line, now, on)} for line in typed]
    if "add" in data or not typed:
        typed.append(_blank(now, on))
    how = "initial" if changes_only(data) else "data"
    chosen_now = "choose" in data or (recipient is not None and seeks_by_enter(data))
    said = data.dict() | dict(OF_RECIPIENT) if chosen_now else data
    return Editor(
        DraftForm(now, recipient, **{how: said}),
        [
            _line(now, on, place, **{how if _is_filled(line) else "initial": line})
            for place, line in enumerate(typed[:MOST_LINES])
        ],
        data.get("version", "")[:10],
        sought_in(data),
        _id(data.get("instead_of", "")),
        [
            (f"lines-{place}-{name}", value)
            for place, line in enumerate(typed[MOST_LINES:], start=MOST_LINES)
            for name, value in line.items()
            if value  # what is empty comes back as empty without being sent
        ],
    )


def _is_filled(line: Mapping[str, Any]) -> bool:
    """Whether something stands in a line; one that was only added is not found fault with."""
    return bool(line.get("description") or line.get("unit_price"))


def _line(now: Circumstances, on: date, place: int, **typed: Mapping[str, Any]) -> LineForm:
    prefix = f"lines-{place}"
    if "data" in typed:
        typed = {"data": {f"{prefix}-{name}": value for name, value in typed["data"].items()}}
    return LineForm(now, on, prefix, **typed)


def _lines_sent(data: QueryDict) -> Iterator[dict[str, Any]]:
    """The lines in the order in which they were sent, without the one to be removed."""
    lines: dict[int, dict[str, Any]] = {}
    for name in data:
        if found := _LINE.fullmatch(name):
            lines.setdefault(int(found["place"]), {})[found["name"]] = data[name]
    for place in sorted(lines):
        if str(place) != data.get("remove_line"):
            yield lines[place]


def _blank(now: Circumstances, on: date) -> dict[str, Any]:
    return {"quantity": "1", "tax": usual_tax(now, on)}


def _picked(data: QueryDict, here: Here) -> dict[str, Any] | None:
    """A service of the catalogue as a line; None for one that is not there."""
    try:
        service = service_with(UUID(data.get("service", "")), organization_id=here.organization.id)
    except (ValueError, Absent):
        return None
    return {
        "description": service.on_papers,
        "quantity": "1",
        "unit": service.unit,
        "unit_price": service.unit_price,
        "tax": write_tax(TaxCategory(service.tax_category), service.tax_rate),
        "includes_tax": service.price_includes_tax,
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
