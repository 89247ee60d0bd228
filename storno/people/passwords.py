"""What is refused as a password: Django's checks, in words that are translated here."""

from django.contrib.auth import password_validation as checks
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(checks.MinimumLengthValidator):
    """Refuses what can be found by trying everything."""

    def get_error_message(self) -> str:
        """What is said of a password that is too short, with the least number of characters."""
        return ngettext(
            "This password is too short. Enter at least %(count)d character.",
            "This password is too short. Enter at least %(count)d characters.",
            self.min_length,
        ) % {"count": self.min_length}


class UnlikeItsOwner(checks.UserAttributeSimilarityValidator):
    """Refuses what whoever knows the person would try first."""

    def get_error_message(self) -> str:
        """What is said of a password that repeats the name or the address."""
        return _("This password is too close to your name or e-mail address.")


class Uncommon(checks.CommonPasswordValidator):
    """Refuses what thousands have chosen before."""

    def get_error_message(self) -> str:
        """What is said of a password that stands on the lists of whoever tries many."""
        return _("This password is used by many, so it is easy to guess.")
