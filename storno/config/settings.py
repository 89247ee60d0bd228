"""Django's settings: one file, everything that varies comes from the environment."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from storno.config.databases import databases
from storno.config.mail import mail_sender, mail_server
from storno.core.environment import environment

env = environment()
site = urlsplit(env.url)

SECRET_KEY = env.secret_key
SECRET_KEY_FALLBACKS = list(env.old_secret_keys)
DEBUG = False
ALLOWED_HOSTS = [str(site.hostname), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{site.scheme}://{site.netloc}"]
SITE_URL = env.url.rstrip("/")
ON_LOOPBACK = site.hostname in {"localhost", "127.0.0.1", "::1"}
SMTP_URL = env.smtp_url
SMS = env.sms
STRIPE_URL = env.stripe_url
SCANNER = env.scanner
DATA = Path(env.data)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "storno.web",  # before allauth: its pages stand in our templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "storno.people",
    "storno.organizations",
    "storno.history",
    "storno.mailroom",
    "storno.archive",
    "storno.ledger",
    "storno.numbering",
    "storno.clients",
    "storno.catalogue",
    "storno.documents",
    "storno.online",
    "storno.notices",
    "storno.overdue",
    "storno.payments",
    "storno.bank",
    "storno.staff",
    "storno.support",
    "storno.diary",
    "storno.custody",
    "storno.payouts",
    "storno.cases",
    "storno.corrections",
    "storno.reports",
    "storno.sight",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "storno.api.fence.ApiFence",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "storno.web.sign_in.language.PersonLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "storno.web.refused.SayRefusal",
    "storno.web.sign_in.again.AskAgain",
]

ROOT_URLCONF = "storno.config.urls"
WSGI_APPLICATION = "storno.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = databases(env)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fi", _("Finnish")), ("nb", _("Norwegian"))]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
FORMAT_MODULE_PATH = "storno.config.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# The typeface of documents and pages comes from its package: /static/fonts/.
STATICFILES_DIRS = [("fonts", str(files("font_source_sans_pro") / "files"))]
# What draws the diary as a grid, fetched by bin/setup.py; where it is not, the diary is a list.
GRID = Path(__file__).parents[2] / "node_modules" / "@event-calendar" / "build" / "dist"
DIARY_GRID = GRID.is_dir()
if DIARY_GRID:
    STATICFILES_DIRS.append(("event-calendar", str(GRID)))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE = site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
# "__Host-" binds a cookie to this host; browsers share cookies between the ports of one machine.
SESSION_COOKIE_NAME = "__Host-storno-session" if SECURE else f"storno-session-{env.port}"
CSRF_FAILURE_VIEW = "storno.web.sign_in.old_form.old_form"
CSRF_COOKIE_NAME = "__Host-storno-csrf" if SECURE else f"storno-csrf-{env.port}"
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
# As many as the memory above holds of a draft's lines: they come back to be split.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 150_000

# --- Who signs in: django-allauth, its rate limits and its letters -------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["storno.web.sign_in.backend.SignIn"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "storno.people.passwords.UnlikeItsOwner",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "storno.people.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "storno.people.passwords.Uncommon"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "storno.web.sign_in.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=15).total_seconds())
ACCOUNT_FORMS = {
    "login": "storno.web.sign_in.forms.SignIn",
    "signup": "storno.web.sign_in.forms.SignUp",
    "reauthenticate": "storno.web.sign_in.forms.Password",
    "add_email": "storno.web.sign_in.forms.NewAddress",
    "confirm_email_verification_code": "storno.web.sign_in.forms.AddressCode",
    "change_password": "storno.web.sign_in.forms.ChangePassword",
    "set_password": "storno.web.sign_in.forms.SetPassword",
    "reset_password": "storno.web.sign_in.forms.ForgottenPassword",
    "reset_password_from_key": "storno.web.sign_in.forms.ResetPassword",
}
MFA_ADAPTER = "storno.web.sign_in.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Storno"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ON_LOOPBACK
MFA_FORMS = {
    "authenticate": "storno.web.sign_in.forms.SecondStep",
    "reauthenticate": "storno.web.sign_in.forms.SecondStepAgain",
    "activate_totp": "storno.web.sign_in.forms.AddApp",
    "login_webauthn": "storno.web.sign_in.forms.SignInByPasskey",
    "authenticate_webauthn": "storno.web.sign_in.forms.SecondStepByPasskey",
    "reauthenticate_webauthn": "storno.web.sign_in.forms.PasskeyAgain",
    "add_webauthn": "storno.web.sign_in.forms.AddPasskey",
    "edit_webauthn": "storno.web.sign_in.forms.NamePasskey",
}
# Behind https stands the proxy that ends it; what it adds to X-Forwarded-For is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0
# The rate limits of the sign-in count in the database, where every process sees the same counts.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_remembered",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

mail = mail_server(env.smtp_url)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail_sender(env.smtp_url, host=str(site.hostname))
if mail:
    EMAIL_HOST, EMAIL_PORT = mail.host, mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.user, mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = mail.starttls, mail.tls
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "storno.people.letters.KeptLetters"
