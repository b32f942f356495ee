"""Removes from Markdown what is code for a site generator: templates, imports, expressions of MDX.

Every search is bounded, because pages come from strangers. Fenced code has been taken out of the text before.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_STATEMENT_CHARS = 20_000  # enough for a list of plans in an `export const`; longer statements are kept as text
MAX_EXPRESSION_CHARS = 2_000
MAX_UNCLOSED = 20  # unclosed brackets, each of which costs a search; a page with more is taken for text
_COMMENTS = (("<!--", "-->"), ("{/*", "*/}"), ("<%--", "--%>"), ("{% comment %}", "{% endcomment %}"))
_QUOTED = r"\"[^\"\n]{0,2000}\"|'[^'\n]{0,2000}'"
_IMPORT = re.compile(
    rf"^import\s(?:[^;'\"\n]{{0,500}}|\s*\{{[^;'\"{{}}]{{0,2000}}\}}\s*from\s*)(?:{_QUOTED});?[ \t]*$", re.M
)
_EXPORT = re.compile(
    r"^export[ \t]+(?:default\b|(?:const|let|var)[ \t]+[\w{\[]|(?:async[ \t]+)?function\b|class[ \t]+\w|[{*])", re.M
)
_CONSTANT = re.compile(rf"^export[ \t]+(?:const|let|var)[ \t]+(\w+)[ \t]*=[ \t]*({_QUOTED}|-?\d[\d.]*);?[ \t]*$", re.M)
_LITERAL = re.compile(rf"{_QUOTED}|-?\d[\d.]*")
_ATTRIBUTE = re.compile(r"(?<=\s)([A-Za-z][\w:-]*)=\{")
_COMPONENT = re.compile(r"<[A-Z][\w.]*[\s/>]")
_GIVEN = re.compile(r"([A-Za-z][\w-]*)=(\"[^\"]{0,2000}\"|'[^']{0,2000}')")
_SHORTCODE = re.compile(r"\{\{[<%]\s*(/?)\s*([\w/-]+)(.{0,500}?)[>%]\}\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%-?\s*(\w+)(.{0,500}?)%\}", re.DOTALL)
_INSERTION = re.compile(r"\{\{.{0,500}?\}\}|\{#\s.{0,500}?#\}|^\{:[^}\n]{0,300}\}[ \t]*$", re.DOTALL | re.M)
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def without_site_code(text: str) -> str:
    """The text without code of site generators. Literals and constants in expressions are replaced by their values;
    shortcodes with values become tags."""
    for opening, closing in _COMMENTS:
        text = _without_spans(text, opening, closing)
    constants = {match[1]: match[2].strip("\"'") for match in _CONSTANT.finditer(text)}
    is_mdx = bool(_COMPONENT.search(text) or _EXPORT.search(text) or _IMPORT.search(text))
    text = _without_exports(_IMPORT.sub("", text))
    if "{" not in text:
        return text
    text = _plain_attributes(text, constants)
    text = _SHORTCODE.sub(_shortcode(text), text)
    text = _STATEMENT.sub(_statement(text), text)
    text = _INSERTION.sub("", text)
    return _expressions(text, constants, is_mdx)


def _without_spans(text: str, opening: str, closing: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        kept.append(text[at:start])
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def _without_exports(text: str) -> str:
    kept: list[str] = []
    at = unclosed = 0
    for match in _EXPORT.finditer(text):
        if match.start() < at:
            continue
        end = _statement_end(text, match.end() - 1)
        if end > 0:
            kept.append(text[at : match.start()])
            at = end
        elif (unclosed := unclosed + 1) > MAX_UNCLOSED:
            break
    return "".join([*kept, text[at:]])


def _statement_end(text: str, at: int) -> int:
    """The index of the line end of the statement, with all brackets closed; -1 if not in MAX_STATEMENT_CHARS."""
    limit = at + MAX_STATEMENT_CHARS
    while at < min(len(text), limit):
        if text[at] in _PAIRS:
            at = balanced_end(text, at, MAX_STATEMENT_CHARS)
            if at < 0:
                return -1
        elif text[at] == "\n" and not text[max(0, at - 2) : at].endswith(("=", "=>", ",")):
            return at
        else:
            at += 1
    return len(text) if at >= len(text) else -1


def balanced_end(text: str, start: int, limit: int) -> int:
    """The index behind the bracket that closes the one at `start`; -1 if there is none within `limit` characters.

    Brackets in quotes do not count."""
    open_brackets: list[str] = []
    quote = ""
    at, end = start, min(len(text), start + limit)
    while at < end:
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote or (char == "\n" and quote != "`"):
                quote = ""
        elif char in '"`' or (char == "'" and not text[at - 1].isalnum()):
            quote = char
        elif char in _PAIRS:
            open_brackets.append(_PAIRS[char])
        elif open_brackets and char == open_brackets[-1]:
            open_brackets.pop()
            if not open_brackets:
                return at + 1
        at += 1
    return -1


def _plain_attributes(text: str, constants: dict[str, str]) -> str:
    """Write `price={29}` and `staff={["5", "25"]}` in tags as HTML attributes; values to be computed become empty."""
    kept: list[str] = []
    at = unclosed = 0
    for match in _ATTRIBUTE.finditer(text):
        if match.start() < at or text.rfind("<", max(0, match.start() - MAX_EXPRESSION_CHARS), match.start()) < 0:
            continue
        end = balanced_end(text, match.end() - 1, MAX_EXPRESSION_CHARS)
        if end > 0:
            value = _value(text[match.end() : end - 1].strip(), constants).replace('"', "&quot;")
            kept += [text[at : match.start()], f'{match[1]}="{value}"']
            at = end
        elif (unclosed := unclosed + 1) > MAX_UNCLOSED:
            break
    return "".join([*kept, text[at:]])


def _value(expression: str, constants: dict[str, str]) -> str:
    if expression in constants:
        return constants[expression]
    if _LITERAL.fullmatch(expression) or expression in ("true", "false"):
        return expression.strip("\"'")
    if expression.startswith("`") and "${" not in expression:
        return expression.strip("`")
    if expression.startswith("[") and "{" not in expression:
        return ", ".join(found.strip("\"'") for found in _LITERAL.findall(expression))
    return ""


def _tag(name: str, attributes: str, *, is_closed: bool) -> str:
    given = " ".join(f"{key}={value}" for key, value in _GIVEN.findall(attributes))
    quoted = attributes.strip()
    if not given and is_closed and quoted[:1] in "\"'" and quoted[-1:] == quoted[:1]:
        given = f"title={quoted}"
    return f"<Site.{name} {given}{'' if is_closed else ' /'}>" if given else ""


def _shortcode(text: str) -> Callable[[re.Match[str]], str]:
    closed = {match[2] for match in _SHORTCODE.finditer(text) if match[1]}

    def put(match: re.Match[str]) -> str:
        name = match[2].replace("/", ".")
        return f"</Site.{name}>" if match[1] else _tag(name, match[3].strip(" /"), is_closed=match[2] in closed)

    return put


def _statement(text: str) -> Callable[[re.Match[str]], str]:
    words = {match[1] for match in _STATEMENT.finditer(text)}

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("end"):
            return f"</Site.{name.removeprefix('end')}>"
        is_closed = f"end{name}" in words
        return _tag(name, match[2], is_closed=is_closed) if is_closed or name in ("include", "render") else ""

    return put


def _expressions(text: str, constants: dict[str, str], is_mdx: bool) -> str:
    kept: list[str] = []
    at = unclosed = 0
    while unclosed <= MAX_UNCLOSED and (start := text.find("{", at)) >= 0:
        end = balanced_end(text, start, MAX_EXPRESSION_CHARS)
        if end < 0:
            unclosed += 1
            end = start + 1
        inner = text[start + 1 : end - 1].strip()
        is_mark = inner[:1] in ("#", ".", ":")  # an anchor or attributes behind a heading
        shown = _value(inner, constants)
        is_left = end == start + 1 or is_mark or not (shown or is_mdx)
        kept.append(text[at : end if is_left else start])
        kept.append("" if is_left else shown)
        at = end
    return "".join([*kept, text[at:]])
