"""Saved replies: what customer service answers often, kept for all of them by its title."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors, tidy
from storno.core.refusals import FieldError, Invalid, Refused
from storno.support.models import LONGEST_MESSAGE, LONGEST_NAME, Reply


class NoSuchReply(Refused):
    """No reply is kept under this title."""

    code = "no_such_reply"
    message = _("There is no saved reply with this title.")
    remedy = _("List the saved replies, and give the title of one of them.")
    field = "title"


def replies() -> list[Reply]:
    """All that are kept, by their titles."""
    return list(Reply.objects.order_by("title"))


def reply_with(reply_id: UUID) -> Reply | None:
    """The reply with this id; None if it was dropped meanwhile."""
    return Reply.objects.filter(id=reply_id).first()


def keep_reply(title: str, text: str) -> Reply:
    """Keep a reply under a title, in place of the one that was kept under it. Raises Invalid."""
    title, text = tidy(title), text.replace("\r\n", "\n").strip()
    errors = [
        *text_errors("title", title, longest=LONGEST_NAME),
        *text_errors("text", text, longest=LONGEST_MESSAGE),
    ]
    for field, entered in (("title", title), ("text", text)):
        if not entered:
            errors.append(FieldError(field, "required", _("Write something.")))
    if errors:
        raise Invalid(errors)
    kept = Reply(title=title, text=text)
    Reply.objects.bulk_create(
        [kept], update_conflicts=True, unique_fields=["title"], update_fields=["text"]
    )
    return Reply.objects.get(title=title)


def drop_reply(title: str) -> None:
    """Keep a reply no more. Raises NoSuchReply."""
    dropped, _by_table = Reply.objects.filter(title=tidy(title)).delete()
    if not dropped:
        raise NoSuchReply
