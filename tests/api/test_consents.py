"""Consents through the API."""

from tests.api.caller import Caller
from tests.world import World

TEMPLATE = {"name": "Sharing", "statement": "We may ask a colleague.", "required": True}


def test_a_consent_is_asked_for_answered_and_put_away(alice: Caller, world: World) -> None:
    made = alice.post("/consent-templates", TEMPLATE)
    assert made.status == 201
    template = made.body
    shown = TEMPLATE | {"version": 1, "months": None, "archived": False}
    assert template == shown | {"id": template["id"]}
    path = f"/clients/{world.daisy.id}/consents"
    (row,) = alice.get(path).body["items"]
    assert (row["last"], row["warns"]) == (None, True)
    answer = {"template": template["id"], "answer": "given", "how": "spoken", "on": "2026-06-16"}
    noted = alice.post(path, answer)
    assert noted.status == 201
    assert noted.body == noted.body | answer | {"version": 1, "noted_by": str(world.alice.id)}
    (row,) = alice.get(path).body["items"]
    assert (row["last"], row["warns"], row["wanting"]) == (noted.body, False, "")
    one = f"/consent-templates/{template['id']}"
    amended = alice.patch(one, {"statement": "We may ask two.", "months": 6})
    assert (amended.body["version"], amended.body["months"]) == (2, 6)
    assert alice.get(one).body == amended.body
    assert alice.post(f"{one}/archival").status == 204
    assert alice.get("/consent-templates").body == {"items": []}
    assert alice.post(path, answer).codes == ["consent_archived"]
    assert alice.delete(f"{one}/archival").status == 204
    assert alice.post(path, answer | {"answer": "perhaps"}).status == 422
    assert alice.patch(one, {"months": 10**12}).fields == {"months": "out_of_range"}
