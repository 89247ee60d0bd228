"""The pages of signing in that allauth does not have, and those to which ours add something."""

from typing import Any

from allauth.account.stages import EmailVerificationStage, LoginStage
from allauth.account.views import LoginView
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from storno.core.clock import read_clock
from storno.demo.people import WHAT
from storno.organizations.queries import zone_of
from storno.people.introduce import DEMO_PASSWORD
from storno.people.models import Person
from storno.people.profile import change_profile, choose_language
from storno.people.queries import demo_people
from storno.web.parked import parked_form
from storno.web.say import say_moment
from storno.web.sign_in.again import recently_signed_in, sign_in_again
from storno.web.sign_in.devices import device_name
from storno.web.sign_in.forms import Profile

_PLACES = {email: place for place, email in enumerate(WHAT)}


class BesideCode:
    """Signing in stays open while the code from a letter is awaited.

    Who signs up with an address that has an account gets a letter without a code, and must find
    the way in; the same way is open to everybody, so that it tells nothing about an address.
    """

    extra_context: dict[str, Any] | None

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponseRedirect | None:
        if isinstance(stage, EmailVerificationStage):
            self.extra_context = {"awaits_code": True}
            return None
        way_on: HttpResponseRedirect | None = super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc]
        return way_on


class SignInPage(BesideCode, LoginView):
    """Signing in; on one's own machine the demo log-ins stand beneath."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.ON_LOOPBACK:
            people = [(each, WHAT.get(each.email, each.email)) for each in demo_people()]
            people.sort(key=lambda each: _PLACES.get(each[0].email, len(_PLACES)))
            context |= {"demo_people": people, "demo_password": DEMO_PASSWORD}
        return context


class SignInWithPasskey(BesideCode, LoginWebAuthnView):
    """Signing in by a passkey, from the same page."""


class PasskeyAgain(ReauthenticateWebAuthnView):
    """Proving who one is by a passkey; one that fails may be tried again, the way on is kept."""

    def form_invalid(self, form: Form) -> HttpResponse:
        for error in form.errors.get("credential", []):
            messages.error(self.request, str(error))
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))


class Devices(ListUserSessionsView):
    """Where the person is signed in, the newest first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        now, zone = read_clock(), zone_of(_person(self.request).id)
        context["in_utc"] = zone is None
        context["devices"] = [
            {
                "name": device_name(session.user_agent),
                "ip": session.ip,
                "since": say_moment(session.created_at, now, zone or "UTC").full,
                "is_here": session.is_current(),
            }
            for session in reversed(context["sessions"])
        ]
        return context


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """What the person says about themselves, and the ways to the rest of the account."""
    person = _person(request)
    form = Profile(request.POST) if request.method == "POST" else Profile.of(person)
    if form.is_valid():
        change_profile(person, **form.cleaned_data)
        translation.activate(person.language)
        messages.success(request, _("Your name and language are kept."))
        return redirect("account")
    return render(request, "sign_in/account.html", {"form": form})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language: to this browser, and to the person everywhere."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(_person(request), language=chosen)
    return set_language(request)


@login_required
@never_cache
@require_http_methods(["GET"])
def onward(request: HttpRequest, key: str) -> HttpResponse:
    """The form that was parked while the person proved who they are, ready to be sent on."""
    if not recently_signed_in(request):
        return sign_in_again(request)
    form = parked_form(request, key)
    if form is None or form["person"] not in ("", str(request.user.pk)):
        messages.warning(request, _("That form is no longer kept. Nothing was done."))
        return redirect("/")
    return render(request, "sign_in/onward.html", {"form": form})


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
