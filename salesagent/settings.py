"""All settings, in one file. Values come from the environment or `.env`; `.env.example` lists every one."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from salesagent.environment import (
    LOCAL_HOSTS,
    MAIL_SERVICES,
    Environment,
    is_public,
    make_private,
    secret_key,
    site_url,
)
from salesagent.exposure import loose_ends, reach, refuse

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # data of a local run: database file, secret key; readable by its owner only
env = Environment(BASE_DIR / ".env")

VERSION = "0.1.0"

# Read when numpy is loaded. One thread multiplies a question's vectors in less than a millisecond. A second thread
# would spin until it has a free core: 8 ms instead of 0.7 for a shortlist, docs/performance.md.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Read when onnxruntime is loaded. Without it, its wheels note how they are used in a file below ~/.cache, to be sent
# to their maker.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# --- Where it serves --------------------------------------------------------------------------------------------
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
DEBUG = env.flag("DEBUG", default=False)
SERVICE_WORKER = env.flag("SERVICE_WORKER", default=True) and not DEBUG  # DEBUG serves files without hashes
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", LOCAL_HOSTS)
IS_PUBLIC = any(is_public(host) for host in ALLOWED_HOSTS)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
CORS_ORIGINS = env.origins("CORS_ORIGINS")
SECRET_KEY = secret_key(env.text("SECRET_KEY"), VAR_DIR / "secret-key", must_be_given=IS_PUBLIC)

# --- What it answers with ---------------------------------------------------------------------------------------
OPENAI_API_KEY = env.text("OPENAI_API_KEY")
OPENAI_BASE_URL = env.url("OPENAI_BASE_URL", ("http", "https"))
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-6-luna")
OPENAI_FALLBACK_MODEL = env.text("OPENAI_FALLBACK_MODEL")
HISTORY_MESSAGES = env.number("HISTORY_MESSAGES", 20, least=1, most=200)
CONTEXT_TOKENS = env.number("CONTEXT_TOKENS", 8000, least=500, most=1_000_000)
MAX_THINKING_S = env.number("MAX_THINKING_S", 120, least=1, most=3600)
PUBLISH_REPEAT = env.number("PUBLISH_REPEAT", 3, least=1, most=10)  # because a model's answers differ
EMBEDDING_MODEL_DIR = env.text("EMBEDDING_MODEL_DIR")
MAX_DOCUMENT_SIZE = env.number("MAX_DOCUMENT_SIZE", 52_428_800, least=1024, most=1_073_741_824)
MAX_DOCUMENT_CHARACTERS = env.number("MAX_DOCUMENT_CHARACTERS", 5_000_000, least=1000, most=50_000_000)
MAX_DOCUMENT_PASSAGES = env.number("MAX_DOCUMENT_PASSAGES", 25_000, least=10, most=1_000_000)

# --- Voice: read and checked here, used by the voice app --------------------------------------------------------
OPENAI_WHISPER_MODEL = env.text("OPENAI_WHISPER_MODEL", "gpt-transcribe")
OPENAI_TTS_MODEL = env.text("OPENAI_TTS_MODEL")
OPENAI_TTS_VOICE = env.text("OPENAI_TTS_VOICE", "alloy")
SMALLEST_API_KEY = env.text("SMALLEST_API_KEY")
SMALLEST_BASE_URL = env.url("SMALLEST_BASE_URL", ("http", "https"), "https://api.smallest.ai")
SMALLEST_VOICE = env.text("SMALLEST_VOICE", "olivia")
SMALLEST_CONCURRENCY = env.number("SMALLEST_CONCURRENCY", 1, least=1, most=1000)
STT_PROVIDERS = env.words("STT_PROVIDERS", allowed=("openai", "smallest", "builtin"))
STT_MODEL_DIR = env.text("STT_MODEL_DIR")
TTS_PROVIDERS = env.words("TTS_PROVIDERS", allowed=("openai", "smallest", "builtin", "espeak"))
SPEECH_CACHE_BYTES = env.number("SPEECH_CACHE_BYTES", 67_108_864, least=0, most=1_099_511_627_776)
MAX_AUDIO_DURATION = env.number("MAX_AUDIO_DURATION", 120, least=1, most=3600)
MAX_AUDIO_SIZE = env.number("MAX_AUDIO_SIZE", 5_242_880, least=1024, most=104_857_600)
MAX_ATTACHMENT_SIZE = env.number("MAX_ATTACHMENT_SIZE", 5_242_880, least=65_536, most=33_554_432)
AUDIO_RETENTION_DAYS = env.number("AUDIO_RETENTION_DAYS", 0, least=0, most=36_500)
SESSION_RETENTION_DAYS = env.number("SESSION_RETENTION_DAYS", 0, least=0, most=36_500)
EMPTY_SESSION_RETENTION_DAYS = env.number("EMPTY_SESSION_RETENTION_DAYS", 7, least=0, most=36_500)

# --- Work in the background, and whom it tells ------------------------------------------------------------------
WORKER = env.flag("WORKER", default=True)  # whether the server works on tasks itself; off if `manage.py worker` does
# Tasks for chat models and websites may take many seconds. They have queues of their own, so that e-mail does not wait.
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "models", "websites", "pages"]}
}
SITE_URL = env.url("SITE_URL", ("http", "https"), site_url(ALLOWED_HOSTS, PORT)).rstrip("/")
MAIL = env.mail("EMAIL_URL", "EMAIL_SERVICE", MAIL_SERVICES)
EMAIL_BACKEND = MAIL.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST, EMAIL_PORT = MAIL.get("EMAIL_HOST", "localhost"), MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_USER") or "", MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Salesagent <salesagent@localhost>")
ANYMAIL = {**env.prefixed("ANYMAIL_"), "REQUESTS_TIMEOUT": (5, 20)}  # seconds to connect, and between two bytes

# --- Who may come in --------------------------------------------------------------------------------------------
API_AUTH = env.choice("API_AUTH", "required", ("required", "off"))
API_KEY = env.text("API_KEY")
METRICS_TOKEN = env.text("METRICS_TOKEN")  # without it /metrics is for programs on this machine
RATE_LIMITS = env.flag("RATE_LIMITS", default=True)
MAX_CONNECTIONS = env.number("MAX_CONNECTIONS", 2000, least=10, most=100_000)
MAX_CONNECTIONS_PER_ADDRESS = env.number("MAX_CONNECTIONS_PER_ADDRESS", 300, least=1, most=100_000)
FETCH_PRIVATE = env.flag("FETCH_PRIVATE", default=False)  # web pages are read from private addresses too
LOOSE_ENDS = loose_ends(
    debug=DEBUG,
    api_auth=API_AUTH,
    rate_limits=RATE_LIMITS,
    fetch_private=FETCH_PRIVATE,
    secret_key=env.text("SECRET_KEY"),
    api_key=API_KEY,
    metrics_token=METRICS_TOKEN,
)
refuse(LOOSE_ENDS, reach(HOST, ALLOWED_HOSTS))

# --- Where it stores --------------------------------------------------------------------------------------------
REDIS_URL = env.url("REDIS_URL", ("redis", "rediss"))
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'salesagent.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    make_private(Path(str(DATABASES["default"]["NAME"])))
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # without it 59-84 % of read-then-write transactions fail under load
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # A file, because threads cannot share an in-memory database without table locks; one for each test process.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"test-{os.getpid()}.sqlite3"}
else:
    # Under ASGI each request has a thread of its own, so connections are kept in a pool instead. It checks a connection
    # before use; a request waits for one for at most `timeout` seconds.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    _pool = {"min_size": 1, "max_size": env.number("DATABASE_CONNECTIONS", 20, least=10, most=1000), "timeout": 10}
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "pool": _pool}

MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / "media")
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
AUDIO_URL = "/api/audio/"  # where the API serves recordings; file names are unguessable
ATTACHMENTS_URL = "/api/attachments/"  # the same for what visitors attach
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "lib.whole_files.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "salesagent.serving.static_files.HashedStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},  # nothing secret
    },
}
# Only this program reads recordings and documents from the disk; it serves public files itself.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # the admin's delete page posts one field per row

if REDIS_URL:
    from redis.asyncio.retry import Retry
    from redis.backoff import ConstantBackoff

    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    # The pub/sub flavour: the list-based one loses and reorders under load (measured, see docs/adr/0003).
    # A lost connection is tried again after 0.2 s: the client's own backoff is deaf for up to 10 s.
    _redis = {"address": REDIS_URL, "retry": Retry(ConstantBackoff(0.2), 3), "socket_connect_timeout": 2}
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [_redis]}}
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# --- Django -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "salesagent",
    "daphne",
    "lib.staff.admin_app.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "channels",
    "csp",
    "corsheaders",
    "ninja",
    "axes",
    "django_tasks_db",
    "access",
    "agents",
    "knowledge",
    "conversations",
    "voice",
    "leads",
    "memory",
    "inbox",
    "embed",
    "evaluation",
    "operations",
]
MIDDLEWARE = [
    "salesagent.rest.edge.ApiEdge",  # outermost, so that it sees the responses of all others
    "salesagent.serving.middleware.Security",
    "corsheaders.middleware.CorsMiddleware",
    "salesagent.serving.static_files.StaticFilesMiddleware",
    "salesagent.serving.middleware.Sessions",
    "salesagent.serving.middleware.Locale",
    "salesagent.serving.middleware.Common",
    "salesagent.serving.middleware.Csrf",
    "salesagent.serving.middleware.Authentication",
    "salesagent.serving.middleware.Messages",
    "salesagent.serving.middleware.XFrameOptions",
    "salesagent.serving.middleware.ContentSecurityPolicy",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "salesagent.serving.middleware.DatabaseAway",
]
ROOT_URLCONF = "salesagent.urls"
ASGI_APPLICATION = "salesagent.asgi.application"
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
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "access.logins.locked_out"
AXES_WHITELIST_CALLABLE = "access.logins.is_known_browser"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # endless attempts must not lock the owner out for ever
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "access.rates.address_of"  # otherwise all clients would share the proxy's address

LANGUAGE_CODE = "en"
# Of visitors' pages, each in its own words. Staff's pages are in English (salesagent/serving/middleware.py).
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Headers ----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # blob: a picture that the page shows before it is sent
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}
# Pages of other sites may call the API only, with a token in a header; our cookies are not sent.
CORS_URLS_REGEX = r"^/api(/|$)"
CORS_ALLOWED_ORIGINS = CORS_ORIGINS
CORS_ALLOW_HEADERS = ("accept", "authorization", "content-type", "idempotency-key", "last-event-id", "range")
CORS_EXPOSE_HEADERS = (
    "Retry-After",
    "X-Request-Id",
    "Content-Range",
    "ETag",
    "X-Visitor-Token",
    "Deprecation",
    "Sunset",
)
CORS_PREFLIGHT_MAX_AGE = 3600  # seconds; browsers cap it at about two hours

X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Pages need the microphone and nothing else. Denying the rest limits what injected code could do.
PERMISSIONS_POLICY = (
    "microphone=(self), accelerometer=(), browsing-topics=(), camera=(), display-capture=(),"
    " geolocation=(), gyroscope=(), hid=(), magnetometer=(), midi=(), payment=(), serial=(), usb=()"
)
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000, least=0, most=126_144_000)  # sent over https only
SESSION_COOKIE_HTTPONLY = True
# A public site runs behind TLS: its cookies must not leave over plain HTTP. `make run` serves http://127.0.0.1.
CSRF_COOKIE_AGE = None  # a session cookie: before the first message a visitor gets no permanent cookie
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PUBLIC
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_TLS_PROXY", default=False) else None
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, least=0, most=10)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "salesagent.serving.log_lines.LineFormatter",  # it tells no values of what failed
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "info", ("debug", "info", "warning")).upper()},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},  # a line when each task begins and one when it ends
        "django_tasks_db": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "openai": {"level": "WARNING"},  # at DEBUG it prints request bodies: message text must not reach the log
        "faster_whisper": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
    },
}
