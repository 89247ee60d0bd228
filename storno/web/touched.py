"""Forms that save only what was changed in them.

The same form may be open in two windows, or before two members. Each says of its fields also what
they showed when it was opened, so what somebody else has saved meanwhile is not put back.
"""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django import forms


class TouchedForm(forms.Form):
    """A form of something that is there already, and may be changed elsewhere while it is open."""

    together: ClassVar[Sequence[Collection[str]]] = ()
    """Fields that say one thing between them: with one of them all are saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def touched(self) -> set[str]:
        """The fields that were changed; one of which the form does not say what it showed is."""
        found = {
            name
            for name in self.fields
            if name in self.changed_data or self.add_initial_prefix(name) not in self.data
        }
        for names in self.together:
            if not found.isdisjoint(names):
                found.update(names)
        return found
