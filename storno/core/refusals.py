"""The ways in which Storno says no: for reasons, for input, for what is not there.

Every door turns these into its own form (a page, problem+json, a line on the terminal), so a verb
only names its reason. What is not listed here is a defect and may surface as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
"""A sentence for people: text, or a translation that waits for the reader's language."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One named reason why a deed cannot be done now, with the way out."""

    code: str
    message: Words
    remedy: Words = ""
    field: str = ""


class Refused(Exception):
    """A deed that may not be done now. Subclasses are named by the reason, beside their verb."""

    code: ClassVar[str]
    message: ClassVar[Words]
    remedy: ClassVar[Words] = ""
    field: ClassVar[str] = ""

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """The reasons, most important first; a plain refusal is its own single reason."""
        return (Blocker(self.code, self.message, self.remedy, self.field),)

    def __str__(self) -> str:
        return " ".join(dict.fromkeys(str(blocker.message) for blocker in self.blockers))


class Blocked(Refused):
    """A deed refused by a plan: it carries the plan's blockers instead of one fixed sentence."""

    code = "blocked"

    def __init__(self, blockers: Iterable[Blocker]) -> None:
        super().__init__()
        self._blockers = tuple(blockers)
        assert self._blockers, "a blocked deed names its blockers"

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """The plan's blockers, in its order."""
        return self._blockers


class NotAllowed(Refused):
    """The actor's role or token does not carry this deed."""

    code = "not_allowed"
    message = _("Your role does not allow this.")
    remedy = _("Ask an administrator of your organization.")


class SignInAgain(Refused):
    """The deed moves money or trust and asks for a recent sign-in (or the token scope `money`)."""

    code = "recent_sign_in_required"
    message = _("Please confirm that it is you before you do this.")
    remedy = _("Sign in again; what you entered is kept.")


class Absent(Exception):
    """The thing does not exist, or belongs to somebody else: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: its path (`lines.0.quantity`), a stable code and a sentence."""

    field: str
    code: str
    message: Words


class Invalid(Exception):
    """Input that cannot be understood or is out of bounds; nothing has been changed."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        super().__init__()
        self.errors = tuple(errors)
        assert self.errors, "invalid input names its fields"

    def __str__(self) -> str:
        return "; ".join(f"{error.field}: {error.message}" for error in self.errors)


def invalid(field: str, code: str, message: Words) -> Invalid:
    """Shorthand for input with one wrong field."""
    return Invalid([FieldError(field, code, message)])
