"""What persons say about themselves."""

from storno.people.models import Person


def change_profile(person: Person, *, name: str, language: str) -> None:
    """Take a new name and language, as the person's colleagues and letters will know them."""
    person.name = name
    person.language = language
    person.save(update_fields=["name", "language"])


def choose_language(person: Person, *, language: str) -> None:
    """Speak this language to the person from now on, on every device."""
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])
