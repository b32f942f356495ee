"""What one page needs beyond the site's Content-Security-Policy; salesagent.serving.middleware puts it into the
header."""

from __future__ import annotations

from django.http import HttpRequest

WEB_ASSEMBLY = "'wasm-unsafe-eval'"  # compiles WebAssembly, and evaluates no JavaScript


def allow_web_assembly(request: HttpRequest) -> None:
    """Let the page that answers this request run WebAssembly."""
    request.policy_needs = {"script-src": [WEB_ASSEMBLY]}  # type: ignore[attr-defined]


def needs_of(request: HttpRequest) -> dict[str, list[str]]:
    """Sources by directive, to be added; {} for nearly every page."""
    needs: dict[str, list[str]] = getattr(request, "policy_needs", {})
    return needs
