"""Forms that wait in the session, as they were typed, until somebody can go on with them."""

from typing import TypedDict

from django.http import HttpRequest, QueryDict

from storno.core.ids import new_id

MOST_PARKED = 3
"""More open forms than these are not kept for one session: the oldest goes."""

LONGEST_OF_NOBODY = 100_000
"""Characters of a form that is kept for somebody not signed in: hundreds of lines, no room for
mischief."""

_PARKED = "storno_parked_forms"


class ParkedForm(TypedDict):
    """A form as it was sent: where to, each field's values, and by whom (empty: nobody known).

    `at_once`: it may be sent on without another press.
    """

    path: str
    fields: list[tuple[str, list[str]]]
    person: str
    at_once: bool


def park(request: HttpRequest, *, at_once: bool = True) -> str:
    """Keep the form that was sent; its key, or empty for a stranger's that is too long."""
    fields = [
        (name, [str(value) for value in values])
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
    ]
    person = str(request.user.pk) if request.user.is_authenticated else ""
    length = sum(len(name) + sum(map(len, values)) for name, values in fields)
    if not person and length > LONGEST_OF_NOBODY:
        return ""
    key = new_id().hex
    form = ParkedForm(
        path=request.get_full_path(),
        fields=fields,
        person=person,
        at_once=at_once and bool(person),
    )
    parked: dict[str, ParkedForm] = request.session.get(_PARKED, {})
    newest = sorted(parked)[-(MOST_PARKED - 1) :]
    request.session[_PARKED] = {kept: parked[kept] for kept in newest} | {key: form}
    return key


def parked_form(request: HttpRequest, key: str) -> ParkedForm | None:
    """The form that was parked under this key in this session, if it is still kept."""
    parked: dict[str, ParkedForm] = request.session.get(_PARKED, {})
    return parked.get(key)


def as_sent(form: ParkedForm, **changed: str) -> QueryDict:
    """A parked form as if it were sent now, with some of its fields changed."""
    data = QueryDict(mutable=True)
    for name, values in form["fields"]:
        data.setlist(name, values)
    data.update(changed)
    return data
