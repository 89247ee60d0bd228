"""How far a long work is, said on standard error."""

import time

import click

SECONDS = 1


class Progress:
    """Says a form of words with what is done so far, at most once a second."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._said_at = time.monotonic()

    def __call__(self, done: int) -> None:
        """Hear how much is done."""
        now = time.monotonic()
        if now - self._said_at >= SECONDS:
            self._said_at = now
            click.echo(self._form.format(done), err=True)
