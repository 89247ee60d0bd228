"""Whether Storno lives, and whether it can work: for whoever keeps it running."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from storno.api.errors import failure, problem
from storno.organizations.fences import breaches


@csrf_exempt
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@csrf_exempt
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database can be reached, is of this version and lets us do our part (200), or not (503).

    What is granted beyond that part makes it as unfit: what is written once must stay so.
    """
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        broken = [] if pending else breaches(connection)
    except DatabaseError:
        return failure(503)
    if pending:
        return problem(503, "not_migrated", _("The database is not of this version: migrate it."))
    if broken:
        return problem(503, "wrong_rights", _("The database's rights are not ours: migrate it."))
    return JsonResponse({"status": "ready"})
