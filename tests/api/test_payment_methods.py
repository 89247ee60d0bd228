"""The list of payment methods through the API."""

from storno.organizations.scope import scope
from storno.payments.models import Payment
from tests.api.caller import Caller
from tests.world import World


def test_the_list_is_kept_as_a_whole(alice: Caller, world: World) -> None:
    usual = alice.get("/payment-methods").body["items"]
    assert usual[0] == {
        "code": "bank_transfer",
        "name": "",
        "label": "bank transfer",
        "kind": "bank_transfer",
        "offered": True,
    }
    kept = alice.call(
        "PUT",
        "/payment-methods",
        {"methods": [{"name": "Klarna", "kind": "other"}, {"code": "cash"}]},
    )
    assert kept.status == 200
    assert [each["code"] for each in kept.body["items"] if each["offered"]] == ["klarna", "cash"]
    assert alice.get("/payment-methods").body == kept.body
    wrong = alice.call("PUT", "/payment-methods", {"methods": [{"kind": "gold", "name": "x"}]})
    assert (wrong.status, wrong.fields) == (422, {"methods.0.kind": "unknown"})
    none = alice.call("PUT", "/payment-methods", {"methods": []})
    assert (none.status, none.fields) == (422, {"methods": "none_left"})
    with scope(world.id):
        assert not Payment.objects.filter(organization_id=world.id).exists()
