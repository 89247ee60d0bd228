"""A postal address, in every body alike."""

from storno.api.values import Body, Shown, Text

FIELDS = {name: f"address.{name}" for name in ("street", "postcode", "city", "country")}
"""What the rooms call a field, and where it stands in a body."""


class AddressIn(Body):
    """A postal address; `country` by ISO 3166-1 alpha-2, empty for the organization's."""

    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    country: Text = ""


class AddressShown(Shown):
    """A postal address; `country` by ISO 3166-1 alpha-2."""

    street: str
    postcode: str
    city: str
    country: str
