"""A short name for addresses, made from the name of the business."""

import re

from storno.core.folding import fold
from storno.organizations.actors import SLUG
from storno.organizations.models import Organization

LONGEST = 50
NAMELESS = "organization"
"""Where a name has no letter that an address can bear."""


def free_slug(name: str) -> str:
    """A short name that nobody has yet: "Ääni & Ørn Oy" becomes aani-orn-oy, else aani-orn-oy-2."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[: LONGEST - 5].strip("-")
    first = plain if SLUG.fullmatch(plain) else NAMELESS
    taken = set(Organization.objects.filter(slug__startswith=first).values_list("slug", flat=True))
    slug, count = first, 1
    while slug in taken:
        count += 1
        slug = f"{first}-{count}"
    return slug
