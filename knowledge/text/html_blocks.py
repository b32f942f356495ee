"""Turns HTML and components within Markdown into Markdown: cards become sections; tables and lists stay such.

It does not use html.parser, which lowercases the names of components and knows no Markdown.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.text.front_matter import is_shown, label, scalar

MAX_DEPTH = 40  # of nested elements; deeper ones become children of the deepest
MAX_SPAN = 20  # rows or columns of one cell
MAX_NAME_WORDS = 8  # a card without a heading is named by its first line, if that has no more words
# They begin the line that opens a section (followed by level and name), and the line that ends it. Both are private
# characters, which are removed from pages before.
OPENS, ENDS = "\ue010", "\ue011"

_VALUE = r"\"[^\"]{0,4000}\"|'[^']{0,4000}'|[^\s>\"'=<{]{1,2000}|\{[^{}]{0,2000}\}"
_ATTRIBUTE = rf"[\w:@.#$-]{{1,100}}(?:\s{{0,20}}=\s{{0,20}}(?:{_VALUE}))?"
_TAG = re.compile(rf"<(/?)([a-zA-Z][\w:.-]{{0,100}})((?:\s{{1,200}}{_ATTRIBUTE}){{0,60}})\s{{0,200}}(/?)>")
_WRITTEN_ATTRIBUTE = re.compile(r"([\w:@.#$-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_DECLARATION = re.compile(r"<[!?][^<>]{0,500}>|</?>")
_BLOCK_NAMES = """
address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header html
legend li main nav ol p section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_DROPPED = ("script", "style", "template", "svg", "iframe")
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_IMPLIED = {
    "li": ("li", "p"), "dt": ("dt", "dd", "p"), "dd": ("dt", "dd", "p"), "tr": ("td", "th", "tr"),
    "td": ("td", "th"), "th": ("td", "th"), "option": ("option",),
}  # fmt: skip
_NAMES = ("title", "heading", "question", "label", "summary", "header", "name")
_NAME_CLASS = re.compile(r"title|name|heading|headline", re.IGNORECASE)


@dataclass(slots=True)
class _Element:
    """A tag with its attributes, its texts and its child elements."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list[_Element | str] = field(default_factory=list)

    @property
    def is_component(self) -> bool:
        return self.tag[:1].isupper() or "." in self.tag or "-" in self.tag

    def below(self) -> Iterator[_Element]:
        for child in self.inner:
            if isinstance(child, _Element):
                yield child
                yield from child.below()


def without_tags(text: str) -> str:
    """The text with each element written as Markdown; text without tags comes back as it is."""
    if "<" not in text:
        return text
    for name in _DROPPED:
        text = _without_element(text, name)
    return _blocks(_tree(_DECLARATION.sub("", text)).inner, is_page=True)


def _without_element(text: str, name: str) -> str:
    kept: list[str] = []
    at = 0
    folded = text.lower() if len(text.lower()) == len(text) else text
    for match in re.finditer(rf"<{name}\b[^<>]{{0,2000}}>", text, re.IGNORECASE):
        if match.start() < at:
            continue
        end = folded.find(f"</{name}", match.end())
        if end < 0:
            break
        kept.append(text[at : match.start()] + "\n")
        at = (folded.find(">", end) + 1) or len(text)
    return "".join([*kept, text[at:]])


def _tree(text: str) -> _Element:
    tags = list(_TAG.finditer(text))
    last_end = {match[2]: match.start() for match in tags if match[1]}
    page = _Element("")
    stack, at = [page], 0
    for match in tags:
        stack[-1].inner.append(text[at : match.start()])
        at = match.end()
        name = match[2] if match[2][:1].isupper() else match[2].lower()
        if match[1]:
            depth = next((depth for depth in range(len(stack) - 1, 0, -1) if stack[depth].tag == name), 0)
            del stack[depth or len(stack) :]
            if not depth and name in _BLOCKS:
                stack[-1].inner.append("\n")
            continue
        _close_implied(stack, name)
        attributes = {g[1]: html.unescape(g[2] or g[3] or g[4] or "") for g in _WRITTEN_ATTRIBUTE.finditer(match[3])}
        element = _Element(name, attributes)
        stack[-1].inner.append(element)
        is_open = last_end.get(match[2], -1) > match.start() or name in _IMPLIED
        if is_open and not match[4] and name not in _VOID and len(stack) < MAX_DEPTH:
            stack.append(element)
    stack[-1].inner.append(text[at:])
    return page


def _close_implied(stack: list[_Element], name: str) -> None:
    ends = _IMPLIED.get(name, ("p",) if name in _BLOCKS or name in _HEADINGS else ())
    while len(stack) > 1 and stack[-1].tag in ends:
        stack.pop()


def _blocks(inner: list[_Element | str], is_page: bool = False) -> str:
    written = ""
    cards = _unnamed_cards(inner)
    for at, child in enumerate(inner):
        if isinstance(child, str):
            written += child if is_page else _dedented(child)
            continue
        following = inner[at + 1] if at + 1 < len(inner) else ""
        if id(child) in cards:
            written += _section(0, _line([cards[id(child)]]), _blocks(_without(child.inner, cards[id(child)])))
        elif child.is_component:
            is_inline = bool(written[written.rfind("\n") + 1 :].strip()) or (
                isinstance(following, str) and bool(following.partition("\n")[0].strip())
            )
            written += _inline_component(child) if is_inline else _component(child)
        else:
            shown = _html(child)
            is_next_to_tag = at > 1 and inner[at - 1] == "" and isinstance(inner[at - 2], _Element)
            # A space between two elements that touch, such as boxes with "Team" and "$29".
            is_glued = is_next_to_tag and written[-1:].strip() and shown[:1].strip()
            written += f" {shown}" if is_glued else shown
    return written


def _html(element: _Element) -> str:
    tag = element.tag
    if tag in _HEADINGS:
        return f"\n\n{'#' * int(tag[1])} {_line(element.inner)}\n\n"
    if tag in _VOID:
        return {"br": "\n", "hr": "\n\n"}.get(tag, "")
    if tag in ("ul", "ol"):
        return _list(element)
    if tag == "table":
        return _table(element)
    if tag == "details":
        return _details(element)
    if tag in ("strong", "b"):
        text = _blocks(element.inner)
        return f"**{text.strip()}**" if text.strip() and "\n" not in text.strip() and "*" not in text else text
    if tag == "dl":
        return _terms(element)
    if tag in _BLOCKS:
        return _container(element)
    return _blocks(element.inner)


def _container(element: _Element, facts: str = "") -> str:
    """An element with one heading and other text becomes a section. Short text above the heading, like "Popular", goes
    to the end of that section."""
    headings = [found for found in element.below() if found.tag in _HEADINGS and _line(found.inner)]
    names = [found for found in element.below() if found.is_component and _name(found)[1]]
    if not headings or any(heading.tag == "h1" for heading in headings):
        return f"\n\n{facts}{_blocks(element.inner).strip()}\n\n"
    if len(headings) > 1 or names:
        return f"\n\n{OPENS}0 \n\n{facts}{_blocks(element.inner).strip()}\n\n{ENDS}\n\n"
    name = _line(headings[0].inner)
    above, _, rest = _blocks(element.inner).partition(_html(headings[0]))
    if not above.strip() and not rest.strip() and not facts:
        return f"\n\n{'#' * int(headings[0].tag[1])} {name}\n\n"
    if len(above.split()) > MAX_NAME_WORDS:
        return f"\n\n{above.strip()}{_section(int(headings[0].tag[1]), name, facts + rest)}"
    return _section(int(headings[0].tag[1]), name, f"{facts}{rest}\n\n{above}")


def _section(level: int, name: str, text: str) -> str:
    return f"\n\n{OPENS}{level} {name}\n\n{text.strip()}\n\n{ENDS}\n\n"


def _details(element: _Element) -> str:
    summary = next((child for child in element.inner if isinstance(child, _Element) and child.tag == "summary"), None)
    if not summary or not _line(summary.inner):
        return _container(element)
    return _section(0, _line(summary.inner), _blocks(_without(element.inner, summary)))


def _without(inner: list[_Element | str], left_out: _Element) -> list[_Element | str]:
    return [
        child
        if isinstance(child, str)
        else _Element(child.tag, child.attributes, _without(child.inner, left_out) if child.inner else [])
        for child in inner
        if child is not left_out
    ]


def _unnamed_cards(inner: list[_Element | str]) -> dict[int, _Element]:
    """The element that names each card without a heading, by id() of the card.

    Cards are several siblings of one tag and class, each with a short first line and more text."""
    kinds: dict[tuple[str, str], list[_Element]] = {}
    for child in inner:
        if isinstance(child, _Element) and child.tag in ("div", "article", "section", "a"):
            kinds.setdefault((child.tag, child.attributes.get("class", "").partition(" ")[0]), []).append(child)
    found: dict[int, _Element] = {}
    for alike in kinds.values():
        named = {id(child): name for child in alike if (name := _first_line(child)) is not None}
        if len(alike) > 1 and len(named) == len(alike):
            found |= named
    return found


def _first_line(card: _Element) -> _Element | None:
    below = list(card.below())
    if any(found.tag in _HEADINGS or found.is_component for found in below):
        return None
    leaves = [
        found for found in below if not any(isinstance(child, _Element) for child in found.inner) and _line(found.inner)
    ]
    marked = [found for found in leaves if _NAME_CLASS.search(found.attributes.get("class", ""))]
    bold = [found for found in leaves if found.tag in ("strong", "b")]
    name = next(iter([*marked, *bold, *leaves]), None)
    text = _line(name.inner) if name else ""
    is_name = text[:1].isalpha() and len(text.split()) <= MAX_NAME_WORDS and text[-1:] not in ".:,"
    return name if is_name and _line(card.inner) != text else None


# --- Components ---------------------------------------------------------------------------------------------------
def _name(element: _Element) -> tuple[str, str]:
    """The attribute that names the component, and its value; both "" if there is none."""
    for wanted in _NAMES:
        for key, value in element.attributes.items():
            if key.lower() == wanted and scalar(value):
                return key, " ".join(value.split())
    return "", ""


def _component(element: _Element) -> str:
    key, name = _name(element)
    shown = {other: value for other, value in element.attributes.items() if other != key and is_shown(other, value)}
    if all(value in ("true", "false") for value in shown.values()):  # switches for its looks, not facts
        shown = {}
    facts = "".join(f"- {label(other)}: {scalar(value)}\n" for other, value in shown.items())
    facts = f"{facts}\n" if facts else ""
    if not name:
        return _container(element, facts)
    text = f"{facts}{_blocks(element.inner)}"
    if text.strip():
        return _section(0, name, text)
    return "" if key.lower() == "name" else f"\n\n{name}\n\n"


def _inline_component(element: _Element) -> str:
    text = _blocks(element.inner)
    return text if text.strip() else _label_text(element)


def _label_text(element: _Element) -> str:
    labels = (value for key, value in element.attributes.items() if key.lower() in ("text", "label", "children"))
    return next(labels, "")


# --- Lists and tables -----------------------------------------------------------------------------------------------
def _list(element: _Element) -> str:
    lines: list[str] = []
    number = 0
    for child in element.inner:
        if not isinstance(child, _Element):
            lines += [child.strip()] if child.strip() else []
            continue
        if any(found.tag in _HEADINGS or found.is_component for found in child.below()):
            lines.append(_container(child))
            continue
        number += 1
        text = _blocks(child.inner)
        own = [line for line in text.split("\n") if line.strip()]
        below = next((at for at, line in enumerate(own) if line.lstrip().startswith(("- ", "1. "))), len(own))
        mark = f"{number}." if element.tag == "ol" else "-"
        if own:
            lines.append(f"{mark} {' '.join(line.strip() for line in own[:below])}".rstrip())
            lines += [f"  {line}" for line in own[below:]]
    return "\n\n" + "\n".join(lines) + "\n\n"


def _terms(element: _Element) -> str:
    """A list item per term of a <dl>, with its definitions."""
    lines: list[str] = []
    for found in element.below():
        if found.tag == "dt" or (found.tag == "dd" and not lines):
            lines.append(f"- {_line(found.inner)}")
        elif found.tag == "dd":
            lines[-1] += f"{',' if ': ' in lines[-1] else ':'} {_line(found.inner)}"
    return "\n\n" + ("\n".join(lines) if lines else _blocks(element.inner)) + "\n\n"


def _table(element: _Element) -> str:
    rows = [found for found in element.below() if found.tag == "tr"]
    if any(found.tag == "table" or found.tag in _HEADINGS for found in element.below()) or not rows:
        return _container(element)  # the table is used for layout only
    caption = next((_line(found.inner) for found in element.below() if found.tag == "caption"), "")
    cells = _grid(rows)
    width = max(map(len, cells), default=0)
    first = [child.tag for child in rows[0].inner if isinstance(child, _Element)]
    has_header = "th" in first[1:] or first == ["th"] or (width > 2 and len(cells) > 1)
    if has_header and len(cells) > 1:
        cells.insert(1, ["---"] * width)
        lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in cells]
    else:
        lines = [f"- {': '.join(filter(None, row))}" if width == 2 else f"- {' – '.join(row)}" for row in cells]
    return "\n\n" + (f"{caption}:\n\n" if caption else "") + "\n".join(lines) + "\n\n"


def _grid(rows: list[_Element]) -> list[list[str]]:
    """The text of each cell, by row. A cell that spans rows is repeated in each, so that no price loses its name."""
    spanning: dict[int, tuple[str, int]] = {}  # by column: text of a cell that began above, and rows it still covers
    grid: list[list[str]] = []
    for row in rows:
        line: list[str] = []

        def from_above(line: list[str] = line) -> None:
            while spanning.get(len(line), ("", 0))[1] > 0:
                text, left = spanning[len(line)]
                spanning[len(line)] = (text, left - 1)
                line.append(text)

        for cell in (child for child in row.inner if isinstance(child, _Element) and child.tag in ("td", "th")):
            from_above()
            text = _line(cell.inner).replace("|", "\\|")
            for column in range(_span(cell, "colspan")):
                spanning[len(line)] = (text, _span(cell, "rowspan") - 1)
                line.append("" if column else text)
        from_above()
        if any(line):
            grid.append(line)
    return grid


def _span(cell: _Element, key: str) -> int:
    written = cell.attributes.get(key, "1")
    return min(MAX_SPAN, max(1, int(written))) if written.isascii() and written.isdigit() and len(written) < 4 else 1


def _line(inner: list[_Element | str]) -> str:
    """The text on one line. Children are not rendered, so deep nesting costs no more than its length."""
    return " ".join("".join(_texts(inner)).split())


def _texts(inner: list[_Element | str]) -> Iterator[str]:
    for at, child in enumerate(inner):
        if isinstance(child, str):
            yield child
            continue
        is_apart = child.tag in _BLOCKS or child.tag in ("br", "hr") or child.is_component
        if is_apart or (at > 1 and inner[at - 1] == ""):
            yield " "
        yield from _texts(child.inner) if child.inner else [_label_text(child)] if child.is_component else []
        if is_apart:
            yield " "


def _dedented(text: str) -> str:
    first, mark, rest = text.partition("\n")
    return f"{first}{mark}{textwrap.dedent(rest)}"
