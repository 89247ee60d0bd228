"""Importing clients through the API."""

from storno.clients.models import Client
from tests.api.caller import Caller
from tests.web.cast import count_of
from tests.world import World

CSV = "name,email,colour\nAnna,anna@example.com,red\nBert,x@\nDaisy,daisy@example.com\n"


def test_a_file_is_tried_taken_in_once_and_undone(alice: Caller, world: World) -> None:
    path = "/clients/import"
    tried = alice.post(f"{path}?dry_run=true", CSV, Content_Type="text/csv")
    assert tried.status == 200
    assert tried.body["id"] is None
    counts = {"make": 1, "update": 0, "there": 1, "wrong": 1}
    assert tried.body == tried.body | counts | {
        "columns": ["name", "email", ""],
        "left_out": ["colour"],
        "dry_run": True,
    }
    assert [row["fate"] for row in tried.body["rows"]] == ["make", "wrong", "there"]
    assert tried.body["rows"][1]["errors"][0] == {
        "field": "email",
        "code": "not_an_email",
        "message": "Enter an e-mail address like anna@example.com.",
    }
    assert tried.body["rows"][2]["client"] == str(world.daisy.id)
    assert count_of(Client, world) == 1
    key = {"Content_Type": "text/csv", "Idempotency_Key": "import-1"}
    done = [alice.post(path, CSV, **key) for _twice in range(2)]
    assert [each.body["make"] for each in done] == [1, 1]
    assert alice.post(path, CSV + "Eve,\n", **key).fields == {
        "Idempotency-Key": "key_used_for_another_request"
    }
    assert count_of(Client, world) == 2
    assert alice.delete(f"/clients/imports/{done[0].body['id']}").status == 204
    assert count_of(Client, world) == 1
    assert alice.post(f"{path}?columns=,colour,", CSV, Content_Type="text/csv").fields == {
        "columns": "unknown_column"
    }
