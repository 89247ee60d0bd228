"""A hold that falls before its paper has left: the draft is a plain one again.

Who pressed Finalize has decided that it goes; one that nobody finalised goes by itself, and only
as long as it still shall.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.documents.models import Draft
from storno.history.record import Happening


@dataclass(frozen=True)
class DraftWithdrawn(Happening):
    """A finalised draft was taken back before it left."""

    kind: ClassVar = "draft.withdrawn"
    sentence: ClassVar = _("Withdrawn; it is a draft again.")


def leaves_by_itself(draft: Draft, *, at: datetime) -> bool:
    """Whether a draft is on hold because its moment came, and has not left yet."""
    is_on_hold = draft.goes_at is not None and at < draft.goes_at
    return is_on_hold and draft.issues_at is not None and draft.finalised_by is None
