"""API tokens: the form that makes one, and the list of those that open something."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from storno.organizations.actors import Scope
from storno.organizations.models import ApiToken
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.say import say_date

SCOPES = {
    Scope.READ: _("read everything"),
    Scope.WRITE: _("do what you may do"),
    Scope.MONEY: _("also what asks for a recent sign-in: money and bank details"),
}


class TokenForm(forms.Form):
    """A token to be made."""

    label = forms.CharField(
        label=_("What is it for?"),
        max_length=50,
        required=False,
        help_text=_("So that you know it again, like “accounting program”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Besides reading it may"),
        choices=[(scope.value, SCOPES[scope]) for scope in (Scope.WRITE, Scope.MONEY)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    lasts = forms.TypedChoiceField(
        label=_("It is valid for"),
        coerce=int,
        initial=365,
        choices=[
            (30, _("30 days")),
            (90, _("90 days")),
            (365, _("a year")),
            (0, _("until it is revoked")),
        ],
    )

    def expires_at(self, at: datetime) -> datetime | None:
        """The moment from which on it opens nothing; None for never."""
        days: int = self.cleaned_data["lasts"]
        return at + timedelta(days=days) if days else None


def token_rows(tokens: Iterable[ApiToken], here: Here) -> list[dict[str, Any]]:
    """Tokens in words: what each is for, whose, what it may and until when."""
    return [_row(token, here) for token in tokens]


def shown_tokens_of(here: Here) -> dict[str, Any]:
    """Whose tokens the reader sees: one's own, an administrator everybody's."""
    return {} if here.who.may(Deed.INVITE) else {"person_id": here.person.id}


def _row(token: ApiToken, here: Here) -> dict[str, Any]:
    day = say_date(token.created_at.date())
    told = [
        ", ".join(str(SCOPES[Scope(scope)]) for scope in token.scopes),
        _now("made on %(day)s") % {"day": day},
    ]
    if token.expires_at is not None:
        day = say_date(token.expires_at.date())
        ended = token.expires_at <= here.at
        told.append((_now("ended on %(day)s") if ended else _now("until %(day)s")) % {"day": day})
    if token.membership.person_id != here.person.id:
        told.insert(0, str(token.membership.person))
    return {
        "title": token.label or _now("Token without a name"),
        "told": " · ".join(told),
        "revoke_url": here.url("token_revoke", token.id),
    }
