"""Recording what happened, in the transaction in which it happens."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from storno.core.insert import insert
from storno.core.refusals import Words
from storno.history.models import Event
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed

KINDS: dict[str, type["Happening"]] = {}


@dataclass(frozen=True)
class Happening:
    """Something that happened to a subject. Subclasses stand beside their verb, in the past tense.

    Their fields are strings and whole numbers (ids, document numbers, minor units), and
    `sentence` names them as `%(field)s`.
    """

    kind: ClassVar[str]
    sentence: ClassVar[Words]
    done_by: ClassVar[Words] = ""
    """Who did it without a sign-in, as a client behind a link; empty for what goes by itself."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        assert cls.kind not in KINDS, f"{cls.kind} happens in two places"
        KINDS[cls.kind] = cls

    @classmethod
    def recalled(cls, facts: dict[str, Any]) -> Self:
        """The happening as it was recorded; fields that have since been added keep defaults."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in facts.items() if name in known})


def record(happening: Happening, *, subject_id: UUID, who: Actor, at: datetime) -> None:
    """Write one happening into the history of a subject."""
    record_all([(subject_id, happening)], who=who, at=at)


def record_all(happenings: Iterable[tuple[UUID, Happening]], *, who: Actor, at: datetime) -> None:
    """Write several happenings with one statement."""
    insert(
        sealed(
            Event(
                organization_id=who.organization_id,
                at=at,
                person_id=who.person_id,
                kind=happening.kind,
                subject_id=subject_id,
                facts=asdict(happening),
            )
        )
        for subject_id, happening in happenings
    )


def is_told(happening: Happening, *, subject_id: UUID, who: Actor) -> bool:
    """Whether just this is in the history of a subject already."""
    told = Event.objects.filter(
        organization_id=who.organization_id,
        subject_id=subject_id,
        kind=happening.kind,
        facts=asdict(happening),
    )
    return told.exists()
