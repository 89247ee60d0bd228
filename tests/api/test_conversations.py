"""Conversations by the API: asked, read page by page, marked as read, with files as they are."""

import base64

from storno.organizations.scope import scope
from storno.support.models import Message
from tests.api.caller import caller
from tests.world import found

PDF = b"%PDF-1.7 receipt"
LARGEST = b"%PDF-" + b"x" * 4_999_995
SENT = {"Content_Type": "application/pdf"}


def test_it_is_read_from_the_last_message_back_and_marked_as_far() -> None:
    alice = caller(found())
    asked = alice.post("/conversations", {"text": "One"})
    assert (asked.status, asked.body["unread"]) == (201, 0)
    path = f"/conversations/{asked.body['id']}"
    for text in ("Two", "Three"):
        assert alice.post(f"{path}/messages", {"text": text}).status == 201
    last = alice.get(f"{path}/messages?limit=2").body
    assert [each["text"] for each in last["items"]] == ["Three", "Two"]
    first = alice.get(last["next"].removeprefix("/api/v1")).body
    assert ([each["text"] for each in first["items"]], first["next"]) == (["One"], None)
    read = alice.post(f"{path}/reading", {"message": last["items"][0]["id"]})
    assert read.status == 204
    other = alice.post("/conversations", {"text": "Something else"}).body["id"]
    wrong = alice.post(f"/conversations/{other}/reading", {"message": last["items"][0]["id"]})
    assert (wrong.status, wrong.fields) == (422, {"message": "unknown_message"})


def test_files_of_5_mb_are_sent_as_they_are_and_handed_out_to_be_saved() -> None:
    world = found()
    alice = caller(world)
    path = f"/conversations/{alice.post('/conversations', {'text': 'Hi'}).body['id']}"
    sent = alice.post(f"{path}/files?name=Kuitti%20%C3%A4.html", LARGEST, **SENT)
    assert sent.status == 201
    (message, _hello) = alice.get(f"{path}/messages").body["items"]
    (file,) = message["files"]
    shown = (file["name"], file["media_type"], file["size"], message["text"])
    assert shown == ("Kuitti ä.html.pdf", "application/pdf", 5_000_000, "")
    answer = alice.get(f"{path}/files/{file['id']}")
    assert (answer.status, answer.raw == LARGEST) == (200, True)
    assert {name: answer.headers[name] for name in answer.headers if name in HEADERS} == HEADERS

    too_large = alice.post(f"{path}/files?name=a.pdf", LARGEST + b"x", **SENT)
    assert (too_large.status, too_large.body["code"]) == (413, "too_large")
    page = alice.post(f"{path}/files?name=a.pdf", b"<html>", **SENT)
    assert (page.status, page.codes) == (409, ["file_not_taken"])
    empty = alice.post(f"{path}/files?name=a.pdf", b"", **SENT)
    assert (empty.status, empty.codes) == (409, ["file_not_taken"])
    with scope(world.id):
        assert Message.objects.filter(organization_id=world.id).count() == 2


HEADERS = {
    "Content-Type": "application/pdf",
    "Content-Disposition": "attachment; filename*=utf-8''Kuitti%20%C3%A4.html.pdf",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def test_a_file_is_there_in_its_own_conversation_alone() -> None:
    alice = caller(found())
    content = base64.b64encode(PDF).decode()
    files = [{"name": "receipt.pdf", "content": content}]
    asked = alice.post("/conversations", {"text": "Here", "files": files}).body["id"]
    other = alice.post("/conversations", {"text": "Something else"}).body["id"]
    (message,) = alice.get(f"/conversations/{asked}/messages").body["items"]
    file = message["files"][0]["id"]
    assert alice.get(f"/conversations/{asked}/files/{file}").raw == PDF
    assert alice.get(f"/conversations/{other}/files/{file}").status == 404
    assert caller(found()).get(f"/conversations/{asked}/files/{file}").status == 404


def test_the_same_file_sent_twice_with_its_key_is_one_message() -> None:
    world = found()
    alice = caller(world)
    path = f"/conversations/{alice.post('/conversations', {'text': 'Hi'}).body['id']}/files"
    for _try in range(2):
        sent = alice.post(f"{path}?name=a.pdf", PDF, Idempotency_Key="k", **SENT)
        assert sent.status == 201
    with scope(world.id):
        assert Message.objects.filter(organization_id=world.id).count() == 2
