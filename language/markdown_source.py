"""Markdown that stays Markdown, for readers who open it in a program that may load and run what it finds.

For HTML of our own pages there is `markdown.py`.
"""

from __future__ import annotations

import re
from typing import Any

from pyromark import Options, events_with_range, reference_definitions

_SIGNS = re.compile(r"[\\`*_\[\]<>&~|]")
_AT_LINE_START = re.compile(r"(?m)^ {0,3}(?:(?=[#+=-])|\d{1,9}(?=[.)]))")
_INDENT = re.compile(r"(?m)^[ \t]{4,}")
_WEB = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_OPTIONS = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS
MAX_ROUNDS = 5  # what was HTML is looked at again as text


def written(text: str) -> str:
    """Plain text as Markdown that shows it as it is, line by line."""
    text = _INDENT.sub("   ", text)  # four would make it code, in which nothing is escaped
    text = _AT_LINE_START.sub(r"\g<0>\\", _SIGNS.sub(r"\\\g<0>", text))
    return re.sub(r"(?m)(?<=\S)\n(?=[^\n])", "  \n", text)


def line(text: str) -> str:
    """The same for a heading, or a part of a line."""
    return written(" ".join(text.split()))


def quoted(markdown: str) -> str:
    """As a quotation, so that no heading in it is one of the document around it."""
    return "\n".join(f"> {each}" if each.strip() else ">" for each in markdown.split("\n"))


def tamed(markdown: str) -> str:
    """The same with links in the place of images, HTML as text, and only addresses of the web, mail and telephone."""
    data = markdown.encode(errors="replace")
    for _round in range(MAX_ROUNDS):
        places = sorted(_wild(data))
        if not places:
            return data.decode()
        pieces, at = [], 0
        for place in places:
            pieces += [data[at:place], b"\\"]
            at = place
        data = b"".join([*pieces, data[at:]])
    return written(data.decode())


def _wild(data: bytes) -> set[int]:
    """Where a backslash takes away what a sign of this Markdown does: bytes of the text."""
    text = data.decode()
    places = set()
    for event, span in events_with_range(text, options=_OPTIONS):
        ((kind, value),) = event.items() if isinstance(event, dict) else ((event, None),)
        start, end = span["start"], span["end"]
        if kind in ("Html", "InlineHtml"):
            places |= {start + found.start() for found in re.finditer(rb"<", data[start:end])}
        elif kind == "Start" and isinstance(value, dict) and not value.keys().isdisjoint(("Image", "Link")):
            places |= _of_link(data, start, value)
    for definition in reference_definitions(text).values():
        if _is_wild(definition["dest"]):
            start = definition["span"]["start"]
            places.add(start + data[start:].index(b"["))
    return places


def _of_link(data: bytes, start: int, tag: dict[str, Any]) -> set[int]:
    if "Image" in tag:
        return {start} if data[start : start + 1] == b"!" else set()
    return {start} if _is_wild(tag["Link"]["dest_url"]) and data[start : start + 1] in (b"[", b"<") else set()


def _is_wild(address: str) -> bool:
    return bool(_SCHEME.match(address)) and not _WEB.match(address)
