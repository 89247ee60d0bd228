"""`storno mailbox`: the sign-in letters of an installation without a mail server."""

import json
from dataclasses import asdict

import click

from storno.cli.verb import Verb
from storno.core.environment import environment
from storno.people.letters import kept_letters, letters_folder


@click.command(cls=Verb)
@click.option("--last", default=20, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print the letters as JSON.")
def command(last: int, as_json: bool) -> None:
    """Print sign-in letters (confirmation, password reset, invitation), newest first.

    They are kept only where no STORNO_SMTP_URL is set. Letters to customers are not among them:
    those stand on the mailbox page.
    """
    letters = kept_letters(letters_folder(environment().data))[:last]
    if as_json:
        click.echo(json.dumps([asdict(letter) for letter in letters], ensure_ascii=False))
        return
    for letter in letters:
        click.echo(f"{letter.sent_at}\nTo: {letter.to}\nSubject: {letter.subject}\n")
        click.echo(f"{letter.text}\n\n{'-' * 72}")
    if not letters and environment().smtp_url:
        click.echo("Sign-in letters go out by the server in STORNO_SMTP_URL; none are kept here.")
    elif not letters:
        click.echo("There are no sign-in letters yet.")
