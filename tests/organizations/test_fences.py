"""Whatever of the fences does not stand is named, and nothing where all of them do."""

import pytest
from django.db import connection

from storno.cli.connect import owner
from storno.organizations.fences import breaches
from storno.organizations.rights import CURRENT_ORGANIZATION


@pytest.mark.parametrize(
    ("bend", "unbend", "said"),
    [
        (
            "REVOKE SELECT ON clients_client FROM {role}",
            "GRANT SELECT ON clients_client TO {role}",
            "SELECT on clients_client is missing",
        ),
        (
            "GRANT DELETE ON ledger_transfer TO {role}",
            "REVOKE DELETE ON ledger_transfer FROM {role}",
            "DELETE on ledger_transfer is too much",
        ),
        (
            "GRANT UPDATE (kind) ON history_event TO PUBLIC",
            "REVOKE UPDATE (kind) ON history_event FROM PUBLIC",
            "UPDATE on history_event is too much",
        ),
        (
            "GRANT TRUNCATE ON people_person TO {role}",
            "REVOKE TRUNCATE ON people_person FROM {role}",
            "TRUNCATE on people_person is too much",
        ),
        (
            "ALTER TABLE clients_client DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE clients_client ENABLE ROW LEVEL SECURITY",
            "the policy of clients_client is not the one",
        ),
        (
            "CREATE POLICY all_rows ON clients_client USING (true)",
            "DROP POLICY all_rows ON clients_client",
            "the policy of clients_client is not the one",
        ),
        (
            "REVOKE EXECUTE ON FUNCTION erase_document FROM {role}",
            "GRANT EXECUTE ON FUNCTION erase_document TO {role}",
            "EXECUTE on erase_document is missing",
        ),
        (
            "CREATE VIEW everybody AS TABLE clients_client; GRANT SELECT ON everybody TO {role}",
            "DROP VIEW everybody",
            "the view everybody may be read",
        ),
        (
            CURRENT_ORGANIZATION.replace("RETURN organization", "RETURN gen_random_uuid()"),
            CURRENT_ORGANIZATION,
            "the function current_organization is not the one",
        ),
    ],
)
def test_what_does_not_stand_is_named(bend: str, unbend: str, said: str) -> None:
    role = connection.settings_dict["USER"]
    with owner().cursor() as cursor:
        cursor.execute(bend.format(role=role))
        try:
            assert breaches(connection) == [said]
        finally:
            cursor.execute(unbend.replace("{role}", role))
    assert breaches(connection) == []
