"""Consents: what clients are asked to agree to, and what they answered.

A text that is changed is a new version; an answer stays with the text to which it was given. What
is missing warns wherever somebody deals with the client. It blocks nothing: to treat somebody may
be right all the same, and that is not for a program to decide.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Answer, AnsweredBy, Consent, ConsentTemplate, ConsentText
from storno.clients.save import lock_clients
from storno.core.entered import text_errors, tidy
from storno.core.refusals import Absent, FieldError, Invalid, Refused, Words, invalid
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor, Deed

LONGEST_STATEMENT = 5000
MOST_MONTHS = 240
MOST_TEMPLATES = 50


class TooManyTemplates(Refused):
    """There are more templates than anybody would read through with a client."""

    code = "too_many_consent_templates"
    message = _("There are 50 consents to ask for; more cannot be added.")
    remedy = _("Archive one that is no longer asked for, or change one.")


class TemplateIsArchived(Refused):
    """The consent is no longer asked for."""

    code = "consent_archived"
    message = _("This consent is archived and no longer asked for.")
    remedy = _("Restore it in the settings first.")


class NothingToWithdraw(Refused):
    """What was never given cannot be withdrawn."""

    code = "consent_not_given"
    message = _("This consent was not given, so it cannot be withdrawn.")
    remedy = _("Note that it was refused.")


@dataclass(frozen=True)
class ConsentTemplateSaved(Happening):
    """What clients are asked to agree to was entered or changed."""

    kind: ClassVar = "consent_template.saved"
    sentence: ClassVar = _("A consent to ask for was saved: version %(version)s.")
    version: int


@dataclass(frozen=True)
class ConsentTemplateArchived(Happening):
    """A consent is no longer asked for."""

    kind: ClassVar = "consent_template.archived"
    sentence: ClassVar = _("A consent to ask for was archived.")


@dataclass(frozen=True)
class ConsentTemplateRestored(Happening):
    """A consent is asked for again."""

    kind: ClassVar = "consent_template.restored"
    sentence: ClassVar = _("A consent to ask for was taken out of the archive.")


@dataclass(frozen=True)
class ConsentNoted(Happening):
    """What a client answered was noted."""

    kind: ClassVar = "consent.noted"
    sentence: ClassVar = _("An answer of %(number)s about a consent was noted.")
    number: int
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInput:
    """What clients are asked to agree to. `months`: how long it holds, None without end."""

    name: str
    statement: str
    required: bool = False
    months: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerInput:
    """What a client answered; `on` None is today, where the organization is."""

    answer: Answer
    how: AnsweredBy
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A consent as it stands with one client: the text as it is now, and the last answer."""

    text: ConsentText
    consent: Consent | None
    holds_until: date | None
    wanting: Words

    @property
    def warns(self) -> bool:
        """Whether it is required, asked for, and wanting."""
        template = self.text.template
        return bool(self.wanting) and template.required and template.archived_at is None


@deed
def create_template(entered: TemplateInput, *, who: Actor, at: datetime) -> ConsentTemplate:
    """Ask clients for a further consent. Raises Invalid, NotAllowed, TooManyTemplates."""
    who.must(Deed.CHANGE_SETTINGS)
    entered = _checked(entered)
    mine = ConsentTemplate.objects.filter(organization_id=who.organization_id)
    if mine.filter(archived_at=None).count() >= MOST_TEMPLATES:
        raise TooManyTemplates
    template = ConsentTemplate(organization_id=who.organization_id)
    return _write(template, entered, new_text=True, who=who, at=at)


@deed
def amend_template(
    template_id: UUID,
    amend: Callable[[TemplateInput], TemplateInput],
    *,
    who: Actor,
    at: datetime,
) -> ConsentTemplate:
    """Change what is asked for: `amend` gets what is said now and returns what shall be.

    Another statement is a new version of the text.

    Raises Absent, Invalid, NotAllowed.
    """
    who.must(Deed.CHANGE_SETTINGS)
    template = _lock_template(template_id, who)
    now = said_in(present_text(template))
    entered = _checked(amend(now))
    new_text = now.statement != entered.statement
    if new_text:
        template.version += 1
    return _write(template, entered, new_text=new_text, who=who, at=at)


def said_in(text: ConsentText) -> TemplateInput:
    """What a template says, in the form in which it is entered."""
    template = text.template
    return TemplateInput(
        name=template.name,
        statement=text.statement,
        required=template.required,
        months=template.months,
    )


@deed
def archive_template(template_id: UUID, *, who: Actor, at: datetime) -> None:
    """Ask for a consent no more; what was answered stays. Raises Absent, NotAllowed."""
    who.must(Deed.CHANGE_SETTINGS)
    template = _lock_template(template_id, who)
    if template.archived_at is None:
        template.archived_at = at
        template.save(force_update=True)
        record(ConsentTemplateArchived(), subject_id=template.id, who=who, at=at)


@deed
def restore_template(template_id: UUID, *, who: Actor, at: datetime) -> None:
    """Ask for an archived consent again. Raises Absent, NotAllowed."""
    who.must(Deed.CHANGE_SETTINGS)
    template = _lock_template(template_id, who)
    if template.archived_at is not None:
        template.archived_at = None
        template.save(force_update=True)
        record(ConsentTemplateRestored(), subject_id=template.id, who=who, at=at)


@deed
def note_consent(
    client_id: UUID, template_id: UUID, entered: AnswerInput, *, who: Actor, at: datetime
) -> Consent:
    """Note what a client answered to the text as it is now.

    Raises Absent, Invalid, NotAllowed, ClientIsForgotten, TemplateIsArchived, NothingToWithdraw.
    """
    who.must(Deed.KEEP_CONSENTS)
    mine = who.organization_id
    client = lock_clients([client_id], who=who)[client_id]
    template = template_with(template_id, organization_id=mine)
    today = day_of(seller_of(mine), at)
    on = entered.on or today
    if on > today:
        raise invalid("on", "in_the_future", _("This day has not come yet."))
    if on.year < 1900:
        raise invalid("on", "too_early", _("Check the year."))
    text = present_text(template)
    if entered.answer is Answer.WITHDRAWN:
        text = _given_text(client_id, template, mine)
    elif template.archived_at is not None:
        raise TemplateIsArchived
    consent = Consent(
        organization_id=mine,
        client=client,
        text=text,
        answer=entered.answer,
        on=on,
        how=entered.how,
        noted_by=who.person_id,
        noted_at=at,
    )
    consent.save(force_insert=True)
    noted = ConsentNoted(client.number, entered.answer.value)
    record(noted, subject_id=client.id, who=who, at=at)
    return consent


def templates_of(organization_id: UUID, *, archived: bool = False) -> list[ConsentText]:
    """The consents asked for, or those in the archive, by name; each as its present text."""
    texts = _present_texts(organization_id).filter(template__archived_at__isnull=not archived)
    return list(texts.order_by("template__name", "template_id"))


def keeps_consents(organization_id: UUID) -> bool:
    """Whether clients are asked for anything, or ever were."""
    return ConsentTemplate.objects.filter(organization_id=organization_id).exists()


def template_with(template_id: UUID, *, organization_id: UUID) -> ConsentTemplate:
    """The template with this id. Raises Absent."""
    found = ConsentTemplate.objects.filter(organization_id=organization_id, id=template_id).first()
    if found is None:
        raise Absent
    return found


def present_text(template: ConsentTemplate) -> ConsentText:
    """What a template says now."""
    text: ConsentText = _present_texts(template.organization_id).get(template_id=template.id)
    return text


def answers_of(client_id: UUID, *, organization_id: UUID) -> list[Consent]:
    """All that a client ever answered, the last first, each with its text and template."""
    mine = Consent.objects.filter(organization_id=organization_id, client_id=client_id)
    return list(mine.select_related("text__template").order_by("-on", "-id"))


def asked_of(client_id: UUID, today: date, *, organization_id: UUID) -> list[Asked]:
    """Each consent asked for as it stands with a client, and archived ones that it answered."""
    answers = answers_of(client_id, organization_id=organization_id)
    return asked_by(answers, today, organization_id=organization_id)


def asked_by(answers: Iterable[Consent], today: date, *, organization_id: UUID) -> list[Asked]:
    """The same, by all answers of a client, which the caller has already (`answers_of`)."""
    last: dict[UUID, Consent] = {}
    for consent in answers:
        last.setdefault(consent.text.template_id, consent)
    texts = _present_texts(organization_id).order_by("template__name", "template_id")
    return [
        _asked(text, last.get(text.template_id), today)
        for text in texts
        if text.template.archived_at is None or text.template_id in last
    ]


def wanting_of(client_id: UUID, today: date, *, organization_id: UUID) -> list[Asked]:
    """The required consents that a client has not given, or that hold no more."""
    texts = _present_texts(organization_id)
    if not texts.filter(template__required=True, template__archived_at=None).exists():
        return []
    asked = asked_of(client_id, today, organization_id=organization_id)
    return [each for each in asked if each.warns]


def _asked(text: ConsentText, consent: Consent | None, today: date) -> Asked:
    """What is to be said of one consent: until when it holds, and what is wanting."""
    if consent is None:
        return Asked(text, None, None, _("has not been asked for"))
    if consent.answer != Answer.GIVEN:
        refused = consent.answer == Answer.REFUSED
        return Asked(text, consent, None, _("was refused") if refused else _("was withdrawn"))
    months = text.template.months
    until = consent.on + relativedelta(months=months) if months else None
    wanting: Words = ""
    if until is not None and until < today:
        wanting = _("has run out")
    elif consent.text_id != text.id:
        wanting = _("was given to an earlier text")
    return Asked(text, consent, until, wanting)


def _present_texts(organization_id: UUID) -> QuerySet[ConsentText]:
    texts = ConsentText.objects.filter(
        organization_id=organization_id, version=F("template__version")
    )
    return texts.select_related("template")


def _given_text(client_id: UUID, template: ConsentTemplate, organization_id: UUID) -> ConsentText:
    """The text to which the client agreed last. Raises NothingToWithdraw."""
    for consent in answers_of(client_id, organization_id=organization_id):
        if consent.text.template_id == template.id:
            if consent.answer == Answer.GIVEN:
                text: ConsentText = consent.text
                return text
            break
    raise NothingToWithdraw


def _lock_template(template_id: UUID, who: Actor) -> ConsentTemplate:
    mine = ConsentTemplate.objects.filter(organization_id=who.organization_id, id=template_id)
    found = mine.select_for_update().first()
    if found is None:
        raise Absent
    return found


def _write(
    template: ConsentTemplate, entered: TemplateInput, *, new_text: bool, who: Actor, at: datetime
) -> ConsentTemplate:
    is_new = template._state.adding
    template.name, template.required = entered.name, entered.required
    template.months = entered.months
    template.save(force_insert=is_new, force_update=not is_new)
    if new_text:
        ConsentText.objects.create(
            organization_id=who.organization_id,
            template=template,
            version=template.version,
            statement=entered.statement,
            since=at,
        )
    saved = ConsentTemplateSaved(template.version)
    record(saved, subject_id=template.id, who=who, at=at)
    return template


def _checked(entered: TemplateInput) -> TemplateInput:
    """What was entered, tidied line by line. Raises Invalid."""
    statement = "\n".join(tidy(line) for line in entered.statement.splitlines()).strip()
    tidied = TemplateInput(
        name=tidy(entered.name),
        statement=statement,
        required=entered.required,
        months=entered.months,
    )
    if errors := list(_errors(tidied)):
        raise Invalid(errors)
    return tidied


def _errors(entered: TemplateInput) -> Iterator[FieldError]:
    yield from text_errors("name", entered.name, longest=100, required=True)
    longest = LONGEST_STATEMENT
    yield from text_errors("statement", entered.statement, longest=longest, required=True)
    if entered.months is not None and not 1 <= entered.months <= MOST_MONTHS:
        words = _("Between 1 and 240 months; left empty, it holds without end.")
        yield FieldError("months", "out_of_range", words)
