"""`storno reference`: payment references of a base, with their check digits."""

import json
from collections.abc import Callable
from functools import partial

import click

from storno.cli.verb import Unreadable, Verb, Verbs
from storno.references.creditor import creditor_reference
from storno.references.finnish import BadReference, finnish_reference
from storno.references.kid import KidAlgorithm, kid_of


@click.group(cls=Verbs)
def command() -> None:
    """Payment references with their check digits; nothing is kept, and nothing else is printed."""


def _add(name: str, written: Callable[[str], str], what: str) -> None:
    """Add the verb of one kind of reference."""

    @command.command(name, cls=Verb, help=what)
    @click.argument("base")
    @click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
    def verb(base: str, as_json: bool) -> None:
        try:
            reference = written(base)
        except BadReference as bad:
            raise Unreadable(bad) from None
        click.echo(json.dumps({"reference": reference}) if as_json else reference)


_add("fi", finnish_reference, "Print the Finnish reference of 3 to 19 digits.")
_add("rf", creditor_reference, "Print the RF (ISO 11649) that carries a national reference.")
_add("kid10", partial(kid_of, algorithm=KidAlgorithm.MOD10), "Print the KID of digits by MOD10.")
_add("kid11", partial(kid_of, algorithm=KidAlgorithm.MOD11), "Print the KID of digits by MOD11.")
