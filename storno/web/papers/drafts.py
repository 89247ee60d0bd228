"""Writing drafts: the editor, and the totals in it while one types."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.core.refusals import Absent, Invalid
from storno.corrections.redraft import save_deleted_draft
from storno.diary.amend import change_draft
from storno.documents.draft import HasDeparted, StaleDraft, create_draft
from storno.documents.models import Draft
from storno.documents.payer import note_look_at
from storno.documents.queries import draft as draft_with
from storno.organizations.once import AnsweredBefore
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.once import once
from storno.web.papers.editor import Editor, changes_only, editor_of, new_editor, read_editor
from storno.web.papers.gone import Gone, draft_page, gone_draft
from storno.web.papers.new_client import enter_client, kept_draft
from storno.web.papers.reckoned import reckon
from storno.web.papers.shown_editor import asked_recipient, shown_editor
from storno.web.papers.version import version_shown
from storno.web.show import show


@require_http_methods(["GET", "POST"])
@member_page
def draft_new(request: HttpRequest, here: Here) -> HttpResponse:
    """Write a new draft and save it."""
    here.who.must(Deed.WRITE_DRAFTS)
    if "new_client" in request.POST:
        return enter_client(request, here)
    with here.reading():
        now = here.now
        sent = request.POST or kept_draft(request)
        if sent:
            editor = read_editor(sent, now, here)
        else:
            editor = new_editor(now, asked_recipient(request.GET, here))
    if request.method == "GET" or changes_only(request.POST) or not editor.is_valid():
        return _show(request, here, editor, None)
    try:
        draft = _make(request, here, editor)
    except AnsweredBefore as before:
        return go(request, here.url("draft", UUID(before.answer.body)))
    except Invalid as wrong:
        editor.take(wrong)
        return _show(request, here, editor, None)
    return go(request, here.url("draft", draft.id))


def _make(request: HttpRequest, here: Here, editor: Editor) -> Draft:
    """Save a new draft, or one in place of another that was deleted while it was written."""
    who, entered = once(request, here), editor.entered()
    if editor.instead_of is None:
        return create_draft(entered, who=who, at=here.at)
    return save_deleted_draft(editor.instead_of, entered, who=who, at=here.at)


@require_http_methods(["GET", "POST"])
@member_page
@draft_page
def draft_edit(request: HttpRequest, here: Here, draft_id: UUID) -> HttpResponse:
    """Change a draft; on hold, saving starts the hold anew."""
    here.who.must(Deed.WRITE_DRAFTS)
    if "new_client" in request.POST:
        return enter_client(request, here)
    sent = request.POST or kept_draft(request)
    try:
        return _edit(request, here, draft_id, sent)
    except (Absent, HasDeparted) as why:
        if not sent:
            raise
        editor, gone = _gone(here, draft_id, sent, why)
        return _show(request, here, editor, None, refused=gone.status, gone=gone)


def _edit(request: HttpRequest, here: Here, draft_id: UUID, sent: QueryDict | None) -> HttpResponse:
    with here.reading():
        now = here.now
        draft = draft_with(draft_id, here.organization.id)
        note_look_at(draft, who=here.who, at=here.at)
        editor = read_editor(sent, now, here) if sent else editor_of(draft, now)
    if request.method == "GET" or changes_only(request.POST) or not editor.is_valid():
        return _show(request, here, editor, draft_id)
    return _save(request, here, editor, draft_id)


def _save(request: HttpRequest, here: Here, editor: Editor, draft_id: UUID) -> HttpResponse:
    version = version_shown(request.POST)
    try:
        change_draft(draft_id, editor.entered(), version=version, who=here.who, at=here.at)
    except Invalid as wrong:
        editor.take(wrong)
        return _show(request, here, editor, draft_id)
    except StaleDraft:
        return _show_stale(request, here, editor, draft_id)
    messages.success(request, _("The draft is saved."))
    return go(request, here.url("draft", draft_id))


def _show_stale(request: HttpRequest, here: Here, editor: Editor, draft_id: UUID) -> HttpResponse:
    """What was typed, beside the way to what was saved meanwhile; saving again replaces that."""
    with here.reading():
        editor.version = str(draft_with(draft_id, here.organization.id).version)
    url = here.url("draft", draft_id)
    return _show(request, here, editor, draft_id, refused=409, stale=True, saved_url=url)


def _gone(
    here: Here, draft_id: UUID, sent: QueryDict, why: Absent | HasDeparted
) -> tuple[Editor, Gone]:
    """What was typed in a draft that is none any more: saving makes a new one of it."""
    with here.reading():
        gone = gone_draft(draft_id, here, why)
        if gone is None:
            raise why
        editor = read_editor(sent, here.now, here)
    editor.instead_of = draft_id
    return editor, gone


def _show(
    request: HttpRequest,
    here: Here,
    editor: Editor,
    draft_id: UUID | None,
    *,
    refused: int = 422,
    **more: Any,
) -> HttpResponse:
    """The editor as it stands; `refused` is the status where it was sent to be saved."""
    sent = request.method == "POST" and not changes_only(request.POST)
    status = refused if sent else 200
    only_totals = "reckon" in request.POST and getattr(request, "htmx", False)
    with here.reading():
        if only_totals:
            now = here.now
            totals = reckon(editor.lines, now, editor.texts())
            return show(request, here, "papers/_totals.html", totals=totals, alone=True)
        shown = shown_editor(editor, draft_id, here)
        if draft_id is not None:
            draft = draft_with(draft_id, here.organization.id)
            more["on_hold"] = draft.goes_at is not None
            more["external"] = draft.external_at is not None
        return show(request, here, "papers/editor.html", status=status, **shown, **more)
