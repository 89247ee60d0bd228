"""What sign-in letters say: each by the name under which allauth sends it.

No letter repeats what a stranger could have typed into a form, so nobody can send their own words
to somebody else's address through Storno.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Words

CODE_ENDS = _(
    "The code works for 15 minutes. If it was not you, do nothing: nothing happens without it."
)
NOT_YOU = _(
    "It was done with %(browser)s at the network address %(ip)s. If it was not you, choose a new "
    "password at once:"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in paragraphs; `%(…)s` stands for what the occasion brings."""

    subject: Words
    paragraphs: tuple[Words, ...]


def _notice(subject: Words, what: Words) -> Letter:
    """Word to the person that their account was changed, and what to do if it was not they."""
    return Letter(subject, (what, NOT_YOU, "%(reset_link)s"))


LETTERS = {
    "account/email/email_confirmation_signup": Letter(
        _("Confirm your e-mail address"),
        (
            _("Welcome to Storno. Enter this code in the window in which you signed up:"),
            "%(code)s",
            CODE_ENDS,
        ),
    ),
    "account/email/email_confirmation": Letter(
        _("Confirm your e-mail address"),
        (_("Enter this code in the window that asks for it:"), "%(code)s", CODE_ENDS),
    ),
    "account/email/account_already_exists": Letter(
        _("You already have an account"),
        (
            _(
                "Somebody, probably you, wanted to sign up with %(email)s. There is an account "
                "with this address already. Sign in here:"
            ),
            "%(sign_in_link)s",
            _("If you have forgotten the password, choose a new one here:"),
            "%(reset_link)s",
            _("If it was not you, do nothing: nothing has changed."),
        ),
    ),
    "account/email/unknown_account": Letter(
        _("There is no account with this address"),
        (
            _(
                "Somebody, probably you, wanted a new password for %(email)s, but no account has "
                "this address. Perhaps you signed up with another one. You can sign up here:"
            ),
            "%(sign_up_link)s",
            _("If it was not you, do nothing: nothing has changed."),
        ),
    ),
    "account/email/password_reset_key": Letter(
        _("Choose a new password"),
        (
            _("Somebody, probably you, asked for a new password for %(email)s. Choose it here:"),
            "%(password_reset_url)s",
            _(
                "The link works once, for 24 hours. If it was not you, do nothing: your password "
                "stays as it is."
            ),
        ),
    ),
    "account/email/password_reset": _notice(
        _("You have a new password"),
        _("A new password was chosen for %(email)s by the link in a letter."),
    ),
    "account/email/password_changed": _notice(
        _("Your password was changed"), _("The password of %(email)s was changed.")
    ),
    "account/email/password_set": _notice(
        _("You have a password now"), _("A password was chosen for %(email)s.")
    ),
    "account/email/email_changed": Letter(
        _("Your e-mail address was changed"),
        (
            _("You now sign in with %(to_email)s instead of %(from_email)s."),
            _(
                "It was done with %(browser)s at the network address %(ip)s. If it was not you, "
                "tell whoever runs your Storno at once."
            ),
        ),
    ),
    "mfa/email/totp_activated": _notice(
        _("An authenticator app was added"),
        _("Signing in as %(email)s now takes a code from an authenticator app as well."),
    ),
    "mfa/email/totp_deactivated": _notice(
        _("The authenticator app was removed"),
        _("Signing in as %(email)s no longer takes a code from an authenticator app."),
    ),
    "mfa/email/webauthn_added": _notice(
        _("A passkey was added"), _("A passkey for %(email)s was added.")
    ),
    "mfa/email/webauthn_removed": _notice(
        _("A passkey was removed"), _("A passkey for %(email)s was removed.")
    ),
    "mfa/email/recovery_codes_generated": _notice(
        _("You have recovery codes"),
        _("Recovery codes were made for %(email)s. Only these work from now on."),
    ),
}

SAID = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _(
        "Your new password holds from now on. Other devices are signed out."
    ),
    "account/messages/password_set.txt": _("You have a password now."),
    "account/messages/email_confirmed.txt": _("%(email)s is confirmed."),
    "account/messages/email_confirmation_failed.txt": _(
        "%(email)s belongs to another account. Choose another address."
    ),
    "mfa/messages/totp_activated.txt": _("Your authenticator app is in use."),
    "mfa/messages/totp_deactivated.txt": _("Your authenticator app is no longer asked for."),
    "mfa/messages/webauthn_added.txt": _("Your passkey is ready."),
    "mfa/messages/webauthn_removed.txt": _("The passkey no longer opens anything."),
    "mfa/messages/recovery_codes_generated.txt": _("You have recovery codes now. Only these work."),
    "usersessions/messages/sessions_logged_out.txt": _("All other devices are signed out."),
}
"""What a page says after a deed, by the name under which allauth says it; the rest stays unsaid."""
