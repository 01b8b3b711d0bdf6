"""The only settings. The environment is read here and nowhere else; what it says wrongly fails at the start."""

import os
import secrets
import tomllib
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def env_flag(name: str, default: bool) -> bool:
    """Return the switch ``name`` of the environment: yes or no, in the words people type."""
    word = os.environ.get(name, "yes" if default else "no").strip().lower()
    if word not in {"yes", "no", "true", "false", "1", "0", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {word!r}.")
    return word in {"yes", "true", "1", "on"}


def env_list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_port(name: str, default: int) -> int:
    word = os.environ.get(name) or str(default)
    if not (word.isdigit() and 0 < int(word) < 65536):
        raise ImproperlyConfigured(f"{name} must be a port between 1 and 65535, not {word!r}.")
    return int(word)


def env_mail_server(name: str) -> SplitResult:
    """Return the parts of ``smtp://user:password@host:port``; ``smtps`` is TLS from the start, ``smtp+tls`` STARTTLS.

    All are empty where there is none. What is wrong is not repeated: it may hold a password.
    """
    try:
        parts = urlsplit(os.environ.get(name, ""))
        known = parts.scheme in {"smtp", "smtps", "smtp+tls"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if os.environ.get(name) and not known:
        raise ImproperlyConfigured(f"{name} must look like smtp://user:password@host:25 (smtps:// or smtp+tls://).")
    return parts


def kept_secret(path: Path) -> str:
    """Return the secret kept in ``path``; made at the first start, readable by its owner alone."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secret := secrets.token_urlsafe(50))
    return secret


# Everything that an installation keeps and git ignores: database, secret key, collected static files.
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var")
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")

# Where the server listens, and by which names people may call it.
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = env_port("PORT", 8000)
# Who listens on every address is called by names that only the environment knows.
OWN_NAME = "*" if HOST in {"0.0.0.0", "::"} else f"[{HOST}]" if ":" in HOST else HOST  # noqa: S104
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", f"localhost,127.0.0.1,[::1],{OWN_NAME}")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", "")

# Behind a proxy that speaks TLS: HTTPS=yes keeps cookies and people on it.
HTTPS = env_flag("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A form of a case with many more exhibits than one takes is still read, and told so.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000
SESSION_COOKIE_AGE = 12 * 60 * 60  # one working day at a shared machine

INSTALLED_APPS = [
    "activity",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_tables2",
    "django_filters",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SignedIn",
    "config.middleware.who_acts",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "reports.frame.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DJANGO_TABLES2_TEMPLATE = "activity/_table.html"

# SQLite in a file of its own unless DATABASE_URL names a PostgreSQL.
# Writers queue from their first statement (IMMEDIATE) and readers never wait (WAL).
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if not DATABASES["default"]["ENGINE"].endswith(("sqlite3", "postgresql")):
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// (or sqlite:///).")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;"
            "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "activity.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# A form that was open while somebody signed in again keeps what was typed in it.
CSRF_FAILURE_VIEW = "config.views.refused_token"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"

# Vietnamese unless the person chose English; dates and numbers the Vietnamese way in both.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale", BASE_DIR / "config" / "locale" / "libraries"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.PackageFilesFinder",
]
# Single files of installed packages: where they are served, and the package and file they come from.
STATICFILES_PACKAGE_FILES = {
    "vendor/plotly.min.js": ("plotly", "package_data/plotly.min.js"),
    "vendor/Sarabun-Regular.ttf": ("fontpkg_sarabun", "files/Sarabun-Regular.ttf"),
    "vendor/Sarabun-SemiBold.ttf": ("fontpkg_sarabun", "files/Sarabun-SemiBold.ttf"),
    "vendor/IBMPlexSerif-Regular.ttf": ("fontpkg_ibm_plex_serif", "files/IBMPlexSerif-Regular.ttf"),
    "vendor/IBMPlexSerif-Bold.ttf": ("fontpkg_ibm_plex_serif", "files/IBMPlexSerif-Bold.ttf"),
    "vendor/IBMPlexSerif-Italic.ttf": ("fontpkg_ibm_plex_serif", "files/IBMPlexSerif-Italic.ttf"),
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Django 6's own name and form, so that nothing has to be unlearnt there.
# Plotly draws its pictures from blob: and data: addresses of its own making.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# Messages of the inbox are mailed too where a mail server is named; without it nothing is ever mailed.
EMAIL_URL = os.environ.get("EMAIL_URL", "")
_mail = env_mail_server("EMAIL_URL")
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+tls"
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM") or f"no-reply@{EMAIL_HOST}"

# The head of the quarter's report (Decree 30/2020, annex I); the issuing body is the command itself.
PAPER = {
    "parent_body": os.environ.get("PAPER_PARENT_BODY", "BỘ TƯ LỆNH BỘ ĐỘI BIÊN PHÒNG"),
    "symbol": os.environ.get("PAPER_SYMBOL", "BC-BCH"),
    "place": os.environ.get("PAPER_PLACE", "Cao Bằng"),
    "signer": os.environ.get("PAPER_SIGNER", "CHỈ HUY TRƯỞNG"),
}

# `make run` loads the sample province into a database it has just made, unless SAMPLE=no.
SAMPLE = env_flag("SAMPLE", default=True)
SAMPLE_PASSWORD = os.environ.get("SAMPLE_PASSWORD", "")
SAMPLE_PASSWORD_FILE = DATA_DIR / "sample_password"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
