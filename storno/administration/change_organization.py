"""Changing an organization's details and its settings in one step: all of it, or nothing."""

from datetime import datetime

from storno.administration.change_settings import SettingsChanges, write_settings
from storno.administration.seller import SellerChanges, write_seller
from storno.core.refusals import FieldError, Invalid
from storno.organizations.roles import Actor


def write_organization(
    seller: SellerChanges, settings: SettingsChanges, *, who: Actor, at: datetime
) -> None:
    """Write the details and the settings that are given, within the caller's transaction.

    See `diary/usual.py`. Raises Invalid with every wrong field, those of the settings as
    `settings.…`; SignInAgain for another account.
    """
    errors: list[FieldError] = []
    try:
        write_seller(seller, who=who, at=at)
    except Invalid as wrong:
        errors += wrong.errors
    try:
        write_settings(settings, who=who, at=at)
    except Invalid as wrong:
        errors += [
            FieldError(f"settings.{error.field}", error.code, error.message)
            for error in wrong.errors
        ]
    if errors:
        raise Invalid(errors)
