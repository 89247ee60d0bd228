"""`storno verify`: prove that nothing that was written once has been changed."""

import gc
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

import click

from storno.cli.connect import owner, with_database
from storno.cli.look import find_organization
from storno.cli.migrate import pending
from storno.cli.progress import Progress
from storno.cli.verb import Unfit, Verb
from storno.organizations.models import Organization, OrganizationKind
from storno.reports.verify.custody import prove_client_money
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove, snapshot
from storno.reports.verify.violation import Violation


@click.command(cls=Verb)
@click.option("--organization", "slug", help="Only this one, by its short name.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@with_database
def command(slug: str | None, as_json: bool) -> None:
    """Derive everything again that was written once, and name whatever is not as it must be.

    Seals and chains, numbers, tax, credits, postings, standings, deliveries and files. Needs the
    owner of the database; changes nothing; others may work meanwhile. Exit code 1 if there is a
    violation.
    """
    if missing := pending(owner()):
        raise Unfit(f"The database lacks {len(missing)} migrations: run `storno migrate` first.")
    outcome = verify([find_organization(slug)] if slug else everyone(), aloud=not as_json)
    click.echo(json.dumps(outcome.as_dict()) if as_json else outcome.in_words())
    sys.exit(1 if outcome.violations else 0)


@dataclass
class Outcome:
    """What was gone through, and the violations with the organization of each."""

    organizations: int = 0
    documents: int = 0
    erased: int = 0
    violations: list[tuple[str, Violation]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The outcome as JSON knows it."""
        return {
            "organizations": self.organizations,
            "documents": self.documents,
            "erased": self.erased,
            "violations": [
                {
                    "code": found.code,
                    "organization": slug,
                    "subject": str(found.subject_id),
                    "message": found.sentence,
                }
                for slug, found in self.violations
            ],
        }

    def in_words(self) -> str:
        """The outcome in one line."""
        erased = f" ({self.erased} erased lawfully)" if self.erased else ""
        return (
            f"Documents: {self.documents}{erased}, organizations: {self.organizations}. "
            f"Violations: {len(self.violations) or 'none'}."
        )


def everyone() -> Iterable[Organization]:
    """All organizations of the installation, by slug."""
    return Organization.objects.using("owner").order_by("slug")


def verify(organizations: Iterable[Organization], *, aloud: bool) -> Outcome:
    """Verify organizations one after the other; `aloud`, each violation is printed when found."""
    outcome = Outcome()
    gc.set_threshold(100_000)  # rows come and go by the thousand and hold one another in no circle
    for organization in organizations:
        with snapshot("owner"):
            books = open_books(organization.id, database="owner")
            progress = Progress(f"{organization.slug}: {{}} documents verified")
            keeps = organization.kind == OrganizationKind.OPERATOR
            of_all = prove_client_money("owner") if keeps else ()
            for violation in chain(prove(books, progress), of_all):
                outcome.violations.append((organization.slug, violation))
                if aloud:
                    click.echo(
                        f"{organization.slug} {violation.code} {violation.subject_id}: "
                        f"{violation.sentence}"
                    )
        outcome.organizations += 1
        outcome.documents += books.documents
        outcome.erased += books.erased
    return outcome
