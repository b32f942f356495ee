"""Reads the front matter of a page, YAML between `---` or TOML between `+++`: its title, and its values as Markdown.

Scalars stay as they are written ("09:00" is no number), and comments are dropped. Front matter that cannot be parsed
is kept line by line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MAX_CHARS = 100_000  # to parse so many takes a second; longer front matter is kept line by line
MAX_VALUES = 4_000  # with YAML aliases expanded: nine lines of aliases can expand to billions of values
MAX_DEPTH = 12
SHORT_WORDS = 30  # a longer value becomes a paragraph

_MARKS = {"---": ("---", "..."), "+++": ("+++",)}
_KEY_LINE = re.compile(
    r"^\s*(?:- +)?[\"']?[\w][\w .-]{0,60}[\"']?\s*[:=](?:\s|$)|^\s*-\s|^\s+\S|^\s*\[\[?[\w.\"' -]+\]\]?\s*$"
)
_COMMENT = re.compile(r"^\s*#")
_TITLES = ("title", "name")
_PROSE_KEYS = "description summary subtitle excerpt intro lead body content text"
_PROSE = frozenset(_PROSE_KEYS.split())
# Keys for the program that builds the site, not for readers.
_TECHNICAL_KEYS = """
layout template draft slug url permalink aliases redirect_from redirects image images cover thumbnail icon toc robots
noindex cascade outputs sidebar sidebar_position sidebar_label nav_order nav_exclude has_children
hide_table_of_contents pagination_next pagination_prev head theme css class type id published featured comments
language lang locale translationkey linktitle sitemap keywords
"""
_TECHNICAL = frozenset(_TECHNICAL_KEYS.split())
_MENUS = frozenset({"menu", "menus"})  # the site's navigation, unless they hold dishes
_NAVIGATION_KEYS = "name title weight order parent identifier params pre post url link href path pageref"
_NAVIGATION = frozenset(_NAVIGATION_KEYS.split())
_LEADS_TO = frozenset({"url", "link", "href", "path", "pageref", "parent", "identifier", "weight"})
_ORDER = frozenset({"weight", "order", "position"})  # the page's place in a list; with a unit ("5 kg") it is a fact
_DATE_KEYS = "date lastmod updated modified publishdate expirydate created last_update"
_DATES = frozenset(_DATE_KEYS.split())
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?")
# Attributes of components that readers do not see.
_HIDDEN_KEYS = """
classname style key ref href src srcset to link target rel img logo alt role tabindex groupid querystring values
defaultvalue defaultopen action method
"""
_HIDDEN = frozenset(_HIDDEN_KEYS.split())
# These are about looks if the value is an identifier: "size" is a fact in "25 m²", and about looks in "large".
_LOOKS_KEYS = "size width height color colour variant kind mode align columns cols gap value tag as status level"
_LOOKS = frozenset(_LOOKS_KEYS.split())
_IDENTIFIER = re.compile(r"[a-z0-9_-]+(?:\.\d+)?")
_PROGRAM_KEY = re.compile(r"(?:on|is|has|show|hide|use)[A-Z]|(?:data|aria|v|x|client|set)[-:]")
_PROGRAM_VALUE = re.compile(r"(?:https?:|mailto:|tel:|#)\S*|\d+(?:\.\d+)?(?:px|rem|em|vh|vw)")
_FILE = re.compile(r"(?:\.{0,2}/)\S*|\S+\.(?:jpe?g|png|gif|svg|webp|avif|css|js)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class _Unreadable(Exception):
    """The front matter is not a mapping, cannot be parsed, or exceeds a limit."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What front matter says about its page. `markdown` leaves out the title and the values for programs."""

    title: str = ""
    markdown: str = ""


def read(text: str) -> tuple[FrontMatter, str]:
    """The front matter of a page, and the rest of the page. A page without front matter comes back whole."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    ends = _MARKS.get(lines[first].strip())
    if not ends:
        return FrontMatter(), text
    last = next((at for at in range(first + 1, len(lines)) if lines[at].rstrip() in ends), None)
    is_closed = last is not None
    if last is None:  # never closed: take it up to the first empty line
        last = next((at for at in range(first + 1, len(lines)) if not lines[at].strip()), len(lines))
    inner = lines[first + 1 : last]
    rest = "\n".join(lines[last + is_closed :])
    if is_closed:
        try:
            return _from_values(_parsed(ends[0], "\n".join(inner))), rest
        except (_Unreadable, RecursionError):
            pass
    entries = [line for line in inner if line.strip() and not _COMMENT.match(line)]
    key_lines = sum(bool(_KEY_LINE.match(line)) for line in entries)
    if not entries or not _KEY_LINE.match(entries[0]) or 2 * key_lines < len(entries):
        return FrontMatter(), text  # the mark was a horizontal rule above prose
    return _line_by_line(entries), rest


def _parsed(mark: str, text: str) -> dict[str, Any]:
    if len(text) > MAX_CHARS:
        raise _Unreadable
    try:
        found = _from_toml(text) if mark == "+++" else _from_yaml(text)
    except (yaml.YAMLError, ValueError) as error:  # a TOMLDecodeError is a ValueError, too
        raise _Unreadable from error
    if not isinstance(found, dict):
        raise _Unreadable
    return found


def _from_toml(text: str) -> Any:
    return _plain(tomllib.loads(text, parse_float=str), _ValueBudget())


def _plain(value: Any, budget: _ValueBudget, depth: int = 0) -> Any:
    budget.spend(depth)
    if isinstance(value, dict):
        return {str(key): _plain(other, budget, depth + 1) for key, other in value.items()}
    if isinstance(value, list):
        return [_plain(other, budget, depth + 1) for other in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _from_yaml(text: str) -> Any:
    """The values as they are written. Tags are ignored: no Python object is constructed from them."""
    return _of_node(yaml.compose(text, Loader=yaml.SafeLoader), _ValueBudget())


def _of_node(node: yaml.Node | None, budget: _ValueBudget, depth: int = 0) -> Any:
    budget.spend(depth)
    if isinstance(node, yaml.MappingNode):
        return {str(_of_node(key, budget, depth + 1)): _of_node(value, budget, depth + 1) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_of_node(value, budget, depth + 1) for value in node.value]
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return ""
    return str(node.value)


class _ValueBudget:
    """Counts down the values that may still be read."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def spend(self, depth: int) -> None:
        """Count one value; raises _Unreadable beyond MAX_VALUES or MAX_DEPTH."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise _Unreadable


# --- Values to Markdown -----------------------------------------------------------------------------------------
def _from_values(values: Mapping[str, Any]) -> FrontMatter:
    title_key = next(
        (key for wanted in _TITLES for key in values if key.casefold() == wanted and _line(values[key])), ""
    )
    others = {key: value for key, value in values.items() if key != title_key and not _is_technical(key, value)}
    return FrontMatter(_line(values[title_key]) if title_key else "", _markdown(others, 2))


def _is_technical(key: str, value: Any) -> bool:
    name = key.casefold()
    if name in _MENUS:
        return _is_navigation(value)
    if name in _TECHNICAL or not isinstance(value, str):
        return name in _TECHNICAL
    return (name in _ORDER and value.strip("-").isdigit()) or (
        name in _DATES and bool(_TIMESTAMP.fullmatch(value.strip()))
    )


def _is_navigation(value: Any) -> bool:
    """Whether a menu is the site's navigation ("main", or entries with addresses) and not a list of dishes."""
    if isinstance(value, dict):
        keys = {key.casefold() for key in value}
        is_entry = keys <= _NAVIGATION and bool(keys & _LEADS_TO)
        return is_entry or all(not isinstance(one, str) and _is_navigation(one) for one in value.values())
    if isinstance(value, list) and not all(isinstance(one, str) for one in value):
        return all(map(_is_navigation, value))
    return True


def is_shown(key: str, value: str) -> bool:
    """Whether a reader of the page sees this attribute of a component: not if it is about looks or for programs."""
    name, value = key.casefold(), value.strip()
    if not value or not key[:1].isalpha() or _PROGRAM_KEY.match(key) or _PROGRAM_VALUE.fullmatch(value):
        return False
    if name in _LOOKS and _IDENTIFIER.fullmatch(value):
        return False
    return name not in _HIDDEN and not _is_technical(key, value) and bool(scalar(value))


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def label(key: str) -> str:
    """The name of a field in words: "pricePerMonth" is "Price Per Month"."""
    words = _CAMEL.sub(" ", key.replace("_", " ").replace("-", " ")).strip()
    return words[:1].upper() + words[1:]


def scalar(value: str) -> str:
    """The value as a person reads it, with yes and no for true and false; "" for the address of a file."""
    value = value.strip()
    return "" if _FILE.fullmatch(value) else {"true": "yes", "false": "no"}.get(value.casefold(), value)


def _markdown(values: Mapping[str, Any], level: int) -> str:
    """Prose first, then short values as one list; other values each below a heading with the key's name."""
    lines: list[str] = []
    prose: list[str] = []
    pages: list[str] = []  # values with several lines, which may hold headings: they come after the list
    below: list[str] = []
    for key, value in values.items():
        if isinstance(value, str):
            text = scalar(value)
            if key.casefold() in _PROSE and text:
                (pages if "\n" in text else prose).append(text)
            elif "\n" in text or len(text.split()) > SHORT_WORDS:
                below.append(_below(key, text, level))
            elif text:
                lines.append(f"- {label(key)}: {text}")
        elif _is_short_list(value):
            if items := _joined(value, ", "):
                lines.append(f"- {label(key)}: {items}")
        elif inner := _list(value, level + 1) if isinstance(value, list) else _markdown(value, level + 1):
            below.append(_below(key, inner, level))
    return "\n\n".join(filter(None, [*prose, "\n".join(lines), *pages, *below]))


def _below(key: str, text: str, level: int) -> str:
    return f"{'#' * min(level, 6)} {label(key)}\n\n{text}"


def _is_short_list(value: Any) -> bool:
    is_flat = isinstance(value, list) and all(isinstance(item, str) and "\n" not in item for item in value)
    return is_flat and sum(len(item.split()) for item in value) <= SHORT_WORDS


def _list(values: list[Any], level: int) -> str:
    """A list of flat mappings as a table, so that each price stays with its name; other lists item by item."""
    if values and all(isinstance(value, dict) for value in values):
        if all(_is_flat(value) for value in values):
            return _table(values)
        return "\n\n".join(filter(None, (_member(value, level) for value in values)))
    return "\n".join(f"- {text}" for value in values if (text := _inline(value)))


def _is_flat(value: Mapping[str, Any]) -> bool:
    return all(len(_inline(other).split()) <= SHORT_WORDS and "\n" not in _inline(other) for other in value.values())


def _table(rows: list[dict[str, Any]]) -> str:
    columns = [
        key for key in dict.fromkeys(key for row in rows for key in row) if _has_words(row.get(key) for row in rows)
    ]
    if not columns:
        return ""
    written = [[label(column) for column in columns], ["---"] * len(columns)]
    written += [[_inline(row.get(column, "")) for column in columns] for row in rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in written)


def _has_words(values: Iterable[Any]) -> bool:
    return any(_inline(value) for value in values if value is not None)


def _member(value: dict[str, Any], level: int) -> str:
    """One mapping of a list, below a heading with its name."""
    name_key = next(
        (key for wanted in ("title", "name", "label", "question") for key in value if key.casefold() == wanted), ""
    )
    name = _line(value.get(name_key, ""))
    inner = _markdown({key: other for key, other in value.items() if key != name_key or not name}, level + 1)
    return f"{'#' * min(level, 6)} {name}\n\n{inner or name}" if name else inner


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{label(key)}: {text}" for key, other in value.items() if (text := _inline(other)))
    if isinstance(value, list):
        return _joined(value, ", ")
    return scalar(value)


def _joined(values: Iterable[Any], mark: str) -> str:
    return mark.join(filter(None, map(_inline, values)))


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")


def _line_by_line(lines: list[str]) -> FrontMatter:
    """Front matter that could not be parsed, taken line by line."""
    title = ""
    kept: list[str] = []
    for line in lines:
        key, mark, value = line.partition("=" if "=" in line.partition(":")[0] else ":")
        name = _unquoted(key.strip().removeprefix("- "))
        if not title and mark and name.casefold() == "title" and _unquoted(value):
            title = _unquoted(value)
        elif not (mark and name.casefold() in _TECHNICAL | _MENUS and not line[:1].isspace()):
            kept.append(
                f"- {label(name)}: {_unquoted(value)}" if mark and _unquoted(value) else f"- {line.strip(' -:')}"
            )
    return FrontMatter(title, "\n".join(kept))
