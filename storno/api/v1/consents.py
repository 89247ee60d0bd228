"""Consents: what clients are asked to agree to, and what each answered."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, nothing, reading, reading_by_role
from storno.api.bearer import Caller, Request
from storno.api.values import Asked as AskedFor
from storno.api.values import Body, Chosen, Day, Id, Shown, ShownMoment, Text, moment_text
from storno.clients.consents import (
    AnswerInput,
    Asked,
    TemplateInput,
    amend_template,
    answers_of,
    archive_template,
    asked_by,
    create_template,
    note_consent,
    present_text,
    restore_template,
    template_with,
    templates_of,
)
from storno.clients.looks import own_client_looked_at
from storno.clients.models import Answer, AnsweredBy, Consent, ConsentTemplate, ConsentText
from storno.organizations.queries import circumstances
from storno.organizations.roles import Deed

router = Router(tags=["consents"])
clients = Router(tags=["clients"])


class TemplateFields(Body):
    """What clients are asked to agree to; `months` null: without end."""

    name: Text = ""
    statement: Text = ""
    required: bool = False
    months: int | None = None

    def put_into(self, said: TemplateInput) -> TemplateInput:
        """A template with the fields that were sent."""
        changes: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        return replace(said, **changes)


class TemplateIn(TemplateFields):
    """A further consent to ask for."""

    name: Text
    statement: Text


class TemplatePatch(TemplateFields):
    """What shall be other than it is."""


class TemplateShown(Shown):
    """What clients are asked to agree to. A changed statement is a new `version`."""

    id: UUID
    name: str
    statement: str
    version: int
    required: bool
    months: int | None
    archived: bool


class Templates(Shown):
    """The consents that are asked for, or those in the archive, by name."""

    items: list[TemplateShown]


class TemplatesAsked(AskedFor):
    """Which templates to list."""

    archived: bool = False


class AnswerIn(Body):
    """What a client answered to the present text; `on` is today where it is left out."""

    template: Id
    answer: Chosen[Answer]
    how: Chosen[AnsweredBy]
    on: Day | None = None

    def entered(self) -> AnswerInput:
        """The answer as the room takes it."""
        return AnswerInput(self.answer, self.how, self.on)


class ConsentShown(Shown):
    """What a client answered, and to which version; `noted_by` is a person's id."""

    id: UUID
    template: UUID
    version: int
    answer: Answer
    how: AnsweredBy
    on: date
    noted_by: UUID | None
    noted_at: ShownMoment


class StandingConsent(Shown):
    """How one consent stands: `wanting` says what is missing, in the language of the request."""

    template: TemplateShown
    last: ConsentShown | None
    holds_until: date | None
    wanting: str
    warns: bool


class ClientConsents(Shown):
    """A client's consents as they stand, and all answers, the last first."""

    items: list[StandingConsent]
    answers: list[ConsentShown]


def _show_text(text: ConsentText) -> TemplateShown:
    template = text.template
    return TemplateShown(
        id=template.id,
        name=template.name,
        statement=text.statement,
        version=text.version,
        required=template.required,
        months=template.months,
        archived=template.archived_at is not None,
    )


def _show_consent(consent: Consent) -> ConsentShown:
    return ConsentShown(
        id=consent.id,
        template=consent.text.template_id,
        version=consent.text.version,
        answer=Answer(consent.answer),
        how=AnsweredBy(consent.how),
        on=consent.on,
        noted_by=consent.noted_by,
        noted_at=moment_text(consent.noted_at),
    )


def _show_asked(asked: Asked) -> StandingConsent:
    return StandingConsent(
        template=_show_text(asked.text),
        last=_show_consent(asked.consent) if asked.consent else None,
        holds_until=asked.holds_until,
        wanting=str(asked.wanting),
        warns=asked.warns,
    )


def _created(_caller: Caller, template: ConsentTemplate) -> Told:
    return Told(201, _show_text(present_text(template)))


def _saved(_caller: Caller, template: ConsentTemplate) -> Told:
    return Told(200, _show_text(present_text(template)))


def _noted(_caller: Caller, consent: Consent) -> Told:
    return Told(201, _show_consent(consent))


@router.get("", response=Templates)
@reading
def list_consent_templates(request: Request, asked: Query[TemplatesAsked]) -> Templates:
    """What clients are asked to agree to."""
    mine = request.auth.who.organization_id
    texts = templates_of(mine, archived=asked.archived)
    return Templates(items=[_show_text(text) for text in texts])


@router.post("", response={201: TemplateShown})
@doing(_created)
def post_consent_template(request: Request, body: TemplateIn) -> ConsentTemplate:
    """Ask clients for a further consent."""
    entered = body.put_into(TemplateInput(name=body.name, statement=body.statement))
    return create_template(entered, who=request.auth.who, at=request.auth.at)


@router.get("/{template_id}", response=TemplateShown)
@reading
def get_consent_template(request: Request, template_id: Id) -> TemplateShown:
    """A consent that is asked for."""
    mine = request.auth.who.organization_id
    return _show_text(present_text(template_with(template_id, organization_id=mine)))


@router.patch("/{template_id}", response=TemplateShown)
@doing(_saved)
def patch_consent_template(
    request: Request, template_id: Id, body: TemplatePatch
) -> ConsentTemplate:
    """Change the fields that are sent. Answers stay with the text to which they were given."""
    return amend_template(template_id, body.put_into, who=request.auth.who, at=request.auth.at)


@router.post("/{template_id}/archival", response={204: None})
@doing(nothing)
def post_consent_archival(request: Request, template_id: Id) -> None:
    """Ask for it no more; what was answered stays."""
    archive_template(template_id, who=request.auth.who, at=request.auth.at)


@router.delete("/{template_id}/archival", response={204: None})
@doing(nothing)
def remove_consent_archival(request: Request, template_id: Id) -> None:
    """Ask for it again."""
    restore_template(template_id, who=request.auth.who, at=request.auth.at)


@clients.get("/{client_id}/consents", response=ClientConsents)
@reading_by_role
def list_consents(request: Request, client_id: Id) -> ClientConsents:
    """How the consents of a client stand, and all that it answered; not for office and readers."""
    who = request.auth.who
    who.must(Deed.KEEP_CONSENTS)
    mine = who.organization_id
    client = own_client_looked_at(client_id, who=who, at=request.auth.at)
    today = circumstances(mine, request.auth.at).today
    answers = answers_of(client.id, organization_id=mine)
    return ClientConsents(
        items=[_show_asked(each) for each in asked_by(answers, today, organization_id=mine)],
        answers=[_show_consent(each) for each in answers],
    )


@clients.post("/{client_id}/consents", response={201: ConsentShown})
@doing(_noted)
def post_consent(request: Request, client_id: Id, body: AnswerIn) -> Consent:
    """Note what a client answered."""
    return note_consent(
        client_id, body.template, body.entered(), who=request.auth.who, at=request.auth.at
    )
