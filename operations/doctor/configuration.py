"""What the settings mean together: what is unsafe, and what does not reach anybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from leads.staff.agent_questions import CONSOLE
from operations.doctor.findings import Finding, doubtful, good

MIN_SECRET_KEY_CHARS = 50  # as Django's own check of a deployment


def unsafe() -> Iterator[Finding]:
    found = list(_unsafe())
    yield from found or [good("settings", "None is unsafe.")]


def _unsafe() -> Iterator[Finding]:
    for name, words in settings.LOOSE_ENDS.items():
        said = words.format(reach="only this machine should reach the server")
        yield doubtful("settings", f"{name}: {said}", "Never so on a server that others can reach.")
    if "*" in settings.ALLOWED_HOSTS:
        yield doubtful("settings", "ALLOWED_HOSTS takes every name.", "Name the hosts that the site is called by.")
    if not settings.IS_PUBLIC:
        return
    if not settings.SECURE_PROXY_SSL_HEADER:
        words = "The site is public, and no proxy says that it speaks TLS: cookies are only sent over https."
        yield doubtful("settings", words, "Put a proxy with TLS in front and set BEHIND_TLS_PROXY=true.")
    elif not settings.TRUSTED_PROXIES:
        words = "Behind a proxy all visitors have its address, and share their limits."
        yield doubtful("settings", words, "Set TRUSTED_PROXIES to the number of proxies in front.")
    if settings.SECURE_PROXY_SSL_HEADER and not settings.CSRF_TRUSTED_ORIGINS:
        words = "No origin is named in CSRF_TRUSTED_ORIGINS."
        yield doubtful("settings", words, "Where the proxy changes Host, forms are refused: name https://your.host.")
    if len(settings.SECRET_KEY) < MIN_SECRET_KEY_CHARS:
        words = f"SECRET_KEY has fewer than {MIN_SECRET_KEY_CHARS} characters."
        yield doubtful("settings", words, "Make one with `make secret-key`; it signs everybody out.")


def mail() -> Iterator[Finding]:
    if settings.EMAIL_BACKEND == CONSOLE:
        words = "No server is set: e-mails about leads are only written to the server's output."
        yield doubtful("mail", words, "Set EMAIL_URL or EMAIL_SERVICE, and EMAIL_FROM.")
        return
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        yield doubtful("mail", "EMAIL_FROM is not set; most servers refuse mail from localhost.", "Set EMAIL_FROM.")
    else:
        yield good("mail", "It is set up.")
    if "//localhost" in settings.SITE_URL and settings.IS_PUBLIC:
        yield doubtful("mail", f"Links in e-mails lead to {settings.SITE_URL}.", "Set SITE_URL.")
