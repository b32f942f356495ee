"""Cuts an answer into clauses while it is still being written, so that its first words are heard before it is complete.
A clause is unchanged Markdown; `normalise.py` turns it into spoken words.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from voice.reading.open_marks import OpenMarks

# The first clause is short, because somebody waits for it. Three words take over 1 s to say, so that the second clause
# is ready before they end. Later clauses are sentences; speech services recommend at most 140 characters.
FIRST_WORDS = 3
FIRST_ALPHANUMERICS = 10
MAX_FIRST_WORDS = 8
SENTENCE_LEAST = 20
MAX_SENTENCE = 140
MAX_CLAUSE = 250
# A link or bold text may make a clause longer, up to here. A mark that is still open then is a stray sign.
MAX_OPEN = 1000

_PAUSES = frozenset(",;:")
_STOPS = frozenset(".!?…")
_WIDE_STOPS = frozenset("。！？")  # these end a sentence without a space after them
_CLOSERS = frozenset("\"'”’»)]*_~")
# Abbreviations with a full stop: they never end a sentence; they end it before a capital; or unless a digit follows.
_NEVER_LAST = frozenset(
    ("mr", "mrs", "ms", "mx", "dr", "prof", "st", "mt", "ft", "rev", "hon", "gen", "gov", "sen", "sgt", "capt", "lt",
     "col", "vs", "e.g", "i.e", "cf", "approx", "incl", "excl", "fig", "ca", "sq", "cu", "avg", "qty", "messrs", "resp",
     "z.b", "d.h", "u.a", "bzw", "ggf", "inkl", "exkl", "zzgl", "evtl", "sog", "p.ej", "sra", "mme", "mlle")
)  # fmt: skip
_SELDOM_LAST = frozenset(
    ("etc", "inc", "ltd", "corp", "co", "jr", "sr", "bros", "dept", "est", "max", "min", "a.m", "p.m", "u.s", "u.k",
     "e.u", "ph.d", "gmbh", "ave", "blvd", "rd", "hrs", "hr", "mo", "yr", "lb", "lbs", "oz", "pcs", "usw", "std")
)  # fmt: skip
_BEFORE_DIGITS = frozenset(
    ("no", "nos", "art", "sec", "vol", "pp", "p", "ch", "tel", "ext", "nr", "apt", "ste", "bldg", "fl", "rm", "str",
     "abs", "kap", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "rs")
)  # fmt: skip
_NUMBER_BEGINS = frozenset("0123456789#(+$€£¥₹-–&/")
_ELLIPSIS = "…"  # a sentence may go on after it
# A German day: "am 24. Dezember"
_BEFORE_DAYS = frozenset(("am", "den", "dem", "der", "vom", "zum", "bis", "ab", "des"))
_DAY_OF_MONTH = re.compile(r"(?:[1-9]|[12]\d|3[01])\.")
_WITH_NUMBER = re.compile(r"[\d$€£+#]|^(?:pin|code|zip|no|number)$", re.IGNORECASE)
_INITIAL = re.compile(r"[A-HJ-Zduz]")  # "J. Smith", "z. B.", "d. h."; I is left out: "so do I."
_OPENERS = "([{\"'“‘«*_~`"


class _Line(Enum):
    PARAGRAPH = auto()
    ITEM = auto()  # a list item or a heading, which ends with its line
    FENCE = auto()
    TABLE = auto()
    BLANK = auto()


class Clauser:
    """Takes Markdown in pieces of any size, and returns the clauses that are complete.

    The result does not depend on how the text is divided into pieces. Joined, the clauses are the text, except for
    white space between them. No clause ends inside a link, code or emphasis; a table or a block of code is one clause
    of any length. Every character is read once.
    """

    def __init__(self) -> None:
        self._clauses: list[str] = []
        self._is_first = True
        self._start()

    def feed(self, text: str) -> list[str]:
        """Returns the clauses that this piece of text completes."""
        self._clauses = []
        for char in text:
            self._take(char)
        return self._clauses

    def end_block(self) -> list[str]:
        """Returns the open clause as it is, because a new block follows."""
        self._clauses = []
        self._cut(len(self._chars))
        self._start()
        return self._clauses

    def finish(self) -> list[str]:
        """Returns the rest of the text. After this the clauser can take another text."""
        rest = self.end_block()
        self._is_first = True
        return rest

    def _start(self) -> None:
        self._chars: list[str] = []  # of the open clause, without white space before it
        self._kind = _Line.PARAGRAPH  # of the current line; of the line before while that is unknown
        self._lead: list[str] | None = []  # the line's first characters, until its kind is known
        self._line_at = 0
        self._fence_sign, self._fence_length = "`", 0
        self._code_line: list[str] = []  # the current line of a code block, while it may be the closing fence
        self._is_fence_line = self._has_info = False  # on the line that opens the block; after its signs
        self._begin_clause()
        self._marks = OpenMarks()

    def _begin_clause(self) -> None:
        self._words = self._alphanumerics = 0
        self._word_at = 0
        self._has_word = False
        self._stop = ""  # the punctuation just before, except closing quotes and marks
        # The last comma or the like, and the last space, at which the clause may be cut.
        self._soft_at = self._space_at = 0
        self._doubtful_at = 0  # the space after an abbreviation that may have ended its sentence
        self._doubtful = ""
        self._forced_at = 0  # the space at which a long first clause is cut, unless a number goes on after it

    # --- Lines ---------------------------------------------------------------------------------------------------
    def _take(self, char: str) -> None:
        if not self._chars and char.isspace():
            if char == "\n":
                self._end_empty_line()
            return
        self._chars.append(char)
        if self._lead is not None:
            self._take_lead(char)
        elif self._kind is _Line.FENCE:
            self._take_code(char)
        elif self._kind is _Line.TABLE:
            if char == "\n":
                self._begin_line()
        else:
            self._scan(len(self._chars) - 1)

    def _begin_line(self) -> None:
        self._lead = []
        self._line_at = len(self._chars)

    def _end_empty_line(self) -> None:
        """Ends a line that has nothing of the open clause."""
        if self._lead is not None or self._kind is _Line.ITEM:
            self._kind = _Line.BLANK
            self._marks = OpenMarks()
        self._begin_line()

    def _take_lead(self, char: str) -> None:
        assert self._lead is not None  # noqa: S101 for the type checker
        if char in " \t" and not self._lead:
            return
        self._lead.append(char)
        kind, marker = _kind_of(self._lead)
        if kind is None:
            if marker:  # of a quotation; the line begins after it
                self._lead = []
            return
        lead, self._lead = self._lead, None
        self._enter(kind)
        if kind is _Line.FENCE:
            self._fence_sign, self._fence_length = char, len(lead)
            self._is_fence_line, self._has_info = True, False
        elif kind is _Line.BLANK:
            self._begin_line()
        elif kind is not _Line.TABLE or char == "\n":
            self._scan_last(len(lead) - marker)

    def _enter(self, kind: _Line) -> None:
        """Begins a line of this kind. Unless it continues a paragraph or table, the inline marks and the clause end."""
        before, self._kind = self._kind, kind
        if kind is _Line.PARAGRAPH and before is _Line.PARAGRAPH:
            return
        if kind is _Line.TABLE and before is _Line.TABLE:
            return
        self._marks = OpenMarks()
        if before is _Line.TABLE or kind in (_Line.TABLE, _Line.FENCE) or self._may_end():
            self._cut(self._line_at)

    def _may_end(self) -> bool:
        """Whether the clause may end here: only the very first one must have some words."""
        if self._has_word:
            self._words, self._has_word = self._words + 1, False
        return not self._is_first or self._is_enough()

    def _is_enough(self) -> bool:
        return self._words >= FIRST_WORDS and self._alphanumerics >= FIRST_ALPHANUMERICS

    def _take_code(self, char: str) -> None:
        if self._is_fence_line:
            self._take_info(char)
        elif char != "\n":
            # A closing fence may be longer than the opening one, so signs beyond that length are not kept.
            if not char.isspace() and (len(self._code_line) < self._fence_length or char != self._fence_sign):
                self._code_line = [*self._code_line[: self._fence_length], char]
        else:
            line, self._code_line = self._code_line, []
            if line == [self._fence_sign] * self._fence_length:
                self._cut(len(self._chars))
                self._kind = _Line.BLANK
                self._begin_line()

    def _take_info(self, char: str) -> None:
        if char == self._fence_sign and not self._has_info:
            self._fence_length += 1
        elif char == "\n":
            self._is_fence_line, self._code_line = False, []
        elif char == self._fence_sign == "`":
            self._leave_fence()
        else:
            self._has_info = True

    def _leave_fence(self) -> None:
        """Handles a backtick on the fence's own line: it is code within a line, ```like this```, and not a block."""
        self._kind = _Line.PARAGRAPH
        self._scan_last(len(self._chars) - self._line_at)

    # --- Within a line -------------------------------------------------------------------------------------------
    def _scan_last(self, count: int) -> None:
        for left in range(count, 0, -1):
            if left <= len(self._chars):  # otherwise a cut has removed it as white space
                self._scan(len(self._chars) - left)

    def _scan(self, at: int) -> None:
        char = self._chars[at]
        left = len(self._chars)
        self._marks.see(char, self._chars[at - 1] if at else "")
        if char == "\n" and self._kind is _Line.ITEM:
            self._marks = OpenMarks()
            self._stop, self._word_at = "", at + 1
            if self._may_end():
                self._cut(at)
            self._kind = _Line.BLANK
            self._begin_line()
            return
        if char.isspace():
            self._at_space(at)
        else:
            self._at_character(char, at)
        if len(self._chars) == left:
            self._keep_short(at)
        if char == "\n":
            self._begin_line()

    def _cut_before(self, char: str) -> None:
        """Cuts at a place where the decision needed the next character, which is `char`."""
        if self._doubtful_at:
            where, self._doubtful_at = self._doubtful_at, 0
            if self._has_ended_before(char):
                self._end_sentence(where)
        if self._forced_at:
            where, self._forced_at = self._forced_at, 0
            if char not in _NUMBER_BEGINS:
                self._cut(where)

    def _at_character(self, char: str, at: int) -> None:
        if self._doubtful_at or self._forced_at:
            before = len(self._chars)
            self._cut_before(char)
            at -= before - len(self._chars)
        if char.isalnum():
            self._alphanumerics += 1
            self._has_word = True
            if "\u3040" <= char <= "\u9fff":  # kana and Chinese characters have no spaces between words
                self._words += 1
        if self._marks.is_quiet:
            return
        if char in _WIDE_STOPS and not self._marks.is_open:
            self._stop = char
            self._end_sentence(at + 1)
        elif char in _STOPS or char in _PAUSES:
            self._stop = char
        elif char not in _CLOSERS:
            self._stop = ""

    def _has_ended_before(self, char: str) -> bool:
        """Whether the doubtful full stop ended the sentence, by the first character of the next word."""
        if self._doubtful in _BEFORE_DIGITS:
            return char not in _NUMBER_BEGINS and not char.islower()
        return char.isupper() if self._doubtful in _SELDOM_LAST else not char.islower()

    def _at_space(self, at: int) -> None:
        if self._has_word:
            self._words, self._has_word = self._words + 1, False
        stop, word_at = self._stop, self._word_at
        self._stop, self._word_at = "", at + 1
        if self._marks.is_open or at == 0 or self._chars[at - 1].isspace():
            return
        self._space_at = at
        if stop in _STOPS:
            self._at_stop(at, stop, word_at)
        elif stop and self._is_first and self._is_enough():
            self._cut(at)
        elif stop and at >= SENTENCE_LEAST:
            self._soft_at = at
        if self._is_first and self._words >= MAX_FIRST_WORDS and not self._doubtful_at and not stop:
            self._forced_at = 0 if _WITH_NUMBER.search(self._word_before(at, word_at)) else at

    def _at_stop(self, at: int, stop: str, word_at: int) -> None:
        word = self._word_before(at, word_at)
        name = word.removesuffix(".").lower()
        if stop == _ELLIPSIS or word.endswith(".."):
            self._doubtful_at, self._doubtful = at, _ELLIPSIS
        elif stop != ".":
            self._end_sentence(at)
        elif name in _NEVER_LAST or _INITIAL.fullmatch(word[:-1]) or self._is_day(word, word_at):
            return
        elif name in _SELDOM_LAST or name in _BEFORE_DIGITS:
            self._doubtful_at, self._doubtful = at, name
        else:
            self._end_sentence(at)

    def _word_before(self, at: int, word_at: int) -> str:
        return "".join(self._chars[max(word_at, at - 12) : at]).lstrip(_OPENERS).rstrip("".join(_CLOSERS))

    def _is_day(self, word: str, word_at: int) -> bool:
        words = "".join(self._chars[max(0, word_at - 6) : word_at]).lower().split()
        return bool(words and words[-1] in _BEFORE_DAYS and _DAY_OF_MONTH.fullmatch(word))

    def _end_sentence(self, at: int) -> bool:
        """Cuts at the end of a sentence, if it is long enough to be a clause. Returns whether it cut."""
        is_enough = self._is_enough() if self._is_first else at >= SENTENCE_LEAST
        if is_enough:
            self._cut(at)
        return is_enough

    def _keep_short(self, at: int) -> None:
        if at < MAX_SENTENCE:
            return
        if self._soft_at and not self._is_first:
            self._cut(self._soft_at)
        elif at >= MAX_CLAUSE and self._space_at:
            self._cut(self._space_at)
        elif at >= MAX_OPEN:
            self._marks = OpenMarks()
            self._cut(at)

    def _cut(self, at: int) -> None:
        """Ends the clause before the character `at`; the rest begins the next one."""
        clause = "".join(self._chars[:at]).strip()
        rest = at
        while rest < len(self._chars) and self._chars[rest].isspace():
            rest += 1
        del self._chars[:rest]
        if clause:
            self._clauses.append(clause)
            self._is_first = False
        word_at, space_at, has_word, stop = self._word_at, self._space_at, self._has_word, self._stop
        self._begin_clause()
        self._line_at = max(0, self._line_at - rest)
        if self._chars:
            self._has_word, self._stop = has_word, stop
            self._word_at, self._space_at = max(0, word_at - rest), max(0, space_at - rest)


def _kind_of(lead: list[str]) -> tuple[_Line | None, int]:
    """The kind of a line with this beginning, and the length of its marker; None while the kind is unknown."""
    first, last = lead[0], lead[-1]
    count = len(lead)
    if first == "\n":
        return _Line.BLANK, 0
    if first == "|":
        return _Line.TABLE, 0
    if first == ">":
        return None, 1
    if first in "`~":
        if last != first:
            return _Line.PARAGRAPH, 0
        return (_Line.FENCE, 0) if count == 3 else (None, 0)
    if first in "#-*+" or (first.isascii() and first.isdecimal()):
        return _kind_of_marked(lead, first, last, count)
    return _Line.PARAGRAPH, 0


def _kind_of_marked(lead: list[str], first: str, last: str, count: int) -> tuple[_Line | None, int]:
    if first in "-*+" or first == "#":
        most = 6 if first == "#" else 1
        if last == first and count <= most:
            return None, 0
        is_marker = last.isspace() and count <= most + 1
        return (_Line.ITEM, count - 1) if is_marker else (_Line.PARAGRAPH, 0)
    if last.isascii() and last.isdecimal() and count <= 9:
        return None, 0
    if last in ".)" and lead[-2] not in ".)":
        return None, 0
    if last.isspace() and lead[-2] in ".)":
        return _Line.ITEM, count - 1
    return _Line.PARAGRAPH, 0
