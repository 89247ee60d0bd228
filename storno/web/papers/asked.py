"""What a list of invoices was asked for: all of it stands in the address."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import QueryDict

from storno.documents.queries import DraftState, Filter, Tab

DRAFTS = "drafts"
AWAITING = "awaiting"
PROCESSING = "processing"
EXTERNAL = "external"
OF_DRAFTS: dict[str, DraftState] = {
    DRAFTS: "draft",
    AWAITING: "awaiting",
    PROCESSING: "held",
    EXTERNAL: "external",
}
"""The tabs of drafts, and which of them stand there."""
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The tab, the search and the filters of an address; what makes no sense there is left out."""

    tab: str
    text: str
    recipient_id: UUID | None
    first: date | None
    last: date | None
    before: UUID | None

    @property
    def of_drafts(self) -> bool:
        """Whether drafts are asked for, in whichever state."""
        return self.tab in OF_DRAFTS

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab narrows the list; drafts were not issued in any period."""
        in_period = not self.of_drafts and (self.first or self.last)
        return bool(self.text or self.recipient_id or in_period)

    def filter(self) -> Filter:
        """The filter for the query of invoices."""
        return Filter(Tab(self.tab), self.recipient_id, self.first, self.last, self.text)

    def query(self, **changed: str) -> dict[str, str]:
        """The same as parts of an address, with some changed; empty ones are left out."""
        parts = {
            "state": "" if self.tab == Tab.ALL else self.tab,
            "q": self.text,
            "recipient": str(self.recipient_id or ""),
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
        }
        return {name: value for name, value in (parts | changed).items() if value}


def read_asked(query: QueryDict) -> Asked:
    """Read an address; a mistyped part counts as absent, for it only narrows a view."""
    tab = query.get("state", "")
    return Asked(
        tab=tab if tab in (*Tab, *OF_DRAFTS) else Tab.ALL,
        text=query.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        recipient_id=_id(query.get("recipient", "")),
        first=_day(query.get("from", "")),
        last=_day(query.get("to", "")),
        before=_id(query.get("before", "")),
    )


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
