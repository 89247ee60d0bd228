"""The words for states: each has one in each language, and a practice has its own."""

import pytest
from django.utils.translation import override

from storno.documents.words import credit_words, state_words

SERVICE = {
    "sent": ("Sent", "Lähetetty", "Sendt"),
    "overdue": ("Overdue", "Myöhässä", "Forfalt"),
    "part_paid": ("Part paid", "Osittain maksettu", "Delvis betalt"),
    "part_credited": ("Part credited", "Osittain hyvitetty", "Delvis kreditert"),
    "paid": ("Paid", "Maksettu", "Betalt"),
    "cancelling": ("Being cancelled", "Peruutetaan", "Krediteres"),
    "credited": ("Cancelled", "Peruutettu", "Kreditert"),
    "refunded": ("Refunded", "Rahat palautettu", "Refundert"),
}
PRACTICE = SERVICE | {
    "sent": ("Unpaid", "Maksamatta", "Ubetalt"),
    "cancelling": ("Being credited", "Peruutetaan", "Krediteres"),
    "credited": ("Credited", "Peruutettu", "Kreditert"),
}
LANGUAGES = ("en", "fi", "nb")


@pytest.mark.parametrize(("wording", "expected"), [("service", SERVICE), ("practice", PRACTICE)])
def test_each_state_has_its_word(wording: str, expected: dict[str, tuple[str, ...]]) -> None:
    said = {}
    for state in expected:
        words = []
        for language in LANGUAGES:
            with override(language):
                words.append(str(state_words(state, wording)))
        said[state] = tuple(words)
    assert said == expected


@pytest.mark.parametrize("wording", ["service", "practice"])
def test_a_part_is_credited_in_both(wording: str) -> None:
    words = credit_words(wording, in_part=True)
    assert str(state_words("cancelling", wording, in_part=True)) == "Being credited in part"
    assert (str(words.deed), str(words.state)) == ("Credit a part", "Being credited in part")
