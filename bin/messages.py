"""Keep the translations in line with the words of code and pages.

`.venv/bin/python bin/messages.py` gathers every marked string, adds what is new to the catalogues
(to be translated by hand), drops what nobody says any more, and compiles. With `--check` it changes
nothing, names what is wrong, and ends with 1: a string that is missing, empty, fuzzy or not used,
placeholders or plural forms that differ from the English, words on a page that nobody marked, words
marked inside an f-string, where nobody finds them.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fi", "nb")
PLURALS = "nplurals=2; plural=(n != 1);"
"""How both languages choose between their two forms (Unicode CLDR)."""

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

Spec = tuple[int | tuple[int, str], ...]
PLAIN: dict[str, Spec | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
KEYWORDS = PLAIN | {f"{name}_lazy": spec for name, spec in PLAIN.items() if name != "_"}
"""Django's functions, and which of their arguments are context, singular and plural."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
READ_ALOUD = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}
"""Attributes whose value a person reads or hears."""
AS_WRITTEN = {"code", "kbd", "script", "style"}
"""Elements whose text is the same in every language."""


def main() -> None:
    """The door: bring the catalogues up to date, or say what is wrong with them."""
    template = gather()
    if "--check" in sys.argv[1:]:
        found = [*unmarked(), *swallowed(), *tracked()]
        found += [line for name in LANGUAGES for line in wrong(read(name), template, name)]
        print("\n".join(found) or f"{len(template)} strings in {' and '.join(LANGUAGES)}, all well")
        sys.exit(bool(found))
    for name in LANGUAGES:
        catalog = read(name)
        catalog.update(template, no_fuzzy_matching=True)
        write(catalog, name)
        empty = sum(not translated(message) for message in messages(catalog))
        print(f"{name}: {len(catalog)} strings, {empty} to translate")


def gather() -> Catalog:
    """Every marked string of the package with the files that say it."""
    found = Catalog()
    for path in [*python_files(), *template_files()]:
        code = path.read_text() if path.suffix == ".py" else calls(path.read_text())
        said = extract("python", BytesIO(code.encode()), keywords(code), ["Translators:"])
        for _, words, comments, context in said:
            place = (path.relative_to(ROOT).as_posix(), 1)
            found.add(words, locations=[place], auto_comments=comments, context=context)
    return found


def keywords(code: str) -> dict[str, Spec | None]:
    """Django's functions by the names under which a file calls them."""
    renamed = re.findall(r"\b(\w+) as (\w+)", code)
    return KEYWORDS | {new: KEYWORDS[name] for name, new in renamed if name in KEYWORDS}


def calls(template: str) -> str:
    """Read a page as calls of gettext; what is not marked is blanked out."""
    # Python takes a line's beginning for the depth of its block; there are no blocks here.
    return "\n".join(line.lstrip() for line in templatize(template).splitlines())


def unmarked() -> Iterator[str]:
    """Words that stand on a page as they are, whatever the reader's language."""
    for path in template_files():
        reader, inside = Bare(), ""
        for token in Lexer(path.read_text()).tokenize() if path.suffix == ".html" else []:
            tag = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
            if tag in {"comment", "blocktranslate"}:
                inside = tag
            elif tag == f"end{inside}":
                inside = ""
            elif token.token_type == TokenType.TEXT and not inside:
                reader.feed(token.contents)
        for words in reader.found:
            yield f"{path.relative_to(ROOT)}: not marked for translation: {words!r}"


def swallowed() -> Iterator[str]:
    """Words that are marked inside an f-string, which is one string to whoever gathers them."""
    for path in python_files():
        for line in lines_that_swallow(path.read_text()):
            yield f"{path.relative_to(ROOT)}:{line}: marked inside an f-string, and never found"


def lines_that_swallow(code: str) -> list[int]:
    """The lines of code on which words are marked inside an f-string."""
    marks = keywords(code)
    return [
        node.lineno
        for string in ast.walk(ast.parse(code))
        if isinstance(string, ast.JoinedStr)
        for node in ast.walk(string)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in marks
    ]


class Bare(HTMLParser):
    """Gathers the words of a page that a person reads or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read what an element says by its attributes."""
        self.hidden = tag in AS_WRITTEN
        for name, value in attrs:
            if name in READ_ALOUD:
                self.handle_data(value or "")

    def handle_endtag(self, tag: str) -> None:
        """What follows is read again."""
        self.hidden = self.hidden and tag not in AS_WRITTEN

    def handle_data(self, data: str) -> None:
        """Read a text."""
        words = data.strip(" \n·")
        if not self.hidden and words != "Storno" and re.search(r"[^\W\d_]{2}", words):
            self.found.append(words)


def tracked() -> Iterator[str]:
    """Compiled catalogues in the history; they are made from the text where they are needed."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "*.mo"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for name in listed.stdout.splitlines():
            yield f"{name}: compiled catalogues are not kept in git"


def wrong(catalog: Catalog, template: Catalog, language: str) -> Iterator[str]:
    """What a reader of the language would stumble over."""
    said = {key(message) for message in messages(template)}
    known = {key(message) for message in messages(catalog)}
    yield from (f"{language}: missing: {words}" for words, _ in sorted(said - known))
    yield from (f"{language}: not used: {words}" for words, _ in sorted(known - said))
    yield from (f"{language}: not used: {words}" for words in catalog.obsolete)
    for message, errors in catalog.check():  # what whoever compiles it would say
        yield from (f"{language}: {error}: {message.id}" for error in errors)
    for message in messages(catalog):
        if message.fuzzy or not translated(message):
            yield f"{language}: to translate: {message.id}"
        elif len(forms(message.id)) != len(forms(message.string)):
            yield f"{language}: plural forms differ: {message.id}"
        else:
            for english, ours in zip(forms(message.id), forms(message.string), strict=True):
                if placeholders(english) != placeholders(ours):
                    yield f"{language}: placeholders differ: {english!r}, {ours!r}"


def placeholders(words: str) -> list[str]:
    """What is filled in, however often and in whatever order."""
    return sorted(set(PLACEHOLDER.findall(words)))


def forms(words: Any) -> tuple[str, ...]:
    """A string, or its singular and plural."""
    return (words,) if isinstance(words, str) else tuple(words or [""])


def translated(message: Message) -> bool:
    """Whether every form has words."""
    return all(form.strip() for form in forms(message.string))


def messages(catalog: Catalog) -> list[Message]:
    """All but the header."""
    return [message for message in catalog if message.id]


def key(message: Message) -> tuple[str, str]:
    """What tells one string from another: its (singular) words and its context."""
    return forms(message.id)[0], message.context or ""


def read(language: str) -> Catalog:
    """The catalogue as it stands."""
    with catalogue(language).open("rb") as file:
        return read_po(file, locale=language)


def write(catalog: Catalog, language: str) -> None:
    """Write the text, in the order of the code and without dates, and compile it."""
    text = BytesIO()
    write_po(text, catalog, width=100, omit_header=True, ignore_obsolete=True, include_lineno=False)
    header = HEADER.format(language=language, plurals=PLURALS)
    catalogue(language).write_text(header + text.getvalue().decode().strip() + "\n")
    with catalogue(language).with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read(language))


def catalogue(language: str) -> Path:
    """Where Django looks for the language."""
    return ROOT / "storno" / "locale" / language / "LC_MESSAGES" / "django.po"


def python_files() -> list[Path]:
    """The program, without the tables' migrations."""
    files = (ROOT / "storno").rglob("*.py")
    return sorted(path for path in files if "migrations" not in path.parts)


def template_files() -> list[Path]:
    """Pages and letters."""
    files = (ROOT / "storno").rglob("templates/**/*")
    return sorted(path for path in files if path.suffix in {".html", ".txt"})


if __name__ == "__main__":
    main()
