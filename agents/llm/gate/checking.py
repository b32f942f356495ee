"""Checks an answer sentence by sentence while it comes, and replaces what may not be said with an honest sentence."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from agents.llm.gate import addresses, honest
from agents.llm.gate.citing import Markers
from agents.llm.gate.evidence import StatedEvidence, read
from agents.llm.gate.own_words import OwnWords, parted
from agents.llm.gate.sentences import Sentences, Words
from agents.llm.prompt import rules_of
from agents.llm.request import ChatRequest, Cited, ModelEvent, Text, Withheld
from language.figures.figure import Figure

_PREFIX = re.compile(r"\s*(?:[>\s]*(?:[-*+•]|\d{1,3}[.)])\s+|#{1,6}\s+|>\s+)?(?:\[[ x]\]\s+)?")
_OF_YEAR = re.compile(
    r"\b(?:years?|yearly|annual(?:ly)?|jahr\w*|jährlich\w*|ans?|annuel\w*|años?|anual\w*|ann[oi]|jaar)\b", re.I
)
MAX_WORD_CHARS = 300
MAX_STATED = 200  # figures of one answer that are used for calculations


@dataclass
class Gate:
    """The check of one answer. `feed` takes text and returns what may be shown, `close` the rest; both report what was
    withheld."""

    request: ChatRequest
    evidence: StatedEvidence
    supported: Counter[str] = field(default_factory=Counter)  # figures by how they are borne out

    def __post_init__(self) -> None:
        self._pieces: Sentences | Words = Sentences() if self.request.checks_answers else Words()
        instructions, facts = parted(self.request.system_prompt)
        said_by_others = [turn.text for turn in self.request.history if turn.role != "assistant"]
        self._own_words = OwnWords(
            ((f"{rules_of(self.request)}\n{instructions}", facts), ("", self.request.guidance)),
            [*(passage.text for passage in self.request.citable), *said_by_others, self.request.closing],
        )
        self._markers = Markers(len(self.request.passages))
        self._stated: list[Figure] = []
        self._word = ""
        self._answer = ""  # its beginning, which tells its language
        self._last_reason = ""  # why the sentence before was withheld, "" where it was not
        self._has_explained = False
        self._row_owed = ""  # what is said of rows that were left out, once their table is over

    def feed(self, text: str) -> list[ModelEvent]:
        return self._judged(self._pieces.feed(text))

    def close(self) -> list[ModelEvent]:
        rest = self._pieces.rest()
        events = self._judged([rest] if rest else [])
        if self._row_owed:
            events.append(Text(f"\n{self._row_owed}"))
            self._row_owed = ""
        if self._markers.cited:
            events.append(Cited(self._markers.cited))
        return events

    def _judged(self, sentences: list[str]) -> list[ModelEvent]:
        events: list[ModelEvent] = []
        said: list[str] = []
        for sentence in sentences:
            text, withheld = self._sentence(sentence)
            said.append(text)
            events += withheld
        if spoken := "".join(said):
            events.insert(0, Text(spoken))
        return events

    # --- one sentence -------------------------------------------------------------------------------------------------

    def _sentence(self, sentence: str) -> tuple[str, list[ModelEvent]]:
        """What is shown for the sentence (usually itself), and what was withheld."""
        if not sentence.strip():
            return sentence, []
        if len(self._answer) < 500:
            self._answer += sentence
        sentence, cited = self._markers.taken_out(sentence)
        text, withheld = self._judge(sentence)
        if not any(isinstance(event, Withheld) and event.reason == "figure" for event in withheld):
            self._markers.cite(cited)
        return text, withheld

    def _judge(self, sentence: str) -> tuple[str, list[ModelEvent]]:
        if self._own_words.leak(sentence):
            return self._instead(sentence, Withheld("instructions"))
        text, has_links = addresses.without_foreign_links(sentence, self.evidence.addresses)
        withheld: list[ModelEvent] = [Withheld("address", ("link",))] if has_links else []
        if not self.request.checks_answers:
            return self._without_addresses(text, withheld)
        if addresses.foreign(text, self.evidence.addresses):
            return self._instead(text, Withheld("address", ("address",)))
        if unsupported := self._unsupported(text):
            return self._instead(text, Withheld("figure", unsupported))
        self._last_reason = ""
        return self._behind_table(text), withheld

    def _without_addresses(self, text: str, withheld: list[ModelEvent]) -> tuple[str, list[ModelEvent]]:
        """Like `_sentence`, for text that comes word by word: the rest of an unknown address is left out."""
        self._last_reason = ""
        begun = self._word  # said already, and perhaps an address' beginning
        end = (begun + text)[-MAX_WORD_CHARS:]
        self._word = "" if not end or end[-1].isspace() else end.split()[-1]
        spans = addresses.foreign(begun + text, self.evidence.addresses)
        spans = [(max(0, start - len(begun)), end - len(begun)) for start, end in spans if end > len(begun)]
        if not spans:
            return text, withheld
        return addresses.without(text, spans), [*withheld, Withheld("address", ("address",))]

    def _unsupported(self, sentence: str) -> tuple[str, ...]:
        """The kinds of unsupported figures. Supported ones count as stated from now on."""
        found = read(sentence)
        if not found:
            return ()
        of_year = bool(_OF_YEAR.search(sentence))
        supported: list[Figure] = []
        missing: dict[tuple[int, int], str] = {}
        for figure in found:
            others = [*self._stated[-MAX_STATED:], *(other for other in found if other.start != figure.start)]
            how = self.evidence.supports(figure, others, of_year=of_year)
            place = (figure.start, figure.end)
            if how == "given" and self.evidence.owners.mixes_up(sentence, figure):
                how = ""
            if how:
                supported.append(figure)
                self.supported[how] += 1
                missing[place] = ""
            else:
                missing.setdefault(place, figure.kind)
        kinds = tuple(dict.fromkeys(kind for kind in missing.values() if kind))
        if not kinds:
            self._stated += supported
        return kinds

    def _instead(self, sentence: str, withheld: Withheld) -> tuple[str, list[ModelEvent]]:
        """The honest sentence, only once for several in a row; list markers stay."""
        stripped = sentence.rstrip()
        space = sentence[len(stripped) :]
        is_row = stripped.lstrip().startswith("|")
        is_repeated = self._last_reason == withheld.reason
        self._last_reason = withheld.reason
        if is_repeated:
            is_counted = withheld.reason != "instructions"  # a copy of instructions counts once, however long it is
            return ("\n" if "\n\n" in space else ""), [withheld] if is_counted else []
        words = self._words(withheld)
        if is_row:
            self._row_owed = words
            return "", [withheld]
        prefix = _PREFIX.match(stripped)
        return f"{prefix[0] if prefix else ''}{words}{space}", [withheld]

    def _words(self, withheld: Withheld) -> str:
        if withheld.reason == "instructions":
            return honest.honest_words(self.request, self._answer).secret
        if self._has_explained:
            return honest.honest_words(self.request, self._answer).again
        self._has_explained = True
        return honest.instead_of_figures(self.request, self._answer)

    def _behind_table(self, text: str) -> str:
        if not self._row_owed or text.lstrip().startswith("|"):
            return text
        owed, self._row_owed = self._row_owed, ""
        return f"\n{owed}\n\n{text.lstrip()}"
