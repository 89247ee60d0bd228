"""How django-allauth behaves here: whom it lets in, what it says, and where its links lead."""

import logging
from typing import Any, ClassVar

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Words
from storno.core.seal import seal, unseal
from storno.people.introduce import prove_address
from storno.people.models import Person
from storno.people.queries import may_sign_in, person_with
from storno.web.sign_in.again import note_sign_in, recently_signed_in
from storno.web.sign_in.devices import device_name
from storno.web.sign_in.letters import LETTERS, SAID
from storno.web.sign_in.old_form import remember_pages

log = logging.getLogger(__name__)

EMAIL_LENGTH = 254
"""The longest address that mail can be sent to (RFC 5321 §4.5.3.1.3)."""

WAYS = {
    "reauthenticate": _("Use my password"),
    "mfa_reauthenticate": _("Use a code from my app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use my passkey"),
}


class Accounts(DefaultAccountAdapter):
    """Sign-up, sign-in, addresses and passwords."""

    error_messages: ClassVar[dict[str, Words]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "email_too_long": _("This address is too long. The longest has 254 characters."),
        "email_taken": _("This address belongs to another account."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Check it, or take a new one."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes."),
        "rate_limited": _("That was too often. Wait a moment."),
        "same_as_current": _("This is your address already."),
    }

    def is_safe_url(self, url: str | None) -> bool:
        """Lead on to this host only, whatever else is allowed as a host."""
        return url_has_allowed_host_and_scheme(
            url, {self.request.get_host()}, require_https=self.request.is_secure()
        )

    def is_reauthentication_required(self, *, app: str, **_rest: Any) -> bool:
        """Ask again after fifteen minutes, not right after signing in."""
        return not recently_signed_in(self.request)

    def clean_email(self, email: str) -> str:
        """Refuse what the column would cut off: another address than the one entered."""
        if len(email) > EMAIL_LENGTH:
            raise self.validation_error("email_too_long")
        return email

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """The address that an invitation has proved, where somebody signs up with this very one.

        allauth would else give the new account that address in place of the one entered.
        """
        proved = super().unstash_verified_email(request)
        entered = request.POST.get("email", "").strip().lower()
        return proved if proved == entered else None

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **rest: Any
    ) -> HttpResponse | None:
        """Turn away whom `may_sign_in` does not let in, whatever they proved."""
        if not (isinstance(user, Person) and may_sign_in(user)):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **rest)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session, under a new key; a code still awaited for a sign-up is forgotten."""
        request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
        super().login(request, user)
        note_sign_in(request)
        remember_pages(request)

    def set_password(self, user: Person, password: str) -> None:
        """Whoever chooses a password came by the link in a letter, or is signed in already.

        Either way they have the address, so it needs no other proof.
        """
        super().set_password(user, password)
        prove_address(user)

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """The ways to prove again who one is, each by its name here; the first is offered first."""
        return [
            way | {"description": WAYS[way["id"]]}
            for way in super().get_reauthentication_methods(user)
        ]

    def save_user(
        self, request: HttpRequest, user: Person, form: BaseForm, commit: bool = True
    ) -> Person:
        """Keep the name, and the language in which the person signed up."""
        user.name = form.cleaned_data["name"]
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        return super().save_user(request, user, form, commit=commit)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a new password, back to the account."""
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in a letter leads to `STORNO_URL`, never to what a request called its host."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', key)}"

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """A letter in the words of `letters.py`, as plain text."""
        letter = LETTERS[template_prefix]
        facts = {
            **{name: value for name, value in context.items() if isinstance(value, str)},
            "browser": device_name(context.get("user_agent", "")),
            "sign_in_link": settings.SITE_URL + reverse("account_login"),
            "sign_up_link": settings.SITE_URL + reverse("account_signup"),
            "reset_link": settings.SITE_URL + reverse("account_reset_password"),
        }
        paragraphs = [str(paragraph) % facts for paragraph in letter.paragraphs]
        body = "\n\n".join([*paragraphs, f"Storno\n{settings.SITE_URL}"]) + "\n"
        by_itself = {"Auto-Submitted": "auto-generated"}  # RFC 3834 §5: no holiday replies
        return EmailMessage(
            str(letter.subject), body, None, [email], headers=by_itself | (headers or {})
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of whoever has the address; say so if the letter cannot leave."""
        person = context.get("user") or person_with(email)
        language = person.language if person else translation.get_language()
        with translation.override(language):
            message = self.render_mail(template_prefix, email, {"email": email, **context})
        try:
            message.send()
        except OSError as failure:
            log.warning("sign-in letter not sent: %s", type(failure).__name__)
            page = render(self.request, "sign_in/letter_not_sent.html", status=503)
            raise ImmediateHttpResponse(page) from failure

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Word of what was changed; the change stands even where the letter cannot leave."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except ImmediateHttpResponse:
            log.warning("the change to the account stands without its letter")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: Words | None = None,
    ) -> None:
        """Say it in the words of `SAID`, or not at all."""
        words = message or SAID.get(message_template or "")
        if words:
            messages.add_message(request, level, str(words) % (message_context or {}), extra_tags)


class SecondFactors(DefaultMFAAdapter):
    """Authenticator apps, passkeys and recovery codes."""

    error_messages: ClassVar[dict[str, Words]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": Accounts.error_messages["incorrect_code"],
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The QR code as it may stand in a page that loads no images from elsewhere."""
        code = segno.make(url, error="m")
        return code.svg_inline(border=3, dark="#1a2130", light="#ffffff", omitsize=True)

    def generate_authenticator_name(
        self,
        user: AbstractBaseUser,
        type: Authenticator.Type,
    ) -> str:
        """A name to begin with: the device that is being used."""
        return device_name(self.request.META.get("HTTP_USER_AGENT", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What the browser shows as the place that a passkey opens (WebAuthn §5.4.2)."""
        return super().get_public_key_credential_rp_entity() | {"name": "Storno"}
