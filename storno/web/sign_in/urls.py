"""Addresses of signing in, all under /account/."""

from allauth.urls import urlpatterns as allauth_urls
from django.urls import path
from django.views.generic import RedirectView

from storno.web.sign_in import views

# Where an address stands twice, ours comes first.
urlpatterns = [
    path("", views.account, name="account"),
    path("language/", views.language, name="set_language"),
    path("onward/<str:key>/", views.onward, name="account_onward"),
    path("login/", views.SignInPage.as_view(), name="account_login"),
    path("sessions/", views.Devices.as_view(), name="usersessions_list"),
    path("2fa/webauthn/login/", views.SignInWithPasskey.as_view(), name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        views.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/",
        RedirectView.as_view(pattern_name="mfa_index"),
        name="mfa_list_webauthn",
    ),
    *allauth_urls,
]
