"""Filters a model's text while it comes: removes thinking, tool calls and tokens of its template.

Servers whose parser does not know a model pass all of these on as text. The tests list the forms, and who sends them.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

_THOUGHT = (
    r"(?:[a-z]{1,12}:)?(?:(?:(?:ant)?think(?:ing)?|thought|reason(?:ing)?)(?:[_-](?:process|steps?|content|trace))?"
    r"|thoughts|reflect(?:ion)?|planning|scratchpad|analysis|cot|chain[_-]of[_-]thoughts?"
    r"|(?:inner|internal)[_-](?:monologue|thoughts?))"
)
_TOOL = (
    r"(?:[a-z]{1,12}:)?(?:tools?|tool_(?:calls?|code|use|responses?|results?|outputs?)|function_calls?|invoke|"
    r"function=[\w.-]{1,60})"
)
_ASIDE = (  # no HTML element among them
    r"answer|final_answer|final|response|end_of_turn|end_of_utterance|bos|eos|pad|unk|SPECIAL_\d{1,3}"
)
_BAR = "[|｜]"  # DeepSeek writes its tokens with the full-width one, and a low line for the space
_TURN = rf"<(?:{_BAR}(?:im_start|start|start_header_id|header_start|start_of_role|begin|turn){_BAR}?|start_of_turn)>"
_DSML = rf"{_BAR}DSML{_BAR}\s?(?:function|tool)_calls"  # DeepSeek since 3.2
_OTHERS = "system|developer|user|human|tool|ipython"
_CHANNEL = rf"<{_BAR}channel{_BAR}>"


def _token(*names: str) -> str:
    return rf"<{_BAR}\s?(?:{'|'.join(names)})\s?{_BAR}>"


# The name of each group says what the sign does.
_SIGNS = re.compile(
    "|".join(
        (
            rf"(?P<final>{_CHANNEL}\s?(?:final|response)\b[^\n]{{0,120}}?<\|message\|>)",
            rf"(?P<tool>{_CHANNEL}\s?commentary\b[^\n]{{0,120}}?<\|message\|>|<\s?{_TOOL}(?:\s[^<>\n]{{0,80}})?>"
            rf"|\[TOOL_(?:CALLS|RESULTS)\]|<\|tool_(?:call|response)>|<{_DSML}>"
            + "|"
            + _token(r"python_tag|start_action|tool[_▁]calls?(?:[_▁]section)?(?:[_▁]begin)?")
            + ")",
            rf"(?P<untool><\s?/\s?(?:{_TOOL}|function)\s?>|\[/TOOL_(?:CALLS|RESULTS)\]|<tool_(?:call|response)\|>|</{_DSML}>|"
            + _token(r"/?tool[_▁]calls?(?:[_▁]section)?[_▁]end|/tool_calls?|end_action")
            + ")",
            rf"(?P<think>{_CHANNEL}(?:[^\n]{{0,120}}?<\|message\|>)?|<\|channel>(?:thought|analysis)?"
            rf"|<\s?{_THOUGHT}(?:\s[^<>\n]{{0,80}})?>|\[THINK(?:ING)?\]|◁think▷|"
            + _token("(?:start|begin)_(?:of_)?(?:thinking|thought)", "think(?:ing)?")
            + ")",
            rf"(?P<unthink><\s?/\s?{_THOUGHT}\s?>|\[/THINK(?:ING)?\]|◁/think▷|<channel\|>|\[BEGIN FINAL RESPONSE\]|"
            + _token("end_(?:of_)?(?:thinking|thought)", "/think(?:ing)?")
            + ")",
            rf"(?P<other>{_TURN}\s?(?:{_OTHERS})\b|{_token(_OTHERS)}|\[INST\])",
            rf"(?P<turn>{_TURN}\s?(?:(?:assistant|model|bot|ai)\b)?"
            rf"(?:[^<\n]{{0,80}}(?={_CHANNEL})|<\|(?:end_header_id|header_end|end_of_role|im_sep|content|message)\|>\s?|\n)?)",
            "(?P<end>"
            + _token("end|call|return|im_end|eot(?:_id)?|eom(?:_id)?|endoftext|end_of_text|end[_▁]of[_▁]sentence")
            + r"|</s>|\[END FINAL RESPONSE\])",
            rf"(?P<aside></?(?:{_ASIDE})>|\[/INST\]|<{_BAR}[^\s<>]{{1,40}}{_BAR}>)",
        )
    ),
    re.IGNORECASE,
)
# An ending that may still become a sign is held back; in plain text that is a character or two, if anything.
_BEGUN = re.compile(
    rf"(?:<\s?/?\s?(?:[a-z_:=.▁-][a-z0-9_:=.▁-]{{0,39}})?[|｜]?|<\s?/?\s?(?:{_THOUGHT}|{_TOOL})\s[^<>\n]{{0,80}}"
    rf"|</?{_BAR}[^<>\n]{{0,40}}"
    rf"|{_CHANNEL}(?:(?!<\|message\|>)[^\n]){{0,160}}|<\|channel>[a-z]{{0,8}}"
    rf"|{_TURN}[^<\n]{{0,80}}(?:<[^<>\n]{{0,20}})?|(?-i:\[/?[A-Z_]{{0,12}}|\[(?:BEGIN|END)[A-Z ]{{0,16}})"
    r"|\[/?t(?:h(?:i(?:nk?(?:i(?:ng?)?)?)?)?)?|◁/?[a-z]{0,5})$",
    re.IGNORECASE,
)
_MAX_BEGUN_CHARS = 250
_QUOTES = "`'\"“‘«"  # a tag after one of these is only mentioned

# Harmony whose tokens the server has dropped: "analysisWe need the price.assistantfinalFour euros."
_BARE_THOUGHT = re.compile(r"analysis(?=\n|[A-Z\"'])")
_BARE_FINAL = re.compile(r"assistant\s?(?:commentary.{0,2000}?assistant\s?)?final", re.DOTALL)
_BARE_MOST_BEGUN_CHARS = len("assistant final")
# How thinking begins if its opening tag is in the template and so is never sent.
_OPENERS = (
    *("okay, so ", "okay, the ", "okay, let's ", "ok, so ", "ok, the ", "alright, so ", "alright, the ", "hmm, "),
    "here are my reasoning steps",
    *("the user ", "the visitor ", "the customer ", "first, the user ", "we need to ", "let me think"),
)
_THINKERS = re.compile(r"(?:^|[^a-z0-9])(?:r1|qwq|think(?:ing|er)?|reason(?:ing|er))(?:$|[^a-z])", re.IGNORECASE)
MAX_WAITING_CHARS = 60_000  # the length of the longest answer; what waits longer for a closing tag is not thinking

Mode = Literal["text", "thought", "tool", "ended"]


class Filtered(NamedTuple):
    """The part of a piece that may be shown. `takes_back`: everything before was thinking, the answer begins here."""

    text: str
    takes_back: bool = False


class AnswerFilter:
    """Takes text as it comes and returns the part that is the answer; holds back only what may become a tag.

    `within_thought` is for models whose text begins inside their thinking, without an opening tag: their text waits for
    the closing tag. If that is not known of a model, the closing tag takes back the text that was shown.
    """

    def __init__(self, *, within_thought: bool = False):
        self._mode: Mode = "text"
        self._held = ""  # may yet be a sign
        self._before = ""  # the character before it
        self._waits = within_thought
        self._waiting = ""
        self._fences = 0  # lines of ``` that were said: behind an odd one stands code, and its tags are code
        self._ticks = ""  # at the end of what was said, too few for one
        self._is_bare = False  # in harmony without its tokens
        self._has_said = False
        self._has_opened = False
        self._has_given = False
        self._is_in_doubt = False  # whether what was said before a closing tag was thinking; what follows tells
        self._doubted = ""
        self.closed_only = False  # a thought was closed that nobody had opened: so does this model

    @property
    def is_thinking(self) -> bool:
        """Whether the text that comes now is, or may be, thinking."""
        return self._mode in ("thought", "tool") or self._waits

    @property
    def has_ended(self) -> bool:
        """Whether the model has begun to write as the visitor or the system."""
        return self._mode == "ended"

    def feed(self, text: str) -> Filtered:
        if self._has_said and self._mode == "text" and not self._held and not any(sign in text for sign in "<[◁"):
            self._before = text[-1:] or self._before
            self._count_fences(text)
            return self._out(text)
        self._held += text
        return self._out(self._read())

    def finish(self, *, is_cut: bool) -> Filtered:
        """The rest when no more text comes. If the answer was cut, text that waits for a closing tag was thinking."""
        rest, self._held = (self._held, "") if self._mode == "text" else ("", "")
        if self._waits:
            rest = "" if is_cut else self._waiting + rest
        if re.match(rf"{_TURN}|{_CHANNEL}|<\|channel>", rest, re.IGNORECASE):
            rest = ""
        self._waits, self._waiting = False, ""
        if not self._is_in_doubt:
            return Filtered(rest)
        self._is_in_doubt = False
        if self._has_opened and not rest.strip():  # one tag too many, behind an answer that had its own thinking
            return Filtered(self._doubted)
        return Filtered(rest, takes_back=self._has_given)

    def _out(self, text: str) -> Filtered:
        if not text or text.isspace():
            return Filtered("" if self._is_in_doubt else text)
        takes_back = self._is_in_doubt and self._has_given
        self._is_in_doubt, self._has_given = False, True
        return Filtered(text.lstrip() if takes_back else text, takes_back)

    def _read(self) -> str:
        said: list[str] = []
        begun = _BEGUN.search(self._held, max(0, len(self._held) - _MAX_BEGUN_CHARS))
        at = 0
        while at < len(self._held) and self._mode != "ended":
            if not self._has_said and not self._waits and self._mode == "text" and self._is_undecided(at):
                break
            sign, end = self._next_sign(at, begun.start() if begun else len(self._held))
            said.append(self._heard(self._held[at:end]))
            if end > at:
                self._before = self._held[end - 1]
            at = sign.end() if sign else end
            if sign is None:
                break
            self._before = ""
            self._turn(sign)
            if self._is_in_doubt and said:
                self._doubted, said = self._doubted + "".join(said), []
        self._held = "" if self._mode == "ended" else self._held[at:]
        return "".join(said)

    def _next_sign(self, at: int, begun_at: int) -> tuple[re.Match[str] | None, int]:
        """The next complete sign and its position, or None and the position of what may become one."""
        if self._is_bare:
            found = _BARE_FINAL.search(self._held, at)
            return found, found.start() if found else max(at, len(self._held) - _BARE_MOST_BEGUN_CHARS)
        open_at = begun_at if begun_at >= at and not self._is_quoted(begun_at, at) else len(self._held)
        for sign in _SIGNS.finditer(self._held, at):
            if sign.start() >= open_at:
                break
            if not self._is_quoted(sign.start(), at) and not self._is_code(sign, at):
                return sign, sign.start()
        return None, open_at

    def _is_quoted(self, position: int, at: int) -> bool:
        before = self._held[position - 1] if position > at else self._before
        return bool(before) and before in _QUOTES

    def _is_code(self, sign: re.Match[str], at: int) -> bool:
        fences = self._fences + (self._ticks + self._held[at : sign.start()]).count("```")
        return self._mode == "text" and fences % 2 == 1 and sign[0][1:2] not in ("|", "｜")

    def _count_fences(self, text: str) -> None:
        if "`" in text or self._ticks:
            ticked = self._ticks + text
            self._fences += ticked.count("```")
            run = len(ticked) - len(ticked.rstrip("`"))
            self._ticks = "`" * run if run < 3 else ""

    def _heard(self, text: str) -> str:
        if self._mode != "text" or not text:
            return ""
        if self._waits:
            self._waiting += text
            if len(self._waiting) > MAX_WAITING_CHARS:
                self._mode, self._waits, self._waiting = "thought", False, ""
            return ""
        self._count_fences(text)
        self._has_said = self._has_said or not text.isspace()
        return text

    def _is_undecided(self, at: int) -> bool:
        """Whether it is still unknown, at the very beginning, if the text is thinking; decides it if possible."""
        beginning = self._held[at : at + 200].lstrip()
        begun = beginning.lower()
        if _BARE_THOUGHT.match(beginning):
            self._is_bare, self._mode = True, "thought"
        elif begun.startswith(_OPENERS):
            self._waits = True
        return bool(begun) and any(opener.startswith(begun) for opener in ("analysis", *_OPENERS))

    def _turn(self, sign: re.Match[str]) -> None:
        """Switch to the mode that the sign begins, or back to text."""
        match sign.lastgroup:
            case None:  # the end of harmony without its tokens
                self._is_bare, self._mode = False, "text"
            case "think" | "tool" as kind if self._mode == "text":
                self._mode = "thought" if kind == "think" else "tool"
                self._has_opened = self._has_opened or kind == "think"
                self._waits, self._waiting = False, ""  # what came before the tag was no answer either
            case "unthink" if self._mode == "text" and (self._waits or self._has_said):
                self.closed_only = self.closed_only or not self._has_opened
                self._is_in_doubt, self._doubted = self._has_said, ""
                self._waits, self._waiting = False, ""
            case "unthink" if self._mode == "thought":
                self._mode = "text"
            case "untool" if self._mode == "tool":
                self._mode = "text"
            case "final":
                self._mode = "text"
            case "end" if self._mode != "text":
                self._mode = "text"
            case "other":
                self._mode = "ended"  # it goes on in somebody else's name


def without_thoughts(text: str) -> str:
    """The answer within a whole text, for answers that were stored with thoughts by older versions."""
    if not any(sign in text for sign in "<[◁"):
        return text
    filtering = AnswerFilter()
    first, last = filtering.feed(text), filtering.finish(is_cut=False)
    return last.text if last.takes_back else first.text + last.text


def may_begin_within_thought(model: str) -> bool:
    """Whether models with such a name are known to begin inside a thought that their template has opened."""
    return bool(_THINKERS.search(model))
