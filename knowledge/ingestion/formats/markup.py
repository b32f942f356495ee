"""Turns an HTML tree into Markdown: headings, paragraphs, lists, and tables with merged cells repeated in each row.

For files that are HTML or are converted to it. knowledge/text/html_blocks.py handles HTML inside Markdown pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.ingestion.formats.tables import joined_header, pairs, table

MAX_SPAN = 100  # rows or columns that one cell may stand for
MAX_DEPTH = 150  # of nested elements; what is deeper becomes plain text

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_NAMES = """
address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form
header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset([*_BLOCK_NAMES.split(), *_HEADINGS])
_DROPPED_NAMES = """
audio button canvas dialog embed head iframe input link map math meta noscript object option script select style svg
template textarea title video
"""
_DROPPED = frozenset(_DROPPED_NAMES.split())
_BOLD = frozenset(["b", "strong"])
# What only looks like Markdown or a tag stays what it is.
_MARK = re.compile(r"^(#{1,6}(?=\s)|```|~~~|[-*+](?=\s)|\d{1,3}[.)](?=\s)|>|(?:---+|===+|\+\+\+)$)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def markdown(root: Any) -> str:
    """The Markdown of an element of lxml and all below it."""
    return "\n\n".join(block for block in _blocks(root, 0) if block.strip())


def inline(element: Any) -> str:
    """All text below an element on one line."""
    return " ".join("".join(_words(element, 0, marks=False)).split())


def _blocks(element: Any, depth: int) -> Iterator[str]:
    """The blocks within an element; text between them is a paragraph."""
    run: list[str] = []
    if element.text:
        run.append(_shown(element.text))
    for child in element:
        name = _name(child)
        if name in _BLOCKS or _holds_blocks(child, depth):
            yield _paragraph(run)
            run = []
            yield from _block(child, name, depth + 1)
        else:
            run += _words(child, depth, marks=True) if name not in _DROPPED else []
        if child.tail:
            run.append(_shown(child.tail))
    yield _paragraph(run)


def _holds_blocks(element: Any, depth: int) -> bool:
    if depth >= MAX_DEPTH or _name(element) in _DROPPED:
        return False
    return any(_name(below) in _BLOCKS for below in element.iterdescendants())


def _block(element: Any, name: str, depth: int) -> Iterator[str]:
    if depth >= MAX_DEPTH:
        yield _paragraph([inline(element)])
    elif name in _HEADINGS:
        if text := inline(element):
            yield f"{'#' * _HEADINGS[name]} {text}"
    elif name in ("ul", "ol", "menu"):
        yield "\n".join(_items(element, name == "ol", depth))
    elif name == "dl":
        yield "\n".join(f"- {term}" for term in term_lines(element))
    elif name == "table":
        yield from _table(element, depth)
    elif name == "pre":
        if text := "".join(element.itertext()).strip("\n"):
            fence = "~~~" if "```" in text else "```"
            yield f"{fence}\n{text}\n{fence}"
    elif name == "summary":
        if text := inline(element):
            yield f"**{text.replace('*', '')}**"
    else:
        yield from _blocks(element, depth)


def _paragraph(run: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(run).split("\n"))
    return "\n".join(_MARK.sub(r"\\\1", line) for line in lines if line)


def _words(element: Any, depth: int, *, marks: bool) -> list[str]:
    """The text of an element that is part of a line; with `marks` bold stays bold and <br> ends the line."""
    name = _name(element)
    if name in _DROPPED or depth > MAX_DEPTH:
        return []
    if name == "br":
        return ["\n" if marks else " "]
    if name == "img":
        return [f" {_shown(element.get('alt') or '')} "]
    found = [_shown(element.text)] if element.text else []
    for child in element:
        found += _words(child, depth + 1, marks=marks)
        if child.tail:
            found.append(_shown(child.tail))
    text = "".join(found)
    if marks and name in _BOLD and text.strip() and "\n" not in text and "*" not in text:
        return [text.replace(text.strip(), f"**{text.strip()}**")]
    return [f" {text} "] if name in _BLOCKS else found


def _shown(text: str) -> str:
    return _TAG.sub("&lt;", re.sub(r"[\s\xa0]+", " ", text.replace("\xad", "")))


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else "template"  # a comment


# --- Lists --------------------------------------------------------------------------------------------------------
def _items(element: Any, is_numbered: bool, depth: int) -> Iterator[str]:
    number = 0
    for child in element:
        if _name(child) in _DROPPED:
            continue
        lines = [line for block in _blocks(child, depth + 1) for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        number += 1
        first, *below = lines
        yield f"{f'{number}.' if is_numbered else '-'} {re.sub(r'^#+ ', '', first)}"
        yield from (f"  {line}" for line in below)


def term_lines(element: Any) -> Iterator[str]:
    """Each term of a <dl> with its description, on one line."""
    names: list[str] = []
    said: list[str] = []
    for child in element.iterdescendants():
        if _name(child) == "dt":
            if said:
                yield f"{', '.join(names)}: {', '.join(said)}"
                names, said = [], []
            names.append(inline(child))
        elif _name(child) == "dd":
            said.append(inline(child))
    if names or said:
        yield ": ".join(filter(None, (", ".join(names), ", ".join(said))))


# --- Tables -------------------------------------------------------------------------------------------------------
def _table(element: Any, depth: int) -> Iterator[str]:
    rows = list(_rows(element))
    is_layout = element.get("role") in ("presentation", "none") or any(
        _name(below) == "table" or _name(below) in _HEADINGS for below in element.iterdescendants()
    )
    if is_layout or not rows:  # it only puts things side by side
        yield from _blocks(element, depth)
        return
    header, filled, caption = plain_table(element)
    if caption:
        yield caption if caption.endswith((":", ".")) else f"{caption}:"
    yield table(header, filled) if header else pairs(filled)


def plain_table(element: Any) -> tuple[list[str], list[list[str]], str]:
    """Column names (none for a list of pairs), rows and caption, with the text of merged cells in each cell.

    If no rows name the columns, the first row with several columns does.
    """
    rows = list(_rows(element))
    caption = next((inline(child) for child in element if _name(child) == "caption"), "")
    grid = _grid(rows)
    width = max(map(len, grid), default=0)
    grid = [[*row, *[""] * (width - len(row))] for row in grid]
    kept = [at for at in range(width) if any(row[at] for row in grid)]
    filled = [[row[at] for at in kept] for row in grid]
    named = _header_rows(rows)
    head, body = filled[:named], [row for row in filled[named:] if any(row)]
    if not head and len(kept) > 2 and len(body) > 1:
        head, body = body[:1], body[1:]
    if not body or len(kept) == 1:
        return [], [row for row in filled if any(row)], caption
    if not head and len(kept) > 2:
        return [""] * len(kept), body, caption
    return joined_header(head), body, caption


def _rows(element: Any) -> Iterator[Any]:
    """The rows of a table, those of its head first."""
    parts = {name: [child for child in element if _name(child) == name] for name in ("thead", "tfoot")}
    others = [child for child in element if _name(child) not in parts]
    for part in (*parts["thead"], *others, *parts["tfoot"]):
        yield from [part] if _name(part) == "tr" else [row for row in part if _name(row) == "tr"]


def _header_rows(rows: list[Any]) -> int:
    """How many rows at the top name columns: those in <thead>, else those with only <th>."""
    for at, row in enumerate(rows):
        cells = _cells(row)
        in_head = _name(row.getparent()) == "thead" if row.getparent() is not None else False
        is_header = in_head or (bool(cells) and all(_name(cell) == "th" for cell in cells))
        if not is_header:
            return at
    return 1


def _cells(row: Any) -> list[Any]:
    return [child for child in row if _name(child) in ("td", "th")]


def _grid(rows: Iterable[Any]) -> list[list[str]]:
    """The text of each cell. A cell that spans several columns or rows is repeated, so that each has its name."""
    held: dict[int, tuple[str, int]] = {}  # column: text of a cell from above, rows it still stands in
    grid: list[list[str]] = []
    for row in rows:
        line: list[str] = []
        cells = iter(_cells(row))
        while True:
            text, left = held.get(len(line), ("", 0))
            if left:
                held[len(line)] = (text, left - 1)
                line.append(text)
                continue
            cell = next(cells, None)
            if cell is None:
                if any(left for column, (_, left) in held.items() if column > len(line)):
                    line.append("")
                    continue
                break
            text = inline(cell)
            for _column in range(_span(cell, "colspan")):
                held[len(line)] = (text, _span(cell, "rowspan") - 1)
                line.append(text)
        grid.append(line)
    return grid


def _span(cell: Any, key: str) -> int:
    written = (cell.get(key) or "1").strip()
    return min(MAX_SPAN, max(1, int(written))) if written.isascii() and written.isdigit() and len(written) < 5 else 1
