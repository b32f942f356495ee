"""What one page needs beyond the site's Content-Security-Policy; salesagent.serving.middleware puts it into the
header."""

from __future__ import annotations

from django.http import HttpRequest

OWN = "'self'"
WEB_ASSEMBLY = "'wasm-unsafe-eval'"  # compiles WebAssembly, and evaluates no JavaScript


def allow_web_assembly(request: HttpRequest) -> None:
    """Let the page that answers this request run WebAssembly."""
    _add(request, "script-src", WEB_ASSEMBLY)


def allow_own_frames(request: HttpRequest) -> None:
    """Let the page that answers this request show other pages of this site in frames."""
    _add(request, "frame-src", OWN)


def needs_of(request: HttpRequest) -> dict[str, list[str]]:
    """Sources by directive, to be added; {} for nearly every page."""
    needs: dict[str, list[str]] = getattr(request, "policy_needs", {})
    return needs


def _add(request: HttpRequest, directive: str, source: str) -> None:
    needs = needs_of(request)
    request.policy_needs = {**needs, directive: [*needs.get(directive, []), source]}  # type: ignore[attr-defined]
