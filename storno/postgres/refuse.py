"""The family of reasons why Storno has no PostgreSQL to stand on; each stands by its verb."""


class PostgresRefused(Exception):
    """No usable database: `message` says what is wrong, `remedy` the way out, both in English.

    This is read by whoever installs Storno, before any language is known.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"
