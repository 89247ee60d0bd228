"""A member says how to be told that client money moves."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.core.phone import e164, number_errors
from storno.core.refusals import Invalid, NotAllowed
from storno.history.record import Happening, record
from storno.organizations.models import Membership
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a member is told of client money: by e-mail, and by SMS to a number, empty for none."""

    mailed: bool
    texted_to: str


@dataclass(frozen=True)
class WishesChanged(Happening):
    """A member wants to be told of client money in other ways; the number is not repeated."""

    kind: ClassVar = "member.money_told"
    sentence: ClassVar = _("It was changed how a member is told of client money.")
    mailed: bool
    texted: bool


def wishes_of(who: Actor) -> Wishes:
    """How the actor is told. Raises NotAllowed of who is no member."""
    mine = _mine(who)
    return Wishes(mine.money_mailed, mine.money_texted_to)


@deed
def wish_to_be_told(wishes: Wishes, *, who: Actor, at: datetime) -> Wishes:
    """Tell the actor of client money in these ways from now on. Raises Invalid, NotAllowed."""
    who.must(Deed.CHANGE_SETTINGS)
    mine, number, country = _mine(who), wishes.texted_to.strip(), seller_of(who.organization_id)
    if number:
        if errors := list(number_errors("texted_to", number, country=country.country)):
            raise Invalid(errors)
        number = e164(number, country=country.country)
    wanted = Wishes(wishes.mailed, number)
    if wanted != Wishes(mine.money_mailed, mine.money_texted_to):
        mine.money_mailed, mine.money_texted_to = wanted.mailed, wanted.texted_to
        mine.save(update_fields=["money_mailed", "money_texted_to"])
        happened = WishesChanged(wanted.mailed, bool(number))
        record(happened, subject_id=mine.person_id, who=who, at=at)
    return wanted


def _mine(who: Actor) -> Membership:
    """The actor's own membership. Raises NotAllowed of who is no member."""
    if who.person_id is not None:
        members = Membership.objects.filter(organization_id=who.organization_id)
        for membership in members.filter(person_id=who.person_id):
            return membership
    raise NotAllowed
