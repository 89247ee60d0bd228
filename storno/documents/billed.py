"""What the lines of a draft bill once it is entered anew: each keeps what it billed, by its id."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError, Invalid
from storno.documents.content import DraftInput, LineInput


def amended_lines(amended: DraftInput, before: DraftInput) -> DraftInput:
    """What shall stand, with what its lines bill.

    Raises Invalid for lines that claim to be one that was not there.
    """
    left = {line.id for line in before.lines}
    errors: list[FieldError] = []
    for place, line in enumerate(amended.lines):
        if line.id is not None and line.id not in left:
            words = _("This draft has no such line, or it stands here twice.")
            errors.append(FieldError(f"lines.{place}.id", "unknown_line", words))
        left.discard(line.id)
    if errors:
        raise Invalid(errors)
    return with_sources(amended, before)


def with_sources(entered: DraftInput, before: DraftInput) -> DraftInput:
    """Let each line that names one that was there bill what that billed.

    One that names none that is left is new, and bills nothing.
    """
    sources = {line.id: line for line in before.lines}
    lines: list[LineInput] = []
    for line in entered.lines:
        if line.id is None:
            lines.append(line)
        elif source := sources.pop(line.id, None):
            kind, id_, served_id = source.source_kind, source.source_id, source.served_id
            lines.append(replace(line, source_kind=kind, source_id=id_, served_id=served_id))
        else:
            lines.append(replace(line, id=None, source_kind="", source_id=None, served_id=None))
    return replace(entered, lines=tuple(lines))
