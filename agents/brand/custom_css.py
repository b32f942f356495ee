"""Staff's own style sheet for the chat: checks it, and limits it to the chat."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_CSS_CHARS = 20_000  # ours for the whole panel have some 40,000
ALLOWED_RULES = ("media", "supports", "container", "keyframes")
LOADING = ("url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade")
PAIRS = {")": "(", "]": "[", "}": "{"}

_TOKEN = re.compile(
    r"""
    (?P<comment>/\*.*?\*/)
  | (?P<string>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
  | (?P<bare>url\(\s*(?P<address>[^"'\s()\\][^"'()\\]*)\))
  | (?P<function>[-\w]+)\(
  | @(?P<rule>[-\w]+)
  | (?P<bracket>[\[\](){}])
  | (?P<wrong>\\ | </ | <!-- | --> | /\* | ["'])
  | .
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def validate_css(text: str) -> None:
    """Raise ValidationError unless `text` is CSS that loads nothing from other hosts and closes all its brackets."""
    open_brackets: list[str] = []  # with what was called before them: "url("
    for token in _TOKEN.finditer(text):
        if rule := token["rule"]:
            _require_allowed(rule)
        elif function := token["function"]:
            open_brackets.append(f"{function.lower()}(")
        elif bracket := token["bracket"]:
            _follow(open_brackets, bracket)
        elif token["wrong"]:
            raise ValidationError(_("“%(text)s” cannot stand here.") % {"text": token["wrong"]})
        elif address := token["address"] or _loaded(open_brackets, token["string"]):
            _require_own(address.strip())
    if open_brackets:
        raise ValidationError(_("A bracket is opened and not closed: “%(text)s”.") % {"text": open_brackets[-1]})


def within_chat(css: str) -> str:
    """The style sheet for browsers, whose rules apply only to the chat and its contents."""
    return f"@scope (#panel) {{\n{css}\n}}\n" if css.strip() else ""


def _require_allowed(rule: str) -> None:
    if rule.lower() not in ALLOWED_RULES:
        allowed = ", ".join(f"@{name}" for name in ALLOWED_RULES)
        raise ValidationError(
            _("“@%(rule)s” cannot be used here; %(allowed)s can.") % {"rule": rule, "allowed": allowed}
        )


def _follow(open_brackets: list[str], bracket: str) -> None:
    if bracket not in PAIRS:
        open_brackets.append(bracket)
    elif open_brackets and open_brackets[-1].endswith(PAIRS[bracket]):
        open_brackets.pop()
    else:
        raise ValidationError(_("“%(text)s” closes what was not opened.") % {"text": bracket})


def _loaded(open_brackets: list[str], string: str | None) -> str:
    """The address in a string if it is one to load something from; else ""."""
    is_loading = any(opened.removesuffix("(") in LOADING for opened in open_brackets)
    return string[1:-1] if string and is_loading else ""


def _require_own(address: str) -> None:
    is_here = address.startswith("/") and not address.startswith(("//", "/\\"))
    is_picture = address.lower().startswith("data:image/")
    if "\\" in address or not (is_here or is_picture):
        words = _("“%(address)s” is not on this site. Use an address that begins with a single / or data:image/.")
        raise ValidationError(words % {"address": address[:80]})
