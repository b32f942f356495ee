"""Makes an answer from passages alone: small talk, a comparison, a quote, the closest passage, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from agents.llm.builtin.decided import taken_up
from agents.llm.builtin.endings import cited_ways, has_left_contact, with_closing, with_offer
from agents.llm.builtin.evidence.doubts import (
    FOR_ALL,
    TELLING,
    first_doubt,
    is_of_other_family,
    lacks_what_was_told,
    missing,
)
from agents.llm.builtin.evidence.features import stems_of
from agents.llm.builtin.evidence.weighing import Scored
from agents.llm.builtin.question.asks import GENERIC_NOUNS, noun, wanted_kinds
from agents.llm.builtin.question.beside_contact import asks_pages, beside_contact
from agents.llm.builtin.question.decisions import decides
from agents.llm.builtin.question.everyday import in_pages_words
from agents.llm.builtin.question.families import beside_choice, extreme, need
from agents.llm.builtin.question.followups import is_follow_up, points_back, resolved, tells_something
from agents.llm.builtin.question.overview import asks_overview, asks_prices
from agents.llm.builtin.question.several import questions_in
from agents.llm.builtin.question.smalltalk import small_talk, talk_text
from agents.llm.builtin.question.wishes import wants_person
from agents.llm.builtin.question.wordless import is_mash
from agents.llm.builtin.quoting import SECOND_QUOTE, quoted, quoted_from
from agents.llm.builtin.several import one_after_another
from agents.llm.builtin.shapes.capacity import enough
from agents.llm.builtin.shapes.compare import compared, count_answer
from agents.llm.builtin.shapes.differences import told_side_by_side
from agents.llm.builtin.shapes.handover import handed_over
from agents.llm.builtin.shapes.other_one import asked_of_other
from agents.llm.builtin.shapes.overview import overview
from agents.llm.builtin.shapes.price_list import price_ranges
from agents.llm.builtin.shapes.prices import priced
from agents.llm.builtin.shapes.quote import asks_how, steps
from agents.llm.builtin.shapes.sets import whole_set
from agents.llm.builtin.weighed import (
    LIKELY,
    SHORT,
    BuiltAnswer,
    Weighed,
    asked_back,
    closest,
    named_by_stop_words,
    refused,
    weighed_up,
)
from agents.llm.offers import contact_left, offer, unseen
from agents.llm.request import ChatRequest, Passage, PastMessage
from language.embeddings import Encoder
from language.words import content_words, rarity, stem, words

STILL_ON_TOPIC = 3.0  # a sentence that scores lower than the best by more than this is about something else
SHORTEST_REPEAT = 3  # words; a shorter paragraph may be said again


def answer(request: ChatRequest, encoder: Encoder | None = None) -> BuiltAnswer:
    """Answers the last message of the request. A pure function. Without an encoder it compares words only."""
    if not request.history[-1].attached:
        return _of_words(request, encoder)
    if not request.question.strip():
        return BuiltAnswer(unseen(request.promise, is_all=True), (), "talk")
    found = _of_words(request, encoder)
    return replace(found, text=f"{found.text}\n\n{unseen(request.promise, is_all=False)}")


def _of_words(request: ChatRequest, encoder: Encoder | None) -> BuiltAnswer:
    if left := contact_left(request.question, request.citable):
        return _with_contact_left(request, left, encoder)
    return with_closing(with_offer(_each_answered(request, encoder), request), request)


def _each_answered(request: ChatRequest, encoder: Encoder | None) -> BuiltAnswer:
    """Answers several questions one after another. If none has an answer, answers the message as a whole."""
    found = [
        (part, _answered(replace(request, history=(*request.history[:-1], PastMessage("user", part))), encoder))
        for part in questions_in(request.question)
    ]
    return one_after_another(found) or _answered(request, encoder)


def _with_contact_left(request: ChatRequest, left: Sequence[str], encoder: Encoder | None) -> BuiltAnswer:
    """Answers what was asked beside contact details, then always says what happens to the details."""
    note = offer("contact_left", request.reach, request.promise, left)
    if decides(in_pages_words(request.question)):
        found = taken_up(request, encoder, is_known=request.promise is not None)
        return replace(found, text=f"{note}\n\n{found.text}")
    if asked := beside_contact(request.question):
        beside = replace(request, history=(*request.history[:-1], PastMessage("user", asked)))
        found = _each_answered(beside, encoder)
        if found.band in ("quote", "closest"):
            return replace(found, text=f"{found.text}\n\n{note}")
        if found.band == "none" and asks_pages(request.question):
            return replace(found, text=f"{refused()} {note}")
    return BuiltAnswer(note, () if request.promise else cited_ways(request), "talk")


def _answered(request: ChatRequest, encoder: Encoder | None) -> BuiltAnswer:
    last = in_pages_words(request.question.strip())
    if wants_person(last):
        text, cited = handed_over(last, request.citable, request.promise, is_known=has_left_contact(request))
        return BuiltAnswer(text, cited, "quote" if cited else "talk")
    found = resolved(request.history)
    talk = small_talk(last, encoder) if not found.need or need(last) else None  # "yes, 40" is no small talk
    if talk:
        is_known = has_left_contact(request)
        return BuiltAnswer(
            talk_text(talk, request.agent_name, request.reach, request.promise, is_known=is_known), (), "talk"
        )
    if decides(last):
        return taken_up(request, encoder, is_known=has_left_contact(request))
    if asks_overview(last) and (told := overview(request.passages)):
        return BuiltAnswer(*told, "quote", answerer="overview")
    lone = sum(turn.role == "user" for turn in request.history) < 2
    about_us = wanted_kinds(last) & {"place", "contact", "phone", "email", "when"}
    is_named = bool(named_by_stop_words(last, request.passages))
    if not words(last) or is_mash(last):
        return BuiltAnswer(asked_back(()), (), "ask")
    if not (content_words(last) or about_us or is_named or (not lone and is_follow_up(last))):
        return BuiltAnswer(asked_back(request.passages), (), "ask")
    seen = weighed_up(request, found, encoder, lone=lone)
    if found.instead and (other := asked_of_other(found.instead, seen.passages, seen.evidence)):
        found = replace(found, query=other, question=other, is_open=False)
        seen = weighed_up(request, found, encoder, lone=lone)
    elif found.instead and last.rstrip(" .!?").endswith("other"):
        return BuiltAnswer(asked_back(()), (), "ask")  # "the other" of no two things
    for name, answerer in ANSWERERS.items():
        answered = answerer(seen)
        if answered:
            return replace(_not_again(answered, seen), answerer=name)
    return BuiltAnswer(refused(), (), "none", seen.evidence.confidence)


def _nothing(weighed: Weighed) -> BuiltAnswer | None:
    if weighed.evidence.scored:
        return None
    if len(words(weighed.question.text)) < SHORT:
        return BuiltAnswer(asked_back(weighed.passages), (), "ask")
    return BuiltAnswer(refused(), (), "none", weighed.evidence.confidence)


def _compared(weighed: Weighed) -> BuiltAnswer | None:
    least = extreme(weighed.question.last)
    if weighed.resolved.need and least and least.sign < 0 and (found := _enough(weighed)):
        return found  # asked is the cheapest that is enough, not the cheapest of all
    return _shaped(compared(weighed.question.last, weighed.passages, weighed.evidence), weighed)


def _differing(weighed: Weighed) -> BuiltAnswer | None:
    return _shaped(told_side_by_side(weighed.question.last, weighed.passages), weighed)


def _counted(weighed: Weighed) -> BuiltAnswer | None:
    return _shaped(count_answer(weighed.question.last, weighed.passages), weighed)


def _enough(weighed: Weighed) -> BuiltAnswer | None:
    asked = weighed.resolved.need
    if not asked:
        return None
    made = enough(asked, weighed.question.last, weighed.passages)
    return _shaped(made, weighed, beside=beside_choice(weighed.question.last))


def _priced(weighed: Weighed) -> BuiltAnswer | None:
    return _shaped(priced(weighed.question, weighed.passages), weighed)


def _price_ranges(weighed: Weighed) -> BuiltAnswer | None:
    question = weighed.question.last
    if not asks_prices(question) or (not weighed.lone and points_back(question)):
        return None
    made = price_ranges(weighed.passages, weighed.evidence)
    return BuiltAnswer(*made, "quote", weighed.evidence.confidence) if made else None


def _whole(weighed: Weighed) -> BuiltAnswer | None:
    return _shaped(whole_set(weighed.question, weighed.passages, weighed.evidence), weighed)


def _shaped(made: tuple[str, tuple[int, ...]] | None, weighed: Weighed, beside: str = "") -> BuiltAnswer | None:
    """Makes an answer of a table, a list or sections. The doubts that apply to a quote apply to it as well.

    `beside` are words of the question that name nothing to look for.
    """
    if made is None:
        return None
    text, cited = made
    whole = " ".join(f"{weighed.passages[at].heading} {weighed.passages[at].text}" for at in cited)
    confidence = weighed.evidence.confidence
    if _leaves_out(f"{text} {whole} {beside}", cited, weighed):
        return None
    told = lacks_what_was_told(weighed.question, f"{text} {whole}", weighed.evidence.covered)
    doubt = "story" if told else first_doubt(weighed.question, f"{text} {whole}", FOR_ALL)
    if not doubt and is_of_other_family(weighed.question.last, f"{_documents(cited, weighed)} {text} {whole}"):
        doubt = "noun"
    if doubt:
        return BuiltAnswer(closest(text, likely=confidence >= LIKELY), cited, "closest", confidence, doubt=doubt)
    return BuiltAnswer(text, cited, "quote", confidence)


def _documents(cited: Sequence[int], weighed: Weighed) -> str:
    return " ".join(weighed.passages[at].document for at in cited)


def _leaves_out(text: str, cited: Sequence[int], weighed: Weighed) -> bool:
    """Whether an answer leaves out something that the question names and the best passage has.

    Example: it gives the prices of care plans, but the question is about the price of an operation.
    """
    best = weighed.evidence.scored[0].passage
    if best in cited:
        return False
    telling = [word for word in weighed.question.own if rarity(word) >= TELLING and noun(word) not in GENERIC_NOUNS]
    absent = missing(telling, text)
    return bool(absent) and len(missing(absent, _all_of(weighed.passages[best]))) < len(absent)


def _all_of(passage: Passage) -> str:
    return f"{passage.document} {passage.heading} {passage.text}"


# Tried in this order; the first one that has an answer gives it.
ANSWERERS: dict[str, Callable[[Weighed], BuiltAnswer | None]] = {
    "nothing": _nothing,
    "difference": _differing,
    "comparison": _compared,
    "count": _counted,
    "capacity": _enough,
    "price": _priced,
    "prices": _price_ranges,
    "whole set": _whole,
    "quote": quoted,
}


def _not_again(answered: BuiltAnswer, weighed: Weighed) -> BuiltAnswer:
    """Does not repeat the last answer: "how do I do that?" gets its steps alone, or what it left out."""
    said, question, evidence = weighed.resolved.said, weighed.question, weighed.evidence
    parts = [part for part in answered.text.split("\n\n") if len(words(part)) >= SHORTEST_REPEAT]
    if question.wants or answered.band not in ("quote", "closest") or not any(part in said for part in parts):
        return answered
    if tells_something(question.asked):
        return answered  # the visitor told something instead of asking, so the same answer may be right again
    best = evidence.scored[0]
    narrower = _narrower(weighed, best)
    if narrower and narrower.strip() != said.strip():
        return BuiltAnswer(narrower, (best.passage,), answered.band, evidence.confidence)
    fresh = [found for found in evidence.scored if found.unit.source not in said]
    if fresh and best.score - fresh[0].score <= STILL_ON_TOPIC:
        text, shown = quoted_from(question, weighed.passages, replace(evidence, scored=fresh), SECOND_QUOTE)
        return BuiltAnswer(closest(text, likely=True), shown, "closest", min(evidence.confidence, LIKELY))
    return BuiltAnswer(_("That is all I have found about it."), (), "none", evidence.confidence)


def _narrower(weighed: Weighed, best: Scored) -> str:
    """Only the steps of the best passage if the question asks how; else only the sentence that the message asks for."""
    passage = weighed.passages[best.passage]
    if asks_how(weighed.question.last):
        return steps(passage)
    told = {stem(word) for word in content_words(weighed.question.asked)}
    return best.unit.source if stems_of(best.unit.text) & told else ""
