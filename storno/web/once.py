"""The promise that a form does its deed once, however often it is sent.

Every form that makes something new bears a key of its own; what was done with it is kept for a day
in the deed's own transaction (`organizations/once.py`), and sending the form again leads there.
"""

import hashlib
import json
import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from storno.core.ids import new_id
from storno.organizations.once import Answer, Once
from storno.organizations.roles import Actor
from storno.web.access import Here

FIELD = "once"
_KEY = re.compile("[0-9a-f]{32}")
_NOT_CONTENT = (FIELD, "csrfmiddlewaretoken")


def new_once() -> str:
    """A key for a form that is being shown."""
    return new_id().hex


def once(request: HttpRequest, here: Here) -> Actor:
    """Who acts, with the promise of the form that was sent; the deed returns what has an `id`."""
    return promised(request, here.who, here.membership.id)


def promised(request: HttpRequest, who: Actor, whose: UUID) -> Actor:
    """An actor with the promise of the form that was sent; `whose` form it is, by an id."""
    key = request.POST.get(FIELD, "")
    if not _KEY.fullmatch(key):
        return who
    content = [(name, values) for name, values in request.POST.lists() if name not in _NOT_CONTENT]
    fingerprint = hashlib.sha256(json.dumps(sorted(content)).encode()).hexdigest()
    promise = Once(whose, request.path, key, fingerprint, _kept)
    return replace(who, once=promise)


def _kept(result: Any) -> Answer:
    """What is kept of a deed: the id of what it made."""
    return Answer(303, str(getattr(result, "id", "")))
