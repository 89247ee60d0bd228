"""The forms of signing in: allauth's, in our words."""

import struct
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Invalid, Words
from storno.people.models import Person
from storno.people.profile import LONGEST_NAME, plain_name
from storno.people.second_step import demo_code

EMAIL = _("E-mail")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
PASSWORD_RULE = _("At least 10 characters, and nothing that is easy to guess.")
CODE_FROM_LETTER = _("The code from the letter")
CODE_FROM_APP = _("The 6 digits that the app shows")
KEY_NAME = _("What do you call it?")
KEY_NAME_LENGTH = 60

NO_PASSKEY = _("This passkey was not accepted. Try again, or choose another way.")
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""How the reading of a made-up answer fails, in JSON, CBOR (RFC 8949) or the key itself."""

_DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20"}


class OurWords:
    """Gives a form of allauth our labels, and takes the placeholders that repeat them."""

    labels: ClassVar[dict[str, Words]] = {}
    help_texts: ClassVar[dict[str, Words]] = {}
    attributes: ClassVar[dict[str, dict[str, str]]] = {}
    leave_out: ClassVar[tuple[str, ...]] = ()

    fields: dict[str, forms.Field]
    is_bound: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.leave_out:
            del self.fields[name]
        for name, field in self.fields.items():
            field.label = str(self.labels.get(name, field.label))
            field.help_text = str(self.help_texts.get(name, ""))
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs |= self.attributes.get(name, {})
            if self.is_bound:
                field.widget.attrs.pop("autofocus", None)


class SignIn(OurWords, account.LoginForm):
    labels: ClassVar = {"login": EMAIL, "password": PASSWORD}
    attributes: ClassVar = {"login": {"autocomplete": "username", "autofocus": ""}}


class PersonName(forms.CharField):
    """A person's name: it stands in letters to strangers, so it is one line that can be read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_NAME, **options)

    def clean(self, value: Any) -> str:
        """The name in its plain form. Raises ValidationError."""
        try:
            return plain_name(super().clean(value))
        except Invalid as wrong:
            raise forms.ValidationError([str(error.message) for error in wrong.errors]) from None


class SignUp(OurWords, account.SignupForm):
    name = PersonName(widget=forms.TextInput({"autocomplete": "name", "autofocus": ""}))
    field_order: ClassVar = ["name", "email", "password1"]
    labels: ClassVar = {"name": _("Your name"), "email": EMAIL, "password1": PASSWORD}
    help_texts: ClassVar = {"password1": PASSWORD_RULE}

    def try_save(self, request: HttpRequest) -> tuple[AbstractBaseUser | None, HttpResponse | None]:
        """Take as long for an address that is known, so that nobody learns it from the clock."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class Password(OurWords, account.ReauthenticateForm):
    labels: ClassVar = {"password": PASSWORD}
    attributes: ClassVar = {"password": {"autofocus": ""}}


class NewAddress(OurWords, account.AddEmailForm):
    labels: ClassVar = {"email": _("New e-mail address")}


class AddressCode(OurWords, account.ConfirmEmailVerificationCodeForm):
    labels: ClassVar = {"code": CODE_FROM_LETTER}
    attributes: ClassVar = {"code": {**_DIGITS, "autofocus": ""}}


class ChangePassword(OurWords, account.ChangePasswordForm):
    leave_out: ClassVar = ("password2",)
    labels: ClassVar = {"oldpassword": _("Current password"), "password1": NEW_PASSWORD}
    help_texts: ClassVar = {"password1": PASSWORD_RULE}


class SetPassword(OurWords, account.SetPasswordForm):
    leave_out: ClassVar = ("password2",)
    labels: ClassVar = {"password1": NEW_PASSWORD}
    help_texts: ClassVar = {"password1": PASSWORD_RULE}


class ForgottenPassword(OurWords, account.ResetPasswordForm):
    labels: ClassVar = {"email": EMAIL}
    attributes: ClassVar = {"email": {"autofocus": ""}}


class ResetPassword(OurWords, account.ResetPasswordKeyForm):
    leave_out: ClassVar = ("password2",)
    labels: ClassVar = {"password1": NEW_PASSWORD}
    help_texts: ClassVar = {"password1": PASSWORD_RULE}
    attributes: ClassVar = {"password1": {"autofocus": ""}}


class TellsDemoCode(OurWords):
    """Tells the code to who signs in as somebody of the demonstration, and so has no such app."""

    user: Person

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if code := demo_code(self.user):
            told = _(
                "The code of the demonstration is now %(code)s. It works once; half a minute later "
                "there is another one."
            )
            self.fields["code"].help_text = told % {"code": code}


class SecondStep(TellsDemoCode, second_step.AuthenticateForm):
    labels: ClassVar = {"code": _("Code")}
    help_texts: ClassVar = {"code": _("From your authenticator app, or a recovery code.")}
    attributes: ClassVar = {"code": {**_DIGITS, "autofocus": ""}}


class SecondStepAgain(TellsDemoCode, second_step.ReauthenticateForm):
    labels: ClassVar = SecondStep.labels
    help_texts: ClassVar = SecondStep.help_texts
    attributes: ClassVar = SecondStep.attributes


class AddApp(OurWords, totp.ActivateTOTPForm):
    labels: ClassVar = {"code": CODE_FROM_APP}
    attributes: ClassVar = {"code": _DIGITS}


class PasskeyAnswer(forms.JSONField):
    """What the browser says of a passkey (WebAuthn §5.1): good for one question, shown never."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> None:
        """An answer that was refused is not sent again."""


class ByPasskey(forms.Form):
    """A form that takes a browser's answer; anybody may send anything there."""

    credential = PasskeyAnswer()

    def full_clean(self) -> None:
        """Refuse in the same words what is wrong and what cannot even be read."""
        try:
            super().full_clean()
        except UNREADABLE:
            self.add_error("credential", NO_PASSKEY)
        else:
            if self.errors.pop("credential", None) or self.errors.pop(NON_FIELD_ERRORS, None):
                self.add_error("credential", NO_PASSKEY)


class SignInByPasskey(ByPasskey, passkeys.LoginWebAuthnForm):
    pass


class SecondStepByPasskey(ByPasskey, passkeys.AuthenticateWebAuthnForm):
    pass


class PasskeyAgain(ByPasskey, passkeys.ReauthenticateWebAuthnForm):
    pass


class AddPasskey(OurWords, ByPasskey, passkeys.AddWebAuthnForm):
    labels: ClassVar = {"name": KEY_NAME, "passwordless": _("Sign in with it alone")}
    help_texts: ClassVar = {
        "passwordless": _(
            "It then asks for your fingerprint, face or PIN. Untick it to use it only as a second "
            "step after the password."
        )
    }
    attributes: ClassVar = {"name": {"maxlength": str(KEY_NAME_LENGTH)}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        """Shorten what is too long: the browser has made the passkey already."""
        return str(super().clean_name())[:KEY_NAME_LENGTH]


class NamePasskey(OurWords, passkeys.EditWebAuthnForm):
    name = forms.CharField(max_length=KEY_NAME_LENGTH)
    labels: ClassVar = {"name": KEY_NAME}


class Profile(forms.Form):
    """What a person says about themselves."""

    name = PersonName(
        label=_("Your name"),
        help_text=_("Your colleagues see it in the history."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_(
            "Of the pages and of letters to you. Letters with your invoices have their own."
        ),
        choices=[
            (code, get_language_info(code)["name_local"].capitalize())
            for code, _name in settings.LANGUAGES
        ],
    )

    @classmethod
    def of(cls, person: Person) -> "Profile":
        """The form as it stands now."""
        return cls(initial={"name": person.name, "language": person.language})
