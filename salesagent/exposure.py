"""Settings that are unsafe on a server that others can reach, and whether others can reach it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

from salesagent.environment import is_public

MIN_API_KEY_CHARS = 16  # long enough when an address may guess 60 times a minute
MIN_SECRET_KEY_CHARS = 32  # below this Django's own deployment check warns (security.W009 asks 50)


def reach(host: str, allowed_hosts: Iterable[str]) -> str:
    """How others can reach the server, in words; "" if nobody can. Its names and the address it listens on count."""
    if any(map(is_public, allowed_hosts)):
        return "ALLOWED_HOSTS names a public host"
    if is_public(host):
        return f"HOST {host} can be reached from other machines"
    return ""


def loose_ends(
    *,
    debug: bool,
    api_auth: str,
    rate_limits: bool,
    fetch_private: bool,
    secret_key: str,
    api_key: str,
    metrics_token: str = "",
) -> dict[str, str]:
    """The settings that are unsafe on a server that others can reach: what is wrong with each, and the fix."""
    found = {}
    if debug:
        found["DEBUG"] = "DEBUG is true", "set DEBUG=false"
    if api_auth == "off":
        found["API_AUTH"] = "API_AUTH is off", "set API_AUTH=required"
    if not rate_limits:
        found["RATE_LIMITS"] = "RATE_LIMITS is off", "set RATE_LIMITS=on"
    if fetch_private:
        found["FETCH_PRIVATE"] = "FETCH_PRIVATE is on", "set FETCH_PRIVATE=off"
    if secret_key and len(secret_key) < MIN_SECRET_KEY_CHARS:
        short = f"SECRET_KEY is shorter than {MIN_SECRET_KEY_CHARS} characters"
        found["SECRET_KEY"] = short, "make one with `make secret-key`"
    for name, key in (("API_KEY", api_key), ("METRICS_TOKEN", metrics_token)):
        if key and len(key) < MIN_API_KEY_CHARS:
            short = f"{name} is shorter than {MIN_API_KEY_CHARS} characters"
            found[name] = short, "make one with `make secret-key`"
    return {name: f"{what} and {{reach}}; {mend}." for name, (what, mend) in found.items()}


def refuse(loose: dict[str, str], reached: str) -> None:
    """Raises ImproperlyConfigured for the first unsafe setting if others can reach the server."""
    if reached and loose:
        raise ImproperlyConfigured(next(iter(loose.values())).format(reach=reached))
