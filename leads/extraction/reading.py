"""All facts of one message: each module beside this one reads one kind of thing, here they are put together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from language.words import STOP_WORDS
from leads.extraction import contact, corrections, declines
from leads.extraction.amounts import Amount, amounts
from leads.extraction.answers import text_answer
from leads.extraction.candidate import Candidate, best_of_each, question_of
from leads.extraction.choices.occasions import occasions
from leads.extraction.choices.told import choices
from leads.extraction.counts import counting, heads
from leads.extraction.dates import planned
from leads.extraction.dates import reading as dates
from leads.extraction.dates.rules import FoundDate
from leads.extraction.message import VisitorText
from leads.extraction.people import companies, names
from leads.extraction.sums.reading import money
from leads.terms import CONTACT_KEYS, FoundFact, Kind, KnownFact, QuestionData

MAX_CHARS = 10_000  # of a message (conversations.intake.turns.MAX_CHARS); what stands behind is not read
_LINK = re.compile(r"(?:https?://|www\.)\S{1,400}")
_NOTHING: Mapping[str, KnownFact] = MappingProxyType({})
_COUNTED = frozenset((Kind.NUMBER, Kind.MONEY))
_CONTACT_QUESTIONS = frozenset((Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.COMPANY))


def read(
    text: str,
    questions: Sequence[QuestionData],
    *,
    asked: str = "",
    known: Mapping[str, KnownFact] = _NOTHING,
    at: datetime,
    country: str = "",
    languages: Sequence[str] = ("en",),
) -> tuple[FoundFact, ...]:
    """The facts that a visitor states in a message, at most one of each key, in the order of their words.

    `asked` is the key of the question that the agent's last answer ended with ("" for none), `known` the newest facts
    by key, `at` the time of the message (aware; relative dates count from its day), `country` an ISO code for phone
    numbers without a prefix, `languages` the codes of those that the visitor may write (English is always read).

    Precision comes first: what is denied ("not 40"), past ("our old budget"), supposed ("if we were 40"), somebody
    else's ("my boss's address") or part of a question about the offer ("free over 50 EUR?") is no fact and is left out.
    What visitors ask for themselves counts ("what does it cost for 40 people?"). `confidence` is about 0.95 for what is
    named or answers the question, 0.85 to 0.9 for what its sentence tells, 0.8 for what only its kind tells. It raises
    nothing, whatever the text, and takes time in proportion to its length.
    """
    reader = _Reader(
        VisitorText(text[:MAX_CHARS]), tuple(questions), asked, known, at, country.upper(), tuple(languages)
    )
    return tuple(each.fact(text) for each in reader.candidates())


class _Reader:
    def __init__(
        self,
        message: VisitorText,
        questions: tuple[QuestionData, ...],
        asked: str,
        known: Mapping[str, KnownFact],
        at: datetime,
        country: str,
        languages: tuple[str, ...],
    ) -> None:
        self.message, self.questions, self.known, self.at = message, questions, known, at
        self.country, self.languages = country, languages
        self.question = next((each for each in questions if each.key == asked), None)
        self.asked = self.question.key if self.question else ""
        self.cues = corrections.cues(message)

    def candidates(self) -> list[Candidate]:
        if not self.message.text.strip():
            return []
        found, spans = self._contacts()
        when = self._dates(spans)
        many = self._amounts(spans, when)
        found += counting.numbers(self.message, many, self.questions, self.asked)
        found += counting.only_one(self.message, self.questions, self.asked)
        found += heads.heads(self.message, found, self.questions, self.asked)
        found += money(self.message, many, self.questions, self.asked)
        tells_more = any(each.kind in _COUNTED for each in found)
        found += planned.dates(self.message, when, self.questions, self.asked, tells_more=tells_more)
        found = self._without_doubles(found)
        found += self._people(found)
        found += choices(self.message, self.questions, self.asked, self.known, self.cues, tells_more=bool(found))
        found += occasions(self.message, self.questions, self.asked, tells_more=bool(found))
        found = corrections.marked(self.message, found, self.known, self.cues)
        unclaimed = corrections.Unclaimed(self.message, self.questions, self.known, self.asked, self.cues, found)
        replaced = [*unclaimed.amounts(many), *unclaimed.dates(when)]
        places = {each.start for each in replaced}
        found = [*(each for each in found if each.start not in places), *replaced]
        return best_of_each(self._with_answer(found))

    def _is_asked(self, kind: Kind) -> bool:
        return bool(self.question and self.question.kind is kind)

    @property
    def _asks_contact(self) -> bool:
        return self._is_asked(Kind.EMAIL) or self._is_asked(Kind.PHONE)

    def _key(self, kind: Kind) -> str:
        question = question_of(kind, self.questions, self.asked)
        return question.key if question else CONTACT_KEYS[kind]

    def _contacts(self) -> tuple[list[Candidate], list[tuple[int, int]]]:
        """Addresses and numbers of the visitor; and where any stand, so that no amount is read in them."""
        mails = contact.emails(self.message, is_asked=self._is_asked(Kind.EMAIL))
        calls = contact.phone_numbers(self.message, self.country, is_asked=self._asks_contact)
        links = [match.span() for match in _LINK.finditer(self.message.text)]
        spans = sorted([*((each.start, each.end) for each in (*mails, *calls)), *links])
        found = [
            Candidate(self._key(kind), kind, each.value, each.start, each.end, each.confidence)
            for kind, contacts in ((Kind.EMAIL, mails), (Kind.PHONE, calls))
            for each in contacts
            if each.is_theirs
        ]
        return found, spans

    def _dates(self, spans: list[tuple[int, int]]) -> list[FoundDate]:
        if not any(each.kind is Kind.DATE for each in self.questions):
            return []
        is_asked = self._is_asked(Kind.DATE)
        found = dates.dates(self.message, self.at.date(), self.languages, country=self.country, is_asked=is_asked)
        return [each for each in found if not any(start < each.end and each.start < end for start, end in spans)]

    def _amounts(self, spans: list[tuple[int, int]], when: list[FoundDate]) -> list[Amount]:
        if not any(each.kind in {Kind.NUMBER, Kind.MONEY} for each in self.questions):
            return []
        taken = sorted([*spans, *((each.start, each.end) for each in when)])
        return amounts(self.message, self.languages, taken, self.country)

    def _without_doubles(self, found: list[Candidate]) -> list[Candidate]:
        """An amount that questions for money and for a number both claim goes to the one asked, or to the surer."""
        best: dict[int, Candidate] = {}
        for each in found:
            other = best.get(each.start)
            if not other or (each.key == self.asked, each.confidence) > (other.key == self.asked, other.confidence):
                best[each.start] = each
        return list(best.values())

    def _people(self, found: list[Candidate]) -> list[Candidate]:
        is_contact = any(each.kind in _CONTACT_QUESTIONS for each in found)
        addresses = [each.value for each in found if each.kind is Kind.EMAIL]
        is_corrected = bool(self.cues) and self._key(Kind.NAME) in self.known
        own = names.names(
            self.message,
            is_asked=self._is_asked(Kind.NAME),
            is_contact_asked=self._asks_contact,
            is_known=self._key(Kind.NAME) in self.known,
            is_corrected=is_corrected,
            addresses=addresses,
        )
        mails = [(each.start, each.end) for each in found if each.kind is Kind.EMAIL]
        own = [each for each in own if not any(start < each.end and each.start < end for start, end in mails)]
        is_contact = is_contact or bool(self.question and self.question.kind in _CONTACT_QUESTIONS)
        firms = companies.companies(
            self.message, own, is_asked=self._is_asked(Kind.COMPANY), is_about_visitor=is_contact
        )
        firms = [each for each in firms if not any(one.start == each.start for one in own)]
        return [
            Candidate(
                self._key(kind), kind, self.message.text[each.start : each.end], each.start, each.end, each.confidence
            )
            for kind, found in ((Kind.NAME, own), (Kind.COMPANY, firms))
            for each in found
        ]

    def _with_answer(self, found: list[Candidate]) -> list[Candidate]:
        """With the answer in words, or with what is declined."""
        answered = {each.key for each in found}
        for question in self.questions:
            if question.key in answered:
                continue
            is_asked = question.key == self.asked
            words = frozenset(re.findall(r"[a-z]{3,}", f"{question.key} {question.label}".lower())) - STOP_WORDS
            refused = declines.declined(self.message, question.kind, is_asked=is_asked, words_of_question=words)
            if refused:
                start, end, confidence = refused
                found.append(Candidate(question.key, question.kind, "", start, end, confidence, is_declined=True))
            elif is_asked and question.kind is Kind.TEXT:
                answer = text_answer(self.message, question, found)
                found += [answer] if answer else []
        return found
