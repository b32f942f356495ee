"""Additions to the site's Content-Security-Policy for one page. `salesagent.serving.middleware` writes the header."""

from __future__ import annotations

from django.http import HttpRequest

OWN = "'self'"
WEB_ASSEMBLY = "'wasm-unsafe-eval'"  # allows WebAssembly, but not eval of JavaScript


def allow_web_assembly(request: HttpRequest) -> None:
    """Allow the page of this response to run WebAssembly."""
    _add(request, "script-src", WEB_ASSEMBLY)


def allow_own_frames(request: HttpRequest) -> None:
    """Allow the page of this response to show other pages of this site in frames."""
    _add(request, "frame-src", OWN)


def needs_of(request: HttpRequest) -> dict[str, list[str]]:
    """The sources to add, by directive; {} for most pages."""
    needs: dict[str, list[str]] = getattr(request, "policy_needs", {})
    return needs


def _add(request: HttpRequest, directive: str, source: str) -> None:
    needs = needs_of(request)
    request.policy_needs = {**needs, directive: [*needs.get(directive, []), source]}  # type: ignore[attr-defined]
