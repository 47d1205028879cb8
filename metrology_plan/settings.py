"""Settings: one file, everything from the environment, safe when nothing is set.

`make run` writes its answers to `.data/env`, which is read here when it exists, so that `manage.py`
works beside a running portal.
"""

from datetime import date
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from metrology_plan.api import configuration
from metrology_plan.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
if (DATA_DIR / "env").is_file():
    environ.Env.read_env(DATA_DIR / "env")  # the process environment wins


def switch(name: str, default: bool) -> bool:
    """On or off, empty means the default. Anything else stops the portal: PORTAL_TLS=ja must not switch it off."""
    text = env.str(name, default="").strip().lower() or str(default).lower()
    if text not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0.")
    return text in {"1", "true", "yes", "on"}


# ---- what this installation is ----
DEBUG = switch("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. `make run` makes one in .data/env; elsewhere set it in the environment."
    )
PORTAL_TLS = switch("PORTAL_TLS", default=True)  # False only for a portal on 127.0.0.1
PORTAL_DEMO = switch("PORTAL_DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many proxies add to X-Forwarded-For


def portal_date(text: str) -> date | None:
    """The fixed date of the portal's clock, or None for today. Raises ImproperlyConfigured."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ImproperlyConfigured("PORTAL_TODAY must look like 2023-06-15.") from error


PORTAL_TODAY = portal_date(env.str("PORTAL_TODAY", default=""))

# ---- applications ----
INSTALLED_APPS = [
    "metrology_plan",
    "departments",
    "tasks",
    "metrology_plan.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "rules.apps.AutodiscoverRulesConfig",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "template_partials",
    "django_htmx",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "metrology_plan.api.headers.middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "metrology_plan.middleware.health",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "metrology_plan.middleware.idle_session",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "metrology_plan.middleware.language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "metrology_plan.middleware.RequestLogMiddleware",
    "metrology_plan.errors.long_address",
    "metrology_plan.encoding.middleware",
    "metrology_plan.middleware.AuditContextMiddleware",
    "metrology_plan.middleware.SignInRequiredMiddleware",
    "metrology_plan.middleware.password_change",
    "django_htmx.middleware.HtmxMiddleware",
    "metrology_plan.errors.wrong_method",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "metrology_plan.urls"
WSGI_APPLICATION = "metrology_plan.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "metrology_plan.context.portal",
                "tasks.views.frame.reporting",
            ],
            "builtins": [
                "metrology_plan.templatetags.portal",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# ---- database ----
DATABASE_URL = env.str("DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url_config(DATABASE_URL)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "metrology_plan.embedded_postgres",
            "NAME": "portal",
            "USER": "portal",
            "HOST": str(DATA_DIR / "postgres"),  # the server's folder; also that of its socket
        }
    }
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- people ----
AUTH_USER_MODEL = "departments.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "departments.backends.PasswordBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# A district's staff share one address: lock a name at an address, never the address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "departments.views.signin.locked_out"
AXES_CLIENT_IP_CALLABLE = "metrology_plan.middleware.client_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "resume"]  # resume holds what somebody typed

# ---- sessions and transport ----
IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PORTAL_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "metrology_plan.errors.csrf_failure"
SECURE_SSL_REDIRECT = PORTAL_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PORTAL_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PORTAL_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# ---- language and time ----
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "metrology_plan" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["metrology_plan.formats"]

# ---- files ----
# What people send beside their reports has no address: a view hands it to those who may read the report.
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_HANDLERS = [
    "metrology_plan.uploads.NotTooMuch",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_MAX_SIZE = 55 * 1024 * 1024  # a whole request: five files of ten megabytes and the form; nginx says the same
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o640, "directory_permissions_mode": 0o750},  # the backup reads them
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "metrology_plan.assets.Hashed"
    },
}
STATICFILES_FINDERS = ["metrology_plan.assets.ServedFinder"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# ---- mail ----
# What links in letters begin with.
PORTAL_URL = env.str("PORTAL_URL", default="") or "http://127.0.0.1:" + env.str("PORT", default="8000")
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    globals().update({key: value for key, value in env.email_url_config(EMAIL_URL).items() if value is not None})
else:  # no mail server: each letter is a file
    EMAIL_BACKEND = "metrology_plan.mail.FolderBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="metrology-plan@localhost")
MAIL_AT_ONCE = switch("MAIL_AT_ONCE", default=True)  # off where only the timer's process may reach the mail server

# ---- work in the background ----
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
EXPORT_AT_ONCE = 300  # rows of a ledger; what has more is written by the worker

# ---- audit ----
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# ---- API ----
KNOX_TOKEN_MODEL = "departments.ApiToken"  # noqa: S105 - a model, no password
MIGRATION_MODULES = {"knox": None}  # they would make a table of tokens beside ours; no flush would empty it
REST_FRAMEWORK, SPECTACULAR_SETTINGS = configuration.REST_FRAMEWORK, configuration.SPECTACULAR_SETTINGS

# ---- logs ----
DJANGO_STRUCTLOG_USER_ID_FIELD = "username"
LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"))
SILENCED_SYSTEM_CHECKS: list[str] = []
PORTAL_NAME = _("Metrology plan tracker")
