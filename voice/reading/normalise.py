"""Turns an answer's Markdown into plain words that a voice can read. `english.py` has the rules for English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import pairwise

import nh3
from pyromark import Options, events_with_range

from voice.reading.said import phones

NORMALISER_VERSION = 3  # part of every key of the speech cache; raise it when the words of any text change
MAX_CHARS = 20_000  # of one clause; longer ones are tables or code, and would take over 20 minutes to say
# The words may be this many times as long as the input ("1°F" is "1 degree Fahrenheit"), without pronunciations.
MAX_GROWTH = 7
GROWTH_SPARE = 40  # characters, for very short clauses like "±3"
MAX_TOKEN = 40  # Latin letters without a space; more are not a word (300 of them became 46 s of speech)
MAX_PRONUNCIATIONS = 500
_MONTH_FIRST = ("", "us", "ca", "ph")  # regions that write 12/24/2026; "" is plain "en", which counts as American
MAX_SPOKEN = 200  # characters of one pronunciation


@dataclass(frozen=True, slots=True)
class SpokenAs:
    """How an agent says one word: `spoken` is a plain respelling, "" to leave the word out."""

    word: str
    spoken: str


def speakable(markdown: str, pronunciations: Sequence[SpokenAs] = (), *, language: str = "en") -> str:
    """The words of one clause or text on one line; "" if there is nothing to say.

    Of links it keeps the text, of bare addresses the domain, of tables the cells. Code blocks, struck text, images
    without a description, HTML, emoji and citation marks are left out. Words are added ("per", "dot") for English only.
    """
    from voice.reading import english  # not at the top: its patterns take 0.1 s, and only speech needs them

    language, _, region = language.lower().replace("_", "-").partition("-")
    is_english = language == "en"
    text = unicodedata.normalize("NFC", markdown[:MAX_CHARS])
    # For an English voice "1." ends a sentence; other voices need the full stop to read "24. Dezember" correctly.
    spoken = _join(_blocks(_without_controls(text), behind_number=":" if is_english else "."))
    replacer = _replacer(tuple(pronunciations[:MAX_PRONUNCIATIONS]))
    spoken = replacer.hide_symbolic(_tidy(spoken))
    spoken = _without_citations(spoken)
    spoken = _shorten(_with_addresses_read(spoken, is_english))
    is_day_first = region not in _MONTH_FIRST
    spoken = english.read(spoken, is_day_first=is_day_first) if is_english else phones.read(spoken)
    spoken = _without_marks(spoken)
    spoken = _at_most(spoken, MAX_GROWTH * len(markdown) + GROWTH_SPARE)
    spoken = _LEADING.sub("", _SPACE_BEFORE.sub(r"\1", " ".join(replacer.show(spoken).split())))
    return spoken if any(map(str.isalnum, spoken)) else ""


# --- Markdown -----------------------------------------------------------------------------------------------------
# HTML is parsed so that it can be told from text and left out.
_OPTIONS = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH
_stripper = nh3.Cleaner(tags=set())
_ENDS = frozenset(".!?…:;,—。！？；，、")
_CLOSERS = "\"'”’»)]* "
_SHORT_LINE = 60  # characters: a shorter line was broken on purpose, a longer one to fit a page
# Marks a line that was broken on purpose. Texts do not have it: control characters are removed before.
_BREAK = "\x1e"
_BREAK_TAG = re.compile(r"<br\b[^<>]{0,40}>|</(?:p|div|li|tr|h[1-6]|td|th)\s{0,9}>", re.IGNORECASE)
_TASK = re.compile(r"\[[ xX]\]\s+")
_LINK_NUMBER = re.compile(r"\[?\^?\d{1,3}\]?")


@dataclass(frozen=True, slots=True)
class _Block:
    """The words of a block. Headings, list items and table rows are sentences, even without a full stop."""

    text: str
    is_sentence: bool


_NUMBER = re.compile(rb"\s*(\d{1,9})[.)]")
_HOLDS_WORDS = frozenset({"Paragraph", "Heading", "TableCell"})


def _blocks(markdown: str, behind_number: str) -> Iterator[_Block]:
    """Yields the words of each block. In a list without blank lines, an item has no paragraph around its words."""
    source = markdown.encode()
    within: list[str] = []  # the kinds of the open blocks
    number, cells, html = "", list[str](), list[str]()
    words = _Words(source)

    def said() -> Iterator[_Block]:
        nonlocal number
        if words.is_empty:
            return
        text = words.taken()
        text = _TASK.sub("", text, count=1) if "Item" in within and _TASK.match(text) else text
        yield _Block(number + text, "Item" in within or within[-1:] == ["Heading"])
        number = ""

    for event, place in events_with_range(markdown, options=_OPTIONS, merge_text=True):
        (kind, value), *_ = event.items() if isinstance(event, dict) else [(event, None)]
        name = _name(value) if kind in ("Start", "End") else ""
        if kind == "Html":
            html.append(str(value))
        elif name in _INLINE or kind not in ("Start", "End"):
            if "CodeBlock" not in within:
                words.take(kind, name, value, place["start"])
        elif kind == "Start":
            if name not in _HOLDS_WORDS:
                yield from said()
            if name == "Item":
                written = _NUMBER.match(source, place["start"])
                number = f"{written[1].decode()}{behind_number} " if written else ""
            within.append(name)
        else:
            if name == "TableCell":
                cells.append(words.taken())
            elif name in ("TableRow", "TableHead"):
                yield _Block(", ".join(cell for cell in cells if cell), True)
                cells = []
            elif name == "HtmlBlock":
                broken = _BREAK_TAG.sub(_BREAK, "".join(html))
                yield _Block(_with_lines_ended(unescape(_stripper.clean(broken))), False)
                html = []
            else:
                yield from said()
            within.pop()


def _name(tag: object) -> str:
    return tag if isinstance(tag, str) else str(next(iter(tag))) if isinstance(tag, dict) else ""


_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})


class _Words:
    """Collects the words of one block."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._parts: list[str] = []
        self._struck = self._hidden = 0
        self._strikes: list[bool] = []
        self._links: list[int] = []  # where the words of each open link begin

    @property
    def is_empty(self) -> bool:
        return not self._parts

    def taken(self) -> str:
        text = _with_lines_ended("".join(self._parts))
        self._parts, self._struck, self._hidden, self._strikes, self._links = [], 0, 0, [], []
        return text

    def take(self, kind: str, name: str, value: object, place: int) -> None:
        if name == "Strikethrough":
            self._strike(kind, place)
        elif kind == "InlineHtml":
            self._hidden = max(0, self._hidden + _scripts_opened(str(value)))
            if _BREAK_TAG.fullmatch(str(value)):
                self._parts.append(_BREAK)
        elif self._struck or self._hidden:
            return
        elif kind in ("SoftBreak", "HardBreak"):
            self._parts.append("\n" if kind == "SoftBreak" else _BREAK)
        elif name == "Link":
            self._link(kind)
        elif kind in ("Text", "Code"):
            self._parts.append(str(value))

    def _strike(self, kind: str, place: int) -> None:
        if kind == "Start":
            self._strikes.append(self._source[place : place + 2] == b"~~")
        is_struck = self._strikes[-1] if kind == "Start" else self._strikes.pop()
        if is_struck:
            self._struck += 1 if kind == "Start" else -1
        elif not self._struck:
            self._parts.append("~")  # one alone means "about"

    def _link(self, kind: str) -> None:
        if kind == "Start":
            self._links.append(len(self._parts))
        elif self._links:
            start = self._links.pop()
            if _LINK_NUMBER.fullmatch("".join(self._parts[start:]).strip()):  # the number of a source
                del self._parts[start:]


def _scripts_opened(tag: str) -> int:
    found = re.match(r"<(/?)(?:script|style)\b", tag, re.IGNORECASE)
    return 0 if found is None else -1 if found[1] else 1


def _with_lines_ended(text: str) -> str:
    """Joins lines. A line that was broken on purpose gets a full stop or, if its sentence goes on, a comma."""
    text = "\n".join(_with_breaks_ended(text.split(_BREAK)))
    lines = [line.strip() for line in text.split("\n")]
    for at, (line, following) in enumerate(pairwise(lines)):
        begins_anew = following[:1].isupper() or unicodedata.category(following[:1] or " ") == "So"
        if line and len(line) < _SHORT_LINE and begins_anew:
            lines[at] = _ended(line)
    return " ".join(lines)


def _with_breaks_ended(lines: list[str]) -> list[str]:
    lines = [line.strip() for line in lines]
    said = [line for line in lines if line]
    for at, (line, following) in enumerate(pairwise(said)):
        goes_on = following[0].islower() and line[-1] not in _ENDS
        said[at] = f"{line}," if goes_on else _ended(line)
    return said or lines[:1]


def _join(blocks: Iterable[_Block]) -> str:
    """Joins all blocks on one line. The last paragraph stays as it is, because its sentence may go on."""
    said = [block for block in blocks if block.text.strip()]
    last = len(said) - 1
    return " ".join(
        _ended(block.text.strip()) if block.is_sentence or at < last else block.text.strip()
        for at, block in enumerate(said)
    )


def _ended(text: str) -> str:
    bare = text.rstrip(_CLOSERS)
    return text if bare and bare[-1] in _ENDS else f"{text}."


# --- Characters ---------------------------------------------------------------------------------------------------
_LOWERED = {ord(sign): str(digit) for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}  # "CO₂": voices skip them otherwise
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "´": "'"}
)
_KEPT_SYMBOLS = frozenset("°©")
# Emoji, their modifiers, controls and unassigned characters.
_LEFT_OUT = {"So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Me"}
_SELECTORS = re.compile(r"[\ufe00-\ufe0f]")  # text or emoji style; no language needs these combining marks
_CITATION = re.compile(r"\s?(?:\[\^?\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,9}\]|【[^】]{1,40}】)")
_RAISED_NUMBER = re.compile(r"(?<=[^\W\d_])(?<!\bm)(?<!\b[ckmf][mt])[¹²³⁰⁴-⁹]+|(?<=[.!?,;:)\"])[¹²³⁰⁴-⁹]+")
_MARKS = re.compile(r"\*+|`+|~~+|_{2,}|(?<!\w)_+|_+(?!\w)|[\[\]{}\\]|#+(?!\w)|(?<!\S)[-=]{2,}(?!\S)|[<>](?!\s?\d)")
_ARROWS = re.compile(r"\s*(?:→|⇒|➜|➔|-{1,2}>|=>)\s*")
_REPEATED = re.compile(r"([^\d\s])\1{4,}")
_LONG_TOKEN = re.compile(rf"([!-~\u00a1-\u024f]{{{MAX_TOKEN}}})[!-~\u00a1-\u024f]+")
_LEADING = re.compile(r"^(?:[\s,;:!?…—–]|\.(?!\d)|-(?=\s))+")
_SPACE_BEFORE = re.compile(r" +([,;:!?…]|\.(?!\d))")


def _without_controls(text: str) -> str:
    """Removes characters that the parser refuses (lone surrogates), and the private ones that `_Replacer` uses."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Co"))


def _tidy(text: str) -> str:
    text = _SELECTORS.sub("", _ARROWS.sub(", ", text.translate(_QUOTES | _LOWERED)))
    if text.isascii():
        return text
    return "".join(
        char if char.isascii() or char in _KEPT_SYMBOLS or unicodedata.category(char) not in _LEFT_OUT else " "
        for char in text
    )


def _without_citations(text: str) -> str:
    return _RAISED_NUMBER.sub("", _CITATION.sub("", text))


def _without_marks(text: str) -> str:
    """Removes the marks of Markdown that was cut or never closed."""
    return _MARKS.sub(" ", text).replace("_", " ").replace("|", ", ")


def _shorten(text: str) -> str:
    text = _REPEATED.sub(lambda run: run[1] * 3 if run[1].isalpha() else run[1], text)
    return _LONG_TOKEN.sub(r"\1", text)


def _at_most(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rpartition(" ")[0]


# --- Addresses ----------------------------------------------------------------------------------------------------
_TOP_LEVELS = (
    "com|org|net|io|ai|app|dev|info|biz|shop|store|online|tech|cloud|co|eu|uk|de|fr|es|it|nl|ch|at|us|ca|au|in"
)
_EMAIL = re.compile(r"(?<![\w.+-])([\w+-]{1,64}(?:\.[\w+-]{1,64}){0,4})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})")
_URL = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]+", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"(?<![\w@.-])((?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_TOP_LEVELS}))(/[^\s<>\"]*)?(?![\w-])", re.IGNORECASE
)
_SIGNS = {".": " dot ", "-": " dash ", "_": " underscore ", "+": " plus "}


def _with_addresses_read(text: str, is_english: bool) -> str:
    if "@" not in text and "." not in text:
        return text
    text = _URL.sub(lambda found: _domain_of(found[0], is_english), text)
    if not is_english:
        return text
    text = _EMAIL.sub(lambda found: f"{_spelled(found[1])} at {_spelled(found[2])}", text)
    return _DOMAIN.sub(lambda found: _spelled(found[1]) + _tail(found[2] or ""), text)


def _domain_of(url: str, is_english: bool) -> str:
    tail = _tail(url)
    address = re.sub(r"^https?://", "", url[: len(url) - len(tail)], flags=re.IGNORECASE)
    host = re.split(r"[/?#]", address, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    host = host.removeprefix("www.")
    return (_spelled(host) if is_english else host) + tail


def _tail(address: str) -> str:
    """The punctuation after an address, which belongs to the sentence."""
    unmatched = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in ".,;:!?'\"" or (address[end - 1] == ")" and unmatched > 0)):
        end -= 1
        unmatched -= address[end] == ")"
    return address[end:]


def _spelled(address: str) -> str:
    return "".join(_SIGNS.get(char, char) for char in address).strip()


# --- Pronunciations -----------------------------------------------------------------------------------------------
_PRIVATE = 0xE000  # the first private character of Unicode; each one replaces a spoken word while the rules run


class _Replacer:
    """Inserts the agent's pronunciations. The words of one pronunciation are not replaced by another."""

    def __init__(self, pronunciations: Sequence[SpokenAs]):
        spoken = {each.word.strip().casefold(): _one_line(each.spoken) for each in pronunciations if each.word.strip()}
        self._spoken = list(spoken.values())
        self._at = {word: at for at, word in enumerate(spoken)}
        # Words with signs ("AT&T", "C++") are replaced before the rules read the signs; others afterwards.
        self._symbolic = _whole_words(word for word in spoken if re.search(r"[^\w\s'-]", word))
        self._plain = _whole_words(word for word in spoken if not re.search(r"[^\w\s'-]", word))

    def hide_symbolic(self, text: str) -> str:
        return self._symbolic.sub(self._hidden, text) if self._symbolic else text

    def show(self, text: str) -> str:
        if self._plain:
            text = self._plain.sub(self._hidden, text)
        return _HIDDEN.sub(lambda found: self._spoken[ord(found[0]) - _PRIVATE], text) if self._spoken else text

    def _hidden(self, found: re.Match[str]) -> str:
        at = self._at.get(" ".join(found[0].casefold().split()))
        return found[0] if at is None else chr(_PRIVATE + at)


_HIDDEN = re.compile(rf"[\ue000-{chr(_PRIVATE + MAX_PRONUNCIATIONS - 1)}]")


@lru_cache(maxsize=64)  # agents in use at a time
def _replacer(pronunciations: tuple[SpokenAs, ...]) -> _Replacer:
    return _Replacer(pronunciations)


def _whole_words(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(words, key=len, reverse=True)
    patterns = [r"\s+".join(re.escape(part) for part in word.split()) for word in longest_first]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE) if patterns else None


def _one_line(spoken: str) -> str:
    return " ".join(_without_controls(unicodedata.normalize("NFC", spoken))[:MAX_SPOKEN].split())
