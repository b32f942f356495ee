"""The blocks of a passage's Markdown (paragraphs, lists, tables) and the sentences in them, each with what it needs to
be understood alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["sentence", "question", "lead", "item", "row", "code"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One quotable sentence, list item or table row.

    `text` is plain and complete, `source` is the Markdown to quote, `context` is the lead-in of the list or the name of
    the table's first column. Units of one paragraph, list or table share their `block`.
    """

    text: str
    source: str
    context: str
    kind: Kind
    block: int
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a passage; rows have as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    block: int


_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(r"^(\s*)([-*+•–]|\d{1,3}[.)])\s+(?=\S)")
_LABELLED = re.compile(r"^\s*[^\s:.!?|>][^:.!?|]{0,40}:\s+\S")
_RULE_CELL = re.compile(r"^\s*:?-{1,}:?\s*$")
_INLINE = (
    # None looks farther than a link goes: from each of 100,000 brackets to the end takes the whole process minutes.
    (re.compile(r"!\[([^\[\]]*)\]\([^)]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\[\]]+)\]\([^)]{0,2000}\)"), r"\1"),
    (re.compile(r"<(https?://[^<>\s]+|[^<>\s@]+@[^<>\s]+)>"), r"\1"),
    (re.compile(r"(?<![\\\w*])(\*\*\*|\*\*|\*)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"(?<![\\\w])(__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"~~(?=\S)(.+?)~~"), r"\1"),
    (re.compile(r"`+([^`]+)`+"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|~>-])"), r"\1"),
)
# A full stop after these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:mr|mrs|ms|dr|prof|st|no|nos|vs|etc|e\.g|i\.e|approx|incl|excl|max|min|tel|ext|fig|inc|ltd|co|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|a\.m|p\.m|[a-z])\.$",
    re.IGNORECASE,
)
# A run of stops is looked at once, from its first one on.
_END = re.compile(r"(?<![.!?…。！？])[.!?…。！？]++(?:[\"'”’)\]*_]*+(?:\s++|$)|(?<=[。！？]))")
MAX_ABBREVIATION = 12  # characters, with what stands before it


def plain(markdown: str) -> str:
    """The text a reader sees: no emphasis, link targets, code marks or escapes; white space made single."""
    for pattern, put in _INLINE:
        markdown = pattern.sub(put, markdown)
    return " ".join(html.unescape(markdown).split())


def sentence_spans(text: str) -> Iterator[str]:
    """Sentences of one paragraph, with all their characters; abbreviations and decimals do not end one."""
    start = 0
    for match in _END.finditer(text):
        end, stop = match.end(), match.start() + len(match[0].rstrip())
        is_short = _ABBREVIATION.search(text, max(0, stop - MAX_ABBREVIATION), stop)
        if end < len(text) and (is_short or text[end].islower()):
            continue
        if sentence := text[start:end].strip():
            yield sentence
        start = end
    if text[start:].strip():
        yield text[start:].strip()


def table_cells(line: str) -> tuple[str, ...]:
    """Cells of one table line; an escaped pipe stays within its cell."""
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return tuple(cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line))


def is_table_rule(line: str) -> bool:
    return "-" in line and "|" in line and all(_RULE_CELL.match(cell) for cell in table_cells(line))


def is_item(line: str) -> bool:
    return bool(_ITEM.match(line))


def blocks(text: str) -> Iterator[list[str]]:
    """Lines of each block. A list with its continuation lines is one block, so is a table and a fenced code block."""
    block: list[str] = []
    in_fence = has_rule = False
    for line in text.splitlines():
        fence = bool(_FENCE.match(line))
        is_rule = is_table_rule(line)
        if in_fence:
            block.append(line)
            if fence:
                in_fence = False
                yield block
                block = []
        elif not line.strip():
            if block:
                yield block
            block = []
        elif fence or (block and not is_rule and _changes_kind(block, line, is_table=has_rule)):
            if block:
                yield block
            block, in_fence, has_rule = [line], fence, is_rule
        else:
            has_rule = is_rule or (has_rule and bool(block))
            block.append(line)
    if block:
        yield block


def _changes_kind(block: list[str], line: str, *, is_table: bool) -> bool:
    """Whether a line that is no rule of a table begins another block; the rule belongs to the header line above it."""
    if is_table:
        return "|" not in line
    last = block[-1]
    if is_item(line) != is_item(block[0]):
        return not (is_item(block[0]) and not is_item(line) and (line[:1].isspace() or not line.startswith("|")))
    return "|" in line and line.lstrip().startswith("|") and not last.lstrip().startswith("|")


def is_table(block: list[str]) -> bool:
    return len(block) >= 2 and "|" in block[0] and is_table_rule(block[1]) and not is_item(block[0])


@lru_cache(maxsize=2048)
def tables(text: str) -> tuple[Table, ...]:
    """Every table of a passage."""
    return tuple(_table(lines, number) for number, lines in enumerate(blocks(text)) if is_table(lines))


def _table(lines: list[str], number: int) -> Table:
    header = tuple(plain(cell) for cell in table_cells(lines[0]))
    rows = []
    for line in lines[2:]:
        cells = [plain(cell) for cell in table_cells(line)]
        if any(cells):
            rows.append(tuple((cells + [""] * len(header))[: max(len(header), len(cells))]))
    return Table(header, tuple(rows), number)


def row_text(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    """A table row as a sentence: the first cell, then each other cell after the name of its column."""
    pairs = [
        f"{header[at]}: {cell}" if at < len(header) and header[at] else cell
        for at, cell in enumerate(row)
        if at and cell
    ]
    return f"{row[0]} – {'; '.join(pairs)}" if row[0] and pairs else row[0] or "; ".join(pairs)


@lru_cache(maxsize=2048)
def units(text: str) -> tuple[Unit, ...]:
    """The sentences of a passage in order. Deterministic: vectors made at indexing are matched to them by text."""
    found: list[Unit] = []
    for number, lines in enumerate(blocks(text)):
        lead = found[-1].text if found and _leads_in(found[-1]) else ""
        if is_table(lines):
            found.extend(_rows(lines, number))
        elif is_item(lines[0]):
            found.extend(_items(lines, number, lead))
        elif _FENCE.match(lines[0]):
            body = " ".join(line.strip() for line in lines if not _FENCE.match(line))
            if body.strip():
                found.append(Unit(" ".join(body.split()), "\n".join(lines), lead, "code", number))
        elif _is_labelled(lines):
            found.extend(_items([f"- {line.strip()}" for line in lines], number, lead))
        else:
            found.extend(_sentences(" ".join(line.strip().lstrip(">").strip() for line in lines), number))
    return tuple(found)


def _is_labelled(lines: list[str]) -> bool:
    """Whether a paragraph is a list without marks: "Name: what about it" on every line, as in plain text files."""
    return len(lines) >= 2 and all(_LABELLED.match(line) for line in lines)


def _leads_in(unit: Unit) -> bool:
    return unit.kind in ("lead", "question") or (unit.kind == "sentence" and len(unit.text.split()) <= 12)


def _sentences(text: str, number: int) -> Iterator[Unit]:
    for source in sentence_spans(text):
        clean = plain(source)
        if not clean:
            continue
        kind: Kind = "lead" if clean.endswith(":") else "question" if clean.endswith("?") else "sentence"
        yield Unit(clean, source, "", kind, number)


def _items(lines: list[str], number: int, lead: str) -> Iterator[Unit]:
    items: list[tuple[int, str]] = []
    for line in lines:
        match = _ITEM.match(line)
        if match:
            items.append((len(match[1].expandtabs(4)), line))
        else:
            indent, text = items[-1]
            items[-1] = (indent, f"{text} {line.strip()}")
    parents: list[tuple[int, str]] = []
    for indent, source in items:
        text = plain(_ITEM.sub("", source))
        while parents and parents[-1][0] >= indent:
            parents.pop()
        context = " ".join([lead, *(parent for _, parent in parents)]).strip()
        parents.append((indent, text))
        if text:
            yield Unit(text, source.strip(), context, "item", number)


def _rows(lines: list[str], number: int) -> Iterator[Unit]:
    table = _table(lines, number)
    if not table.rows and any(table.header):
        yield Unit(" ".join(filter(None, table.header)), "\n".join(lines), "", "code", number)
    for row in table.rows:
        text = row_text(table.header, row)
        yield Unit(text, f"- {text}", table.header[0], "row", number, row)
