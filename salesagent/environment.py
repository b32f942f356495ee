"""Reads settings from the environment and `.env`. A wrong value raises one line that names the setting and the fix."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "testserver")
MAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl")
MAIL_SERVICES = (  # supported by django-anymail
    *("amazon_ses", "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark"),
    *("resend", "scaleway", "sendgrid", "sparkpost", "unisender_go"),
)


class Environment:
    """The process environment on top of one `.env` file; each getter raises ImproperlyConfigured on a wrong value."""

    def __init__(self, env_file: Path):
        self._env = environ.Env()
        if env_file.is_file():
            self._env.read_env(str(env_file))

    def text(self, name: str, default: str = "") -> str:
        """The value, stripped. An empty value counts as not set."""
        return str(self._env.str(name, default)).strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise ImproperlyConfigured(f"{name} is {value!r}; write true or false.")

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        raw = self.text(name)
        if not raw:
            return default
        try:
            value = int(raw)
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {raw!r}; write a whole number from {least} to {most}.") from None
        if not least <= value <= most:
            raise ImproperlyConfigured(f"{name} is {value}; it must lie between {least} and {most}.")
        return value

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default).lower() or default
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} is {value!r}; write one of: {', '.join(allowed)}.")
        return value

    def words(self, name: str, default: tuple[str, ...] = (), *, allowed: tuple[str, ...] = ()) -> list[str]:
        """A comma-separated list without empty items."""
        raw = self.text(name)
        values = [item.strip() for item in raw.split(",") if item.strip()] if raw else list(default)
        for value in values:
            if allowed and value not in allowed:
                raise ImproperlyConfigured(f"{name} names {value!r}; allowed are: {', '.join(allowed)}.")
        return values

    def url(self, name: str, schemes: tuple[str, ...], default: str = "") -> str:
        """An absolute URL without a trailing slash. Errors never repeat the value, which may contain a password."""
        raw = self.text(name, default)
        if not raw:
            return ""
        parts = urlsplit(raw)
        if parts.scheme not in schemes or not (parts.netloc or parts.scheme == "sqlite"):
            raise ImproperlyConfigured(
                f"{name} is not a URL that begins with {' or '.join(f'{s}://' for s in schemes)}."
            )
        if parts.scheme.startswith("http") and "@" in parts.netloc:
            raise ImproperlyConfigured(
                f"{name} holds a user name or password; they would be logged. Use the key setting."
            )
        return raw.rstrip("/")

    def origins(self, name: str) -> list[str]:
        values = self.words(name)
        for value in values:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
                raise ImproperlyConfigured(f"{name} names {value!r}; write origins like https://www.example.com.")
        return [value.rstrip("/") for value in values]

    def path(self, name: str, default: Path) -> Path:
        raw = self.text(name)
        return Path(raw).expanduser().resolve() if raw else default

    def database(self, name: str, default: str) -> dict[str, object]:
        try:
            config = dict(self._env.db_url_config(self.url(name, ("sqlite", "postgres", "postgresql"), default)))
        except (ValueError, KeyError):
            raise ImproperlyConfigured(
                f"{name} cannot be read; write postgres://user:password@host:5432/name."
            ) from None
        return config

    def mail(self, url_name: str, service_name: str, services: tuple[str, ...]) -> dict[str, Any]:
        """Django's e-mail settings for a mail service, else for an SMTP server; empty if neither is set."""
        service = self.choice(service_name, "", ("", *services))
        if service:
            return {"EMAIL_BACKEND": f"anymail.backends.{service}.EmailBackend"}
        raw = self.text(url_name)
        if not raw:
            return {}
        try:
            parts = urlsplit(raw)
            is_good = parts.scheme in MAIL_SCHEMES and bool(parts.hostname)
            port = parts.port
        except ValueError:
            is_good, port = False, None
        if not is_good:  # the value is not repeated: it contains a password
            raise ImproperlyConfigured(f"{url_name} cannot be read; write smtp+tls://user:password@host:587.")
        found = dict(environ.Env.email_url_config(raw))
        found["EMAIL_BACKEND"] = "lib.mail.EmailBackend"
        return {**found, "EMAIL_PORT": port or (465 if parts.scheme in {"smtps", "smtp+ssl"} else 587)}

    def prefixed(self, prefix: str) -> dict[str, str]:
        """All variables with that prefix, by their names without it."""
        return {
            name.removeprefix(prefix): value for name, value in self._env.ENVIRON.items() if name.startswith(prefix)
        }


def site_url(hosts: list[str], port: int) -> str:
    """The site's address as far as the settings tell: the first public host with https, else this machine."""
    public = next((host for host in hosts if is_public(host) and "*" not in host), "")
    return f"https://{public.lstrip('.')}" if public else f"http://localhost:{port}"


def is_public(host: str) -> bool:
    """Whether other machines can reach a host of ALLOWED_HOSTS, or an address to listen on."""
    bare = host.strip().strip("[]").lower()
    if bare in {"localhost", "testserver"} or bare.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return True


def make_private(file: Path) -> None:
    """Create a database file and its folder, readable by their owner only; SQLite itself would let everybody read it.

    Its journals get the same mode. An existing folder keeps its mode, because others may use it.
    """
    with contextlib.suppress(OSError):  # it belongs to another account, or the disk is read-only: who opens it will say
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)


def secret_key(given: str, file: Path, *, must_be_given: bool) -> str:
    """The given key, or one that is created once and kept in `file`, readable by its owner only."""
    if given:
        return given
    if must_be_given:
        raise ImproperlyConfigured("SECRET_KEY is missing and ALLOWED_HOSTS names a public host; set SECRET_KEY.")
    try:
        if not file.is_file():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48))
        return file.read_text().strip()
    except OSError as error:
        mend = f"set SECRET_KEY, or give {file.parent} to the account that serves (user id {os.geteuid()})."
        raise ImproperlyConfigured(f"SECRET_KEY is not set, and {file} fails: {error.strerror}; {mend}") from error
