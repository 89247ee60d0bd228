"""What persons say about themselves."""

from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors, tidy
from storno.core.refusals import FieldError, Invalid
from storno.people.models import Person

LONGEST_NAME = 100


def plain_name(name: str) -> str:
    """A person's name as letters and history may bear it: one line. Raises Invalid."""
    plain = tidy(name)
    errors = [*text_errors("name", plain, longest=LONGEST_NAME, required=True)]
    if "://" in plain:  # it stands in letters to people who do not know its bearer
        errors.append(FieldError("name", "not_a_name", _("Enter a name, not a web address.")))
    if errors:
        raise Invalid(errors)
    return plain


def change_profile(person: Person, *, name: str, language: str) -> None:
    """Take a new name and language, as the person's colleagues and letters will know them.

    Raises Invalid.
    """
    person.name = plain_name(name)
    person.language = language
    person.save(update_fields=["name", "language"])


def choose_language(person: Person, *, language: str) -> None:
    """Speak this language to the person from now on, on every device."""
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])
