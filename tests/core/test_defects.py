"""What a log may know of a defect: its type and its place, never its words."""

import pytest

from storno.core.defects import told
from storno.core.pages import Place


def test_a_defect_of_this_house_names_its_place() -> None:
    with pytest.raises(TypeError) as caught:
        Place.read(None)  # type: ignore[arg-type]
    place, _colon, rest = told(caught.value).partition(":")
    assert place == "TypeError at storno/core/pages.py"
    assert rest.endswith(" (read)")


def test_a_defect_of_another_house_names_its_type_alone() -> None:
    with pytest.raises(ValueError, match="Daisy") as caught:
        int("Daisy Duck")
    assert told(caught.value) == "ValueError"
