"""What gathers the words of pages finds each of them."""

from runpy import run_path

from tests.architecture.test_docs import ROOT


def test_words_inside_an_f_string_are_named_by_their_line() -> None:
    """Whoever gathers reads an f-string as one string, so these words would stay English."""
    lines_that_swallow = run_path(str(ROOT / "bin" / "messages.py"))["lines_that_swallow"]
    code = """
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as many
fine = _("Moved to %(day)s") % {"day": f"{day} {time}"}
lost = f"{who or _('by itself')}, {when}"
lost_as_well = f"a {many('one', 'some', 2)}"
"""
    assert lines_that_swallow(code) == [5, 6]
