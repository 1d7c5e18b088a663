"""Django settings. What an operator sets comes from the environment; docs/reference/settings.md lists it."""

import json
import os
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from account_center.kit.limits import Limits

PACKAGE = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ


def _flag(name: str, *, default: bool) -> bool:
    text = ENVIRONMENT.get(name, "").strip().lower()
    if text in ("", "0", "1", "no", "yes", "false", "true"):
        return default if text == "" else text in ("1", "yes", "true")
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}")


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in ENVIRONMENT.get(name, default).split(",") if part.strip()]


DATA_DIR = Path(ENVIRONMENT.get("DATA_DIR", "var")).resolve()
# The sandbox replaces SMS, bank and face comparison by tables that a newcomer can look into. Never with real customers.
SANDBOX = _flag("ACCOUNT_CENTER_SANDBOX", default=True)
HTTPS = _flag("ACCOUNT_CENTER_HTTPS", default=not SANDBOX)
DEBUG = False
PUBLIC_ADDRESS = ENVIRONMENT.get("ACCOUNT_CENTER_ADDRESS", "").rstrip("/")  # such as https://id.example.com
# Before the path of a link in a message, which is read outside of our pages.
LINK_ADDRESS = PUBLIC_ADDRESS or (f"http://localhost:{ENVIRONMENT.get('PORT', '8000')}" if SANDBOX else "")
# Where this machine finds its own web processes: the sandbox's partner site sends its results there.
OWN_ADDRESS = f"http://127.0.0.1:{ENVIRONMENT.get('PORT', '8000')}"
# The domain that passkeys belong to. Another one makes every passkey worthless, so it is set once and for all.
PASSKEY_DOMAIN = (
    ENVIRONMENT.get("ACCOUNT_CENTER_PASSKEY_DOMAIN", "") or urlsplit(PUBLIC_ADDRESS).hostname or "localhost"
).lower()
if PUBLIC_ADDRESS and not f".{urlsplit(PUBLIC_ADDRESS).hostname}".endswith(f".{PASSKEY_DOMAIN}"):
    raise ImproperlyConfigured(
        "ACCOUNT_CENTER_PASSKEY_DOMAIN must be the host of ACCOUNT_CENTER_ADDRESS or stand above it"
    )
ALLOWED_HOSTS = _list("ACCOUNT_CENTER_HOSTS", "localhost,127.0.0.1,[::1],testserver" if SANDBOX else "")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS] if PUBLIC_ADDRESS else []
# How many proxies of ours stand in front; the client address is taken that many hops from the right.
TRUSTED_PROXIES = int(ENVIRONMENT.get("ACCOUNT_CENTER_TRUSTED_PROXIES", "0"))
try:
    LIMITS = Limits.from_environment(ENVIRONMENT)
except ValueError as wrong:
    raise ImproperlyConfigured(str(wrong)) from wrong

# Keys: one JSON file {"keks": {"2026-01": "<hex>"}, "index": "<hex>", "django": "<text>"}; plumbing.keys reads it.
KEY_FILE = Path(ENVIRONMENT.get("ACCOUNT_CENTER_KEY_FILE", str(DATA_DIR / "keys.json"))).resolve()


def _django_secret() -> str:
    try:
        return str(json.loads(KEY_FILE.read_text())["django"])
    except FileNotFoundError:
        # Commands that need no key (help, translations) still start; `plumbing.keys` refuses everything else.
        return ""
    except (ValueError, KeyError) as wrong:
        raise ImproperlyConfigured(f"the key file {KEY_FILE} cannot be read") from wrong


SECRET_KEY = _django_secret() or "no key file yet: nothing can be signed with this"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "account_center.plumbing",
    "account_center.audit",
    "account_center.messaging",
    "account_center.documents",
    "account_center.clients",
    "account_center.accounts",
    "account_center.tenants",
    "account_center.standing",
    "account_center.policy",
    "account_center.signin",
    "account_center.recovery",
    "account_center.onboarding",
    "account_center.realname",
    "account_center.support",
    "account_center.privacy",
    "account_center.portal",
    "account_center.console",
    "account_center.serviceapi",
    "account_center.appapi",
]
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["account_center.accounts.backend.AccountBackend"]

MIDDLEWARE = [
    "account_center.plumbing.middleware.database_away",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "account_center.plumbing.middleware.Sessions",
    "account_center.plumbing.middleware.choose_language",
    "account_center.plumbing.middleware.parts_only",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "account_center.plumbing.middleware.private_pages",
    "account_center.plumbing.middleware.show_refusals",
]

ROOT_URLCONF = "account_center.entry.urls"
WSGI_APPLICATION = "account_center.entry.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "account_center.plumbing.context.house",
            ],
        },
    }
]


def _database(address: str) -> dict[str, object]:
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "account-center.sqlite3",
            "CONN_MAX_AGE": 300,
            # WAL and IMMEDIATE: parallel writers wait for each other instead of failing with "database is locked".
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: what is committed outlives a power cut; at NORMAL a payment file could be written twice after it.
                # secure_delete: an erased key is overwritten in the file, not only unlinked (measured: half of them stayed).
                "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={'NORMAL' if SANDBOX else 'FULL'}; "
                "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
            },
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql:// (without it SQLite is used)")
    return {
        "ENGINE": "account_center.plumbing.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 300,
        "OPTIONS": {
            "connect_timeout": 3,
            # Only ``prepared_cursor`` prepares anything; without a number psycopg would not.
            "prepare_threshold": 5,
            "options": "-c statement_timeout=15000 -c lock_timeout=8000",
            # A connection whose other end has vanished is given up after seconds, not after the system's quarter of an hour.
            "tcp_user_timeout": 4000,
            "keepalives_idle": 5,
        },
    }


DATABASES = {"default": _database(ENVIRONMENT.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT["CACHE_URL"]}
    if ENVIRONMENT.get("CACHE_URL")
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

PASSWORD_HASHERS = [
    "account_center.accounts.hashing.Argon2id",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
ARGON2_MEMORY_KIB = int(ENVIRONMENT.get("ACCOUNT_CENTER_ARGON2_MEMORY_KIB", "19456"))  # OWASP: 19 MiB
ARGON2_PASSES = int(ENVIRONMENT.get("ACCOUNT_CENTER_ARGON2_PASSES", "2"))
ARGON2_LANES = int(ENVIRONMENT.get("ACCOUNT_CENTER_ARGON2_LANES", "1"))
# The operator's own list of passwords that nobody may take: one per line, UTF-8.
COMMON_PASSWORDS_FILE = ENVIRONMENT.get("ACCOUNT_CENTER_COMMON_PASSWORDS", "")
if COMMON_PASSWORDS_FILE and not Path(COMMON_PASSWORDS_FILE).is_file():
    raise ImproperlyConfigured(f"ACCOUNT_CENTER_COMMON_PASSWORDS: there is no file {COMMON_PASSWORDS_FILE}")

SESSION_ENGINE = "account_center.plumbing.session_store"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = LIMITS.session_seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
CSRF_FAILURE_VIEW = "account_center.portal.pages.errors.csrf_failed"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = False  # the proxy redirects; the product may be reached only through it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "portal:sign_in"
LOGIN_REDIRECT_URL = "portal:home"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# Larger bodies are refused before they are read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# An organisation by an authorised person sends four papers, and with a change its form (2.4.8).
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# In memory, up to LIMITS.image_bytes each: no picture of a document lies open in the temporary folder.
FILE_UPLOAD_HANDLERS = ["account_center.documents.uploads.MemoryOnly"]

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.get("ACCOUNT_CENTER_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# The operator's own words and places.
OPERATOR = ENVIRONMENT.get("ACCOUNT_CENTER_OPERATOR", "Lanyun Cloud")
# 2.1.8: other names of the operator that a purpose written on a document may give, such as the one in Chinese.
OPERATOR_NAMES = (OPERATOR, *_list("ACCOUNT_CENTER_OPERATOR_NAMES", ""))
# Whether papers are read by machine for the reviewer, where the extra ``ocr`` is installed.
READ_PICTURES = _flag("ACCOUNT_CENTER_READ_PICTURES", default=True)
SUPPORT_PHONE = ENVIRONMENT.get("ACCOUNT_CENTER_SUPPORT_PHONE", "")
SUPPORT_LINK = ENVIRONMENT.get("ACCOUNT_CENTER_SUPPORT_LINK", "")
# 1.14: entrances of other sign-ins that people mistake for this one; without a link support is named instead.
PARTNER_ENTRANCE_LINK = ENVIRONMENT.get("ACCOUNT_CENTER_PARTNER_ENTRANCE_LINK", "")
OFFICIAL_SITE_ENTRANCE_LINK = ENVIRONMENT.get("ACCOUNT_CENTER_OFFICIAL_SITE_ENTRANCE_LINK", "")
COST_CENTER_LINK = ENVIRONMENT.get("ACCOUNT_CENTER_COST_CENTER_LINK", "")  # 3.1.18
RESOURCE_CENTER_LINK = ENVIRONMENT.get("ACCOUNT_CENTER_RESOURCE_CENTER_LINK", "")  # 3.1.18
# Countries (ISO 3166-1 alpha-2) in which an account may activate the cloud; empty: everywhere (1.10).
SERVICE_AREA = frozenset(
    _list(
        "ACCOUNT_CENTER_SERVICE_AREA", "CN,HK,MO,TW,SG,MY,TH,ID,PH,VN,JP,KR,AE,SA,ZA,EG,KE,NG,BR,MX,CL,PE,AR,CO,TR,US"
    )
)
# Days besides weekends on which staff do not work (YYYY-MM-DD): the promised end of a review moves past them (2.1.10).
HOLIDAYS = frozenset(date.fromisoformat(day) for day in _list("ACCOUNT_CENTER_HOLIDAYS"))
# 2.4.8: fonts for forms as PDF, looked through in this order; None: those that systems usually have; empty: none.
PDF_FONTS = _list("ACCOUNT_CENTER_PDF_FONTS") if "ACCOUNT_CENTER_PDF_FONTS" in ENVIRONMENT else None
for _font in PDF_FONTS or ():
    if not Path(_font.partition("#")[0]).is_file():
        raise ImproperlyConfigured(f"ACCOUNT_CENTER_PDF_FONTS: there is no file {_font}")
# Countries to which codes are sent by SMS at all; empty: everywhere.
SMS_COUNTRIES = frozenset(_list("ACCOUNT_CENTER_SMS_COUNTRIES"))
# Apps whose passkeys count, as Android names them: android:apk-key-hash:… (1.46).
PASSKEY_APPS = frozenset(_list("ACCOUNT_CENTER_PASSKEY_APPS"))

# Places of network addresses, looked up in a file here and never asked for elsewhere; None: no place is shown (3.1.19).
GEOIP_FILE = Path(ENVIRONMENT["GEOIP_FILE"]).resolve() if ENVIRONMENT.get("GEOIP_FILE") else None

# Outside systems. In the sandbox these are replaced.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ENVIRONMENT.get("SMTP_HOST", "")
EMAIL_PORT = int(ENVIRONMENT.get("SMTP_PORT", "587"))
EMAIL_HOST_USER = ENVIRONMENT.get("SMTP_USER", "")
EMAIL_HOST_PASSWORD = ENVIRONMENT.get("SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("SMTP_STARTTLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.get("MAIL_FROM", "no-reply@localhost")
SMS_GATEWAY_LINK = ENVIRONMENT.get("SMS_GATEWAY_LINK", "")
SMS_GATEWAY_SECRET = ENVIRONMENT.get("SMS_GATEWAY_SECRET", "")
CARD_CHECK_LINK = ENVIRONMENT.get("CARD_CHECK_LINK", "")
CARD_CHECK_SECRET = ENVIRONMENT.get("CARD_CHECK_SECRET", "")
FACE_CHECK_LINK = ENVIRONMENT.get("FACE_CHECK_LINK", "")
FACE_CHECK_SECRET = ENVIRONMENT.get("FACE_CHECK_SECRET", "")
REGISTER_LINK = ENVIRONMENT.get("REGISTER_LINK", "")
REGISTER_SECRET = ENVIRONMENT.get("REGISTER_SECRET", "")
# 2.3.1: papers with which the register agrees in everything need no staff.
REGISTER_DECIDES = _flag("ACCOUNT_CENTER_REGISTER_DECIDES", default=True)
TRANSFER_LINK = ENVIRONMENT.get("TRANSFER_LINK", "")
TRANSFER_SECRET = ENVIRONMENT.get("TRANSFER_SECRET", "")
# From which account payment files pay, and where customers may send the amount back (2.3.16).
PAYER_NAME = ENVIRONMENT.get("PAYER_NAME", "")
PAYER_ACCOUNT = ENVIRONMENT.get("PAYER_ACCOUNT", "")
PAYER_BRANCH = ENVIRONMENT.get("PAYER_BRANCH", "")
MONEY_BACK_NAME = ENVIRONMENT.get("MONEY_BACK_NAME", "")
MONEY_BACK_BANK = ENVIRONMENT.get("MONEY_BACK_BANK", "")
MONEY_BACK_ACCOUNT = ENVIRONMENT.get("MONEY_BACK_ACCOUNT", "")

# What follows in a path is the proof of whoever has the link: it stands in no log.
SECRET_PLACES = (
    "/scan/",
    "/account/not-me/",
    "/recovery/stop/",
    "/emergency-contact/leave/",
    "/unsubscribe/",
    "/support/objection/",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"links": {"()": "account_center.plumbing.logs.HideLinks", "places": SECRET_PLACES}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["links"]}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.get("LOG_LEVEL", "INFO").upper()},
    "loggers": {"django.request": {"level": "ERROR"}, "httpx": {"level": "WARNING"}, "fido2": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # SECURE_SSL_REDIRECT: see above
