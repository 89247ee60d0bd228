"""Why a file of a bank is refused: it is taken whole, or not at all."""

from enum import Enum


def _(words: str) -> str:
    """Mark words for the catalogues; whoever shows them translates, for this room cannot."""
    return words


AGAIN = _("Fetch the file from your bank again, and hand it over as it came.")
_OTHER = _("Ask your bank for camt.053 or camt.054, version 2 to 13, or for OCR giro.")
_UNPACK = _("Unpack it, and hand over the file that is in it.")


class Reason(Enum):
    """A stable code, its sentence, and the way out where there is another than to ask the bank."""

    EMPTY = "empty", _("The file is empty")
    UNKNOWN_FORMAT = "unknown_format", _("This is no bank file that Storno reads"), _OTHER
    PACKED = "packed", _("This file is packed"), _UNPACK
    UNKNOWN_VERSION = (
        "unknown_version",
        _("Storno does not read this version of the message"),
        _OTHER,
    )
    TRUNCATED = "truncated", _("The file ends in the middle")
    WRONG_CHARSET = "wrong_charset", _("These bytes are no text in the character set of the file")
    NOT_XML = "not_xml", _("This is not well-formed XML")
    DOCUMENT_TYPE = "document_type", _("A document type is declared, which a bank never does")
    OUT_OF_BOUNDS = "out_of_bounds", _("This is larger or nested deeper than a bank ever writes")
    MISSING = "missing", _("Something is missing that belongs here")
    REPEATED = "repeated", _("This stands here more than once, or too late")
    BAD_AMOUNT = "bad_amount", _("This is no amount of money in its currency")
    BAD_DAY = "bad_day", _("This is no day")
    BAD_VALUE = "bad_value", _("This is none of the values that may stand here")
    WRONG_SUM = "wrong_sum", _("Opening balance and entries do not make the closing balance")
    WRONG_LENGTH = "wrong_length", _("This record does not have 80 signs")
    WRONG_COUNT = "wrong_count", _("Here the bank counts others than have come")
    WRONG_TOTAL = "wrong_total", _("The payments do not make the sum that the bank tells here")

    def __init__(self, code: str, sentence: str, remedy: str = AGAIN) -> None:
        self.code = code
        self.sentence = sentence
        self.remedy = remedy


class Unreadable(Exception):
    """A file that is refused at a line (from 1); `what` names the place in the format's words.

    Nothing of the file's own content is repeated: it is of other people, and may be hostile.
    """

    def __init__(self, line: int, reason: Reason, what: str = "") -> None:
        super().__init__(line, reason, what)
        self.line = line
        self.reason = reason
        self.what = what

    @property
    def sentence(self) -> str:
        """What is wrong, and where."""
        place = f" ({self.what})" if self.what else ""
        return f"Line {self.line}: {self.reason.sentence}{place}."

    def __str__(self) -> str:
        return f"{self.sentence} {self.reason.remedy}"
