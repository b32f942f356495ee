"""What a visitor takes back: "no, Tuesday", "sorry, 14 not 40", "actually make it 20", "I meant jo@…"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.candidate import Candidate
from leads.extraction.counts.nouns import is_bare
from leads.extraction.dates.rules import FoundDate
from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of, any_word
from leads.terms import Kind, KnownFact, QuestionData

_TAKEN_BACK = any_of(
    "forget (?:the|that|it|what i said)|ignore (?:that|my last)",
    "scratch that|correction|i meant|i mean|i meant to say|(?:it |that )?should (?:be|have been|say)|my mistake|my bad",
    "i was wrong|i misspoke|typo|let me correct|to correct|rather say|no wait|wait no|or rather",
    "i (?:said|wrote|typed) [^,.;!?]{1,20},? but|(?:won't|doesn't|does not|will not) work,?",
)
_OTHER_MIND = any_of(
    "(?:changed|changing) (?:our|my) minds?:?|on second thoughts?|after all|turns out",
    "(?:now )?(?:let's|lets) (?:do|say|go for|take|make it)|(?:we|i)(?:'d| would) now (?:prefer|rather|like)",
    "instead of|rather than|statt|au lieu de|en vez de",
)
_CHANGE = any_word("change move push shift put set bring raise lower cut correct update")
_MOVE = "move|change|postpone|push|shift|bring forward|delay"
_CHANGED = any_of(
    "make (?:it|that)|change (?:it|that|this)(?: to)?|update (?:it|that)(?: to)?",
    rf"(?:{_CHANGE}) (?:it|that|this|(?:the|our|my)(?: \w+){{1,3}}?) (?:to|back to|up to|down to|forward to)",
    rf"(?:have|has|had|'ve) (?:had )?to (?:{_MOVE}) (?:the|our|my|it|this|that)",
)
_MAY_CHANGE = re.compile(rf"\b(?:can|could|may|shall) (?:we|i|you) (?:please )?(?:make|{_CHANGE})\b")
_GREW = any_word("gone went going goes dropped rose grew increased fell")
_BY_OTHERS = "been (?:cut|raised|reduced|increased|lowered)"
_NOW_OTHERWISE = any_of(
    rf"(?:{_GREW}|{_BY_OTHERS}) (?:up |down )?(?:to|:)|(?:went|gone) (?:up|down):?",
    "(?:more|fewer|less|bigger|smaller) now:?",
    "(?:joined|left|dropped out)(?:,)? so|got more (?:money|people),?",
)
_OTHER_LANGUAGES = any_of(
    "ich meinte|ich meine|korrektur|korrigiere|vielmehr",
    "je voulais dire|je corrige|quise decir|queria decir|me equivoque",
)
_STRONG = re.compile(rf"\b(?:{any_of(_TAKEN_BACK, _OTHER_MIND, _CHANGED, _NOW_OTHERWISE, _OTHER_LANGUAGES)})\b")
_WEAK = re.compile(
    r"(?:(?:^|[.!?,;\n-])\s{0,3}(?:no|nope|nein|non|not|sorry|oops|ups|wait|hang on|perdon|pardon|"
    r"entschuldigung|verzeihung)\b|\b(?:actually|doch|plutot|mejor|eigentlich|en fait|"
    r"en realidad)\b|\*(?=\w))"
)
MAX_CUES = 40  # of each sort in one message
_NEAR = 80  # characters behind a cue in which a value is the new one
_CLOSE = 14  # where the cue is only a "no" or "sorry" and the value says not what it counts
SURE, FITTING = 0.9, 0.8  # confidence: the value that is taken back is known; only the kind fits


@dataclass(frozen=True, slots=True)
class Cue:
    """Where a word of correction ends, in characters."""

    start: int
    end: int
    is_strong: bool


def cues(message: VisitorText) -> list[Cue]:
    found = [Cue(match.start(), match.end(), True) for match in islice(_STRONG.finditer(message.plain), MAX_CUES)]
    found += [Cue(match.start(), match.end(), False) for match in islice(_WEAK.finditer(message.plain), MAX_CUES)]
    return sorted(found, key=lambda each: each.start)


def marked(
    message: VisitorText, found: list[Candidate], known: Mapping[str, KnownFact], said: Sequence[Cue]
) -> list[Candidate]:
    """The same candidates; those behind a cue replace what was said before."""
    marked_ones: list[Candidate] = []
    for each in found:
        is_repaired = each.key in known or _is_repaired_here(each, found, said)
        is_behind = any(cue.end <= each.start <= cue.end + _NEAR for cue in said) or _replaces_behind(message, each.end)
        marked_ones.append(
            replace(each, is_correction=True) if is_repaired and is_behind and not each.is_declined else each
        )
    return marked_ones


def _is_repaired_here(later: Candidate, found: list[Candidate], said: Sequence[Cue]) -> bool:
    """Whether the message gives another value before it takes that back."""
    earlier = [each.end for each in found if each.key == later.key and each.start < later.start]
    return any(min(earlier) <= cue.start and cue.end <= later.start for cue in said) if earlier else False


def _replaces_behind(message: VisitorText, end: int) -> bool:
    """ "14 instead of 40", "14 not 40"."""
    return bool(
        re.match(
            r" (?:now|instead|after all|these days|altogether|in total)\b|(?: now)? it is\b|"
            r"[^.;!?]{0,20}\b(?:instead of|rather than|"
            r"not|statt|nicht|au lieu de|pas|en vez de|no)\s",
            message.plain[end : end + 45],
        )
    )


@dataclass(frozen=True)
class Unclaimed:
    """What no question claims yet, and what may: amounts and dates behind a cue belong to what was said before."""

    message: VisitorText
    questions: Sequence[QuestionData]
    known: Mapping[str, KnownFact]
    asked: str
    said: Sequence[Cue]
    found: Sequence[Candidate]

    def amounts(self, amounts: Sequence[Amount]) -> list[Candidate]:
        """Corrections of numbers and money."""
        claimed = {each.start for each in self.found}
        taken_back = {
            each.written() for each in amounts if certainty.is_negated(self.message, each.start_char, each.end_char)
        }
        corrections: list[Candidate] = []
        for each in amounts:
            is_claimed = each.start_char in claimed and not (taken_back and is_bare(self.message, each))
            is_none = each.unit or each.is_weak or is_claimed or certainty.is_supposed(self.message, each.start_char)
            if is_none or certainty.is_negated(self.message, each.start_char, each.end_char):
                continue
            if self._is_asked_about(each.start_char) or not (
                each.is_money or each.is_scaled or is_bare(self.message, each)
            ):
                continue
            kinds = (Kind.MONEY,) if each.is_money or each.per or each.is_scaled else (Kind.NUMBER, Kind.MONEY)
            target = self._target(each.start_char, each.end_char, kinds, taken_back)
            if target:
                key, kind, confidence = target
                value = each.money() if kind is Kind.MONEY else each.written()
                corrections.append(
                    Candidate(key, kind, value, each.start_char, each.end_char, confidence, is_correction=True)
                )
        return corrections

    def _is_asked_about(self, place: int) -> bool:
        """Whether it stands in a question, but for one to change it: "can we push that to April?"."""
        before = self.message.before(place, 60)
        return self.message.sentence_at(place).is_question and not _MAY_CHANGE.search(before)

    def dates(self, dates: Sequence[FoundDate]) -> list[Candidate]:
        """Corrections of dates."""
        claimed = {each.start for each in self.found}
        corrections: list[Candidate] = []
        for each in dates:
            if (
                each.start in claimed
                or certainty.is_negated(self.message, each.start, each.end)
                or self._is_asked_about(each.start)
            ):
                continue
            target = self._target(each.start, each.end, (Kind.DATE,), set())
            if target:
                corrections.append(
                    Candidate(
                        target[0], Kind.DATE, each.period.written, each.start, each.end, target[2], is_correction=True
                    )
                )
        return corrections

    def _target(
        self, start: int, end: int, kinds: tuple[Kind, ...], taken_back: set[str]
    ) -> tuple[str, Kind, float] | None:
        """What a value replaces: the fact that is taken back with its value, else the newest of a fitting kind."""
        is_replacing = _replaces_behind(self.message, end)
        near = [cue for cue in self.said if cue.end <= start <= cue.end + (_NEAR if cue.is_strong else _CLOSE)]
        if not (near or is_replacing):
            return None
        keys = {each.key for each in self.questions}
        stored = sorted(
            (each for each in self.known.values() if each.kind in kinds and each.key in keys),
            key=lambda each: -each.seq,
        )
        for each in stored:
            if taken_back & {each.value, each.value.split(" ")[0]}:
                return each.key, each.kind, SURE
        here = [each for each in self.found if each.kind in kinds and each.start < start and not each.is_declined]
        if here:
            return here[-1].key, here[-1].kind, SURE
        return (stored[0].key, stored[0].kind, FITTING) if stored else None
