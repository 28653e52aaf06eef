"""Django's settings, made from the environment (see `config.py`); nothing here is read from anywhere else."""

import secrets
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from nashra.site import config

CONFIG = config.read()
NASHRA_DATA: Path = config.data_folder(CONFIG["DATA"])
NASHRA_URL: str = CONFIG["URL"] or "http://localhost:8000"
NASHRA_ALLOW_HOSTS: tuple[str, ...] = CONFIG["ALLOW_HOSTS"]
NASHRA_TRUSTED_PROXIES: tuple[IPv4Network | IPv6Network, ...] = CONFIG["TRUSTED_PROXIES"]
NASHRA_QUEUE_URL: str = CONFIG["QUEUE_URL"]
NASHRA_MAIL_URL: str = CONFIG["MAIL_URL"] or f"file:{NASHRA_DATA / 'mail'}"
NASHRA_MAIL_FROM: str = CONFIG["MAIL_FROM"] or config.default_sender(NASHRA_URL)
NASHRA_DKIM_SELECTOR: str = CONFIG["DKIM_SELECTOR"]
NASHRA_DKIM_KEY: str = CONFIG["DKIM_KEY"]
NASHRA_SINGLE_USER: bool = CONFIG["SINGLE_USER"]
NASHRA_RETENTION_DAYS: int = CONFIG["RETENTION_DAYS"]
NASHRA_LIVE_DAYS: int = CONFIG["LIVE_DAYS"]
SHELF_LATE = 180.0  # seconds after which nobody seems to keep the shelf of live articles: a page then makes it
NASHRA_SOURCES_PER_READER: int = CONFIG["SOURCES_PER_READER"]
NASHRA_PICTURE_CACHE_BYTES: int = CONFIG["PICTURE_CACHE_MB"] * 1024 * 1024
NASHRA_WEB_WORKERS: int = CONFIG["WEB_WORKERS"]
NASHRA_WEB_THREADS: int = CONFIG["WEB_THREADS"]
NASHRA_WORK_THREADS: int = CONFIG["WORK_THREADS"]
NASHRA_FETCH_CONCURRENCY: int = CONFIG["FETCH_CONCURRENCY"]
NASHRA_WEBSUB: bool = CONFIG["WEBSUB"]
NASHRA_WEBSUB_HUB: str = CONFIG["WEBSUB_HUB"]
NASHRA_EMBEDDINGS: str = CONFIG["EMBEDDINGS"]
NASHRA_EMBEDDINGS_MODEL: str = CONFIG["EMBEDDINGS_MODEL"]
NASHRA_EMBEDDINGS_KEY: str = CONFIG["EMBEDDINGS_KEY"]
NASHRA_METRICS_TOKEN: str = CONFIG["METRICS_TOKEN"]
NASHRA_LOG_FORMAT: str = CONFIG["LOG_FORMAT"]

SITE_DIR = Path(__file__).resolve().parent
DEBUG: bool = CONFIG["DEBUG"]
_SECURE = NASHRA_URL.startswith("https://")
_HOST = urlsplit(NASHRA_URL).hostname or "localhost"


def _secret_key() -> str:
    """The configured key, or the one that the first start left in the data folder; else one for this process alone."""
    if CONFIG["SECRET_KEY"]:
        return str(CONFIG["SECRET_KEY"])
    kept = NASHRA_DATA / "secret"
    return kept.read_text("ascii").strip() if kept.is_file() else secrets.token_urlsafe(48)


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [_HOST, *CONFIG["HOSTS"], *(["localhost", "127.0.0.1", "[::1]"] if not _SECURE else [])]
CSRF_TRUSTED_ORIGINS = [NASHRA_URL]

INSTALLED_APPS = [
    "nashra.site.apps.SiteConfig",
    "nashra.newsroom",
    "nashra.newsletters",
    "nashra.library",
    "nashra.front",
    "nashra.news",
    "nashra.accounts",
    "nashra.base",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "nashra.site.middleware.security",
    "nashra.site.middleware.client_address",
    "nashra.site.middleware.sound",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nashra.site.middleware.first",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nashra.accounts.middleware.single_user",
    "nashra.site.middleware.preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "nashra.site.urls"
CSRF_FAILURE_VIEW = "nashra.site.pages.errors.csrf"
WSGI_APPLICATION = "nashra.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nashra.site.pages.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "nashra.base.templatetags.nashra",
                "nashra.site.templatetags.pages",
                "nashra.site.templatetags.searches",
            ],
        },
    }
]


def _postgres(url: str) -> dict[str, Any]:
    """What Django calls by a name of its own under that name, everything else as an option for libpq."""
    parts = config.postgres_parts(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # An article's text seldom fits into SQLite's usual pages of 4 KB. Counts for a new database alone.
            "init_command": "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA cache_size=-16384; PRAGMA mmap_size=134217728;",
        },
    }


def _database(url: str) -> dict[str, Any]:
    if url.startswith("postgres"):
        return _postgres(url)
    return _sqlite(Path(urlsplit(url).path) if url else NASHRA_DATA / "nashra.db")


DATABASES = {"default": _database(CONFIG["DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "nashra_cache"}}

AUTH_USER_MODEL = "accounts.Reader"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front"
LOGOUT_REDIRECT_URL = "front"
ACCOUNT_ADAPTER = "nashra.accounts.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "nashra.accounts.forms.SignInForm",
    "signup": "nashra.accounts.forms.SignUpForm",
    "reset_password": "nashra.accounts.forms.ResetForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "login": "20/h/ip",
    "login_failed": "20/d/key,20/h/ip",
    "signup": "20/h/ip",
    "reset_password": "20/h/ip,10/h/key",
    "confirm_email": "10/h/key",
}
USERSESSIONS_TRACK_ACTIVITY = False
MFA_ADAPTER = "nashra.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a code is typed while the next one appears, and clocks differ: RFC 6238, 5.2
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _SECURE
PASSWORD_RESET_TIMEOUT = 3600

SESSION_COOKIE_NAME = "__Host-nashra" if _SECURE else "nashra"
CSRF_COOKIE_NAME = "__Host-nashra-csrf" if _SECURE else "nashra-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_SSL_REDIRECT = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

USE_I18N = USE_TZ = True
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
LANGUAGE_CODE: str = CONFIG["LANGUAGE"]
LOCALE_PATHS = [SITE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "nashra_language"
TIME_ZONE = CONFIG["TIME_ZONE"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [SITE_DIR / "static"]
STATIC_ROOT = NASHRA_DATA / "static"
# Hashed and compressed at the first start (see start.py); tests serve the files as they are.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "nashra.site.storage.HashedFiles"},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
EMAIL_BACKEND = "nashra.base.outbox.Backend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = NASHRA_MAIL_FROM
MAIL_FOLDER = NASHRA_DATA / "mail"
LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = [
    "security.W005",
    "security.W021",  # subdomains and preload are the operator's to promise
    "security.W008",  # the proxy in front redirects to https
    *([] if _SECURE else ["security.W004", "security.W012", "security.W016"]),
]
