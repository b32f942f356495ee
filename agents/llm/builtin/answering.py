"""One answer from passages alone: small talk, a comparison, a quote, the closest there is, or an honest refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from agents.llm.builtin.evidence.doubts import (
    FOR_ALL,
    NEAR_WORD,
    TELLING,
    conflict,
    first_doubt,
    lacks_members,
    lacks_telling_word,
    lacks_what_is_asked,
    lacks_what_was_told,
    missing,
    only_in_plural,
)
from agents.llm.builtin.evidence.features import is_stop_name, says_name, stems_of
from agents.llm.builtin.evidence.kin import other_member
from agents.llm.builtin.evidence.weighing import Evidence, Question, Scored, heading_of, uses_vectors, weigh
from agents.llm.builtin.question.asks import GENERIC_NOUNS, has_kind, holds_exactly, is_special, noun, wanted_kinds
from agents.llm.builtin.question.families import beside_choice, extreme, need, says_extreme
from agents.llm.builtin.question.followups import Resolved, is_about_company, is_follow_up, points_back, resolved
from agents.llm.builtin.question.said import asks_visitor
from agents.llm.builtin.question.smalltalk import small_talk, talk_text
from agents.llm.builtin.question.wishes import wants_person
from agents.llm.builtin.shapes.capacity import enough
from agents.llm.builtin.shapes.compare import compared, count_answer
from agents.llm.builtin.shapes.differences import told_side_by_side
from agents.llm.builtin.shapes.handover import handed_over, without_contact
from agents.llm.builtin.shapes.quote import asks_how, named, page_name, quote, section_above, steps, told_apart
from agents.llm.builtin.shapes.sets import whole_set
from agents.llm.builtin.shapes.tables import same_section
from agents.llm.offers import contact_left, offer, ways_in
from agents.llm.request import ChatRequest, Passage, PastMessage
from language.embeddings import Encoder
from language.typos import Vocabulary, corrected
from language.words import content_words, rarity, stem, words

Band = Literal["quote", "closest", "none", "talk", "ask"]

# Bands of confidence (log odds), set on all development sets; the curve is in
# docs/built-in-answers.md.
SURE, CLOSE = 0.7, -1.8
SURE_WORDS_ONLY, CLOSE_WORDS_ONLY = 0.7, -1.9
BEST_SENTENCES = 3  # of the quoted passage that may hold the kind of fact asked for
TOPICS = 3  # named when asking back
# Doubts that say that the passage has not what was asked for, rather than something else about it.
LACKS_THE_THING = frozenset({"name", "code", "place", "count", "time", "sibling", "noun", "kind"})
LAST_CHANCE = 0.8  # below the band of the closest, where nothing that was asked for is missing from the passage
FEW, FEW_WORDS_SAY_LITTLE = 2, 1.0  # the confidence of questions of one or two words is lower by about so much
STILL_ON_TOPIC = 3.0  # below the best, from which another passage is about something else
SHORTEST_REPEAT = 5  # words that count as said again
SHORT = 2  # words; with fewer, what is not sure is asked back
SURE_OF_ANYTHING = 1.0  # needed where "it" points to nothing said before: which of the things is unknown
ENOUGH_OF_TOPIC = 0.5  # a price or figure is given for sure only where the sentence is about what was asked
LIKELY = -0.7  # below it the closest passage seldom answers
# A second passage whose best sentence scores this near is quoted too; more readily where the first is not sure.
SECOND_QUOTE, SECOND_QUOTE_UNSURE = 1.1, 3.0
SECOND_QUOTE_VAGUE = 2.0  # where one word is all that is asked about: "do you give refunds"


@dataclass(frozen=True, slots=True)
class BuiltAnswer:
    """`cited` are places in the request's passages. `band` says how far to trust it: "quote" answers, "closest" says it
    is not sure, "none" refuses, "talk" is small talk, "ask" asks back.

    `answerer` and `doubt` are the receipt: which of ANSWERERS spoke, and the first reason not to be sure, if any.
    """

    text: str
    cited: tuple[int, ...]
    band: Band
    confidence: float = 0.0
    answerer: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question with what the passages say to it; what every answerer below `_quoted` works on."""

    question: Question
    resolved: Resolved
    passages: Sequence[Passage]
    evidence: Evidence
    lone: bool  # nothing was asked before


def answer(request: ChatRequest, encoder: Encoder | None = None) -> BuiltAnswer:
    """What to say to the last message of the request. Pure; without an encoder words alone decide."""
    if left := contact_left(request.question, request.citable):
        return _with_contact_left(request, left, encoder)
    return _with_closing(_with_offer(_answered(request, encoder), request), request)


def _with_contact_left(request: ChatRequest, left: Sequence[str], encoder: Encoder | None) -> BuiltAnswer:
    """What becomes of contact details is said in any case, after the answer to what was asked beside them."""
    note = offer("contact_left", request.reach, request.promise, left)
    asked = without_contact(request.question)
    if asked:
        beside = replace(request, history=(*request.history[:-1], PastMessage("user", asked)))
        found = _answered(beside, encoder)
        if found.band in ("quote", "closest"):
            return replace(found, text=f"{found.text}\n\n{note}")
    return BuiltAnswer(note, () if request.promise else _cited_ways(request), "talk")


def _with_closing(found: BuiltAnswer, request: ChatRequest) -> BuiltAnswer:
    """A good answer may end with a question of the agent's; one that is not sure, or none, has said enough.

    Who answers the agent's own question is not told that no page holds an answer to "40".
    """
    stands = request.instead or (request.thanks if found.band in ("none", "closest", "ask") else "")
    if stands:
        return BuiltAnswer(" ".join(filter(None, (stands, request.closing))), (), "talk")
    if not request.closing or found.band != "quote" or asks_visitor(found.text):
        return found
    return replace(found, text=f"{found.text}\n\n{request.closing}")


def _with_offer(found: BuiltAnswer, request: ChatRequest) -> BuiltAnswer:
    """An answer that is not sure, or none, ends with the way on."""
    if found.band == "closest":
        return replace(found, text=f"{found.text}\n\n{offer('unsure', request.reach, request.promise)}")
    if found.band == "none":
        return replace(
            found, text=f"{found.text} {offer('unknown', request.reach, request.promise)}", cited=_cited_ways(request)
        )
    return found


def _cited_ways(request: ChatRequest) -> tuple[int, ...]:
    """The places of the passages whose number or address an offer names."""
    ways = ways_in(request.reach)
    shown = [way for way in (ways.phone, ways.email) if way]
    places = [
        at
        for at, passage in enumerate(request.citable)
        if any(passage.text == one.text for one in request.reach) and any(way in passage.text for way in shown)
    ]
    return tuple(places[:1])


def _answered(request: ChatRequest, encoder: Encoder | None) -> BuiltAnswer:
    last = request.question.strip()
    if wants_person(last):
        text, cited = handed_over(last, request.citable, request.promise)
        return BuiltAnswer(text, cited, "quote" if cited else "talk")
    found = resolved(request.history)
    talk = small_talk(last, encoder) if not found.need or need(last) else None  # "yes, 40" is no small talk
    if talk:
        return BuiltAnswer(talk_text(talk, request.agent_name, request.reach, request.promise), (), "talk")
    lone = sum(turn.role == "user" for turn in request.history) < 2
    about_us = wanted_kinds(last) & {"place", "contact", "phone", "email", "when"}
    is_named = bool(_named_by_stop_words(last, request.passages))
    if not words(last) or not (content_words(last) or about_us or is_named or (not lone and is_follow_up(last))):
        return BuiltAnswer(_asked_back(request.passages), (), "ask")
    seen = weighed_up(request, found, encoder, lone=lone)
    for name, answerer in ANSWERERS.items():
        answered = answerer(seen)
        if answered:
            return replace(_not_again(answered, seen), answerer=name)
    return BuiltAnswer(_refused(), (), "none", seen.evidence.confidence)


def weighed_up(request: ChatRequest, found: Resolved, encoder: Encoder | None, *, lone: bool) -> Weighed:
    passages = request.passages
    vocabulary = Vocabulary.of(word for p in passages for word in words(f"{p.heading}\n{p.text}"))
    text, last = corrected(found.query, vocabulary), corrected(found.question, vocabulary)
    message = corrected(request.question, vocabulary)
    question = Question.of(text, last, encoder, asked=request.question, message=message)
    return Weighed(question, found, passages, holding_first(question, passages, weigh(question, passages)), lone)


def _named_by_stop_words(question: str, passages: Sequence[Passage]) -> list[int]:
    """Places of the sections that the question names by stop words alone: "how much is All In"."""
    owns = ((at, heading_of(passage)) for at, passage in enumerate(passages))
    return [at for at, own in owns if is_stop_name(own) and says_name(own, question)]


def holding_first(question: Question, passages: Sequence[Passage], evidence: Evidence) -> Evidence:
    """Before all others the sentences that hold what alone can answer: a telephone number, an address, the section
    that is named."""
    named = _named_by_stop_words(question.last, passages)
    kinds = {"phone", "email", "place"} if is_about_company(question.last) else {"phone", "email"}
    wants = question.wants & kinds
    if named:
        holding = [found for found in evidence.scored if found.passage in named]
    else:
        scored = evidence.scored if wants else []
        holding = [found for found in scored if all(holds_exactly(kind, found.unit.text) for kind in wants)]
    rest = [found for found in evidence.scored if found not in holding]
    return replace(evidence, scored=[*holding, *rest])


def _nothing(weighed: Weighed) -> BuiltAnswer | None:
    if weighed.evidence.scored:
        return None
    if len(words(weighed.question.text)) < SHORT:
        return BuiltAnswer(_asked_back(weighed.passages), (), "ask")
    return BuiltAnswer(_refused(), (), "none", weighed.evidence.confidence)


def _compared(weighed: Weighed) -> BuiltAnswer | None:
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


def _whole(weighed: Weighed) -> BuiltAnswer | None:
    return _shaped(whole_set(weighed.question, weighed.passages, weighed.evidence), weighed)


def _shaped(made: tuple[str, tuple[int, ...]] | None, weighed: Weighed, beside: str = "") -> BuiltAnswer | None:
    """What was made of a table, a list or sections: sure under the same doubts as a quote.

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
    if doubt:
        return BuiltAnswer(_closest(text, likely=confidence >= LIKELY), cited, "closest", confidence, doubt=doubt)
    return BuiltAnswer(text, cited, "quote", confidence)


def _leaves_out(text: str, cited: Sequence[int], weighed: Weighed) -> bool:
    """Whether what was made says nothing of a thing that the question names and the best passage holds: prices of care
    plans, where those of an operation were asked for."""
    best = weighed.evidence.scored[0].passage
    if best in cited:
        return False
    telling = [word for word in weighed.question.own if rarity(word) >= TELLING and noun(word) not in GENERIC_NOUNS]
    absent = missing(telling, text)
    return bool(absent) and len(missing(absent, _all_of(weighed.passages[best]))) < len(absent)


def _all_of(passage: Passage) -> str:
    return f"{passage.document} {passage.heading} {passage.text}"


def _quote(weighed: Weighed) -> BuiltAnswer | None:
    return _quoted(weighed.question, weighed.passages, weighed.evidence, weighed)


# Tried in this order; the first that has an answer gives it.
ANSWERERS: dict[str, Callable[[Weighed], BuiltAnswer | None]] = {
    "nothing": _nothing,
    "difference": _differing,
    "comparison": _compared,
    "count": _counted,
    "capacity": _enough,
    "whole set": _whole,
    "quote": _quote,
}


def _not_again(answered: BuiltAnswer, weighed: Weighed) -> BuiltAnswer:
    """Not the answer before once more: "how do I do that?" asks for what it left out, or for its steps alone."""
    said, question, evidence = weighed.resolved.said, weighed.question, weighed.evidence
    parts = [part for part in answered.text.split("\n\n") if len(words(part)) >= SHORTEST_REPEAT]
    if question.wants or answered.band not in ("quote", "closest") or not any(part in said for part in parts):
        return answered
    best = evidence.scored[0]
    narrower = _narrower(weighed, best)
    if narrower and narrower.strip() != said.strip():
        return BuiltAnswer(narrower, (best.passage,), answered.band, evidence.confidence)
    fresh = [found for found in evidence.scored if found.unit.source not in said]
    if fresh and best.score - fresh[0].score <= STILL_ON_TOPIC:
        text, shown = quoted_from(question, weighed.passages, replace(evidence, scored=fresh), SECOND_QUOTE)
        return BuiltAnswer(_closest(text, likely=True), shown, "closest", min(evidence.confidence, LIKELY))
    return BuiltAnswer(_("That is all I have found about it."), (), "none", evidence.confidence)


def _narrower(weighed: Weighed, best: Scored) -> str:
    """Of the best passage only its steps, where it is asked how; else only the sentence that the message asks for."""
    passage = weighed.passages[best.passage]
    if asks_how(weighed.question.last):
        return steps(passage)
    return best.unit.source if stems_of(best.unit.text) & {stem(word) for word in weighed.question.own} else ""


def _quoted(question: Question, passages: Sequence[Passage], evidence: Evidence, weighed: Weighed) -> BuiltAnswer:
    confidence = evidence.confidence
    sure, close = (SURE, CLOSE) if uses_vectors(question, passages) else (SURE_WORDS_ONLY, CLOSE_WORDS_ONLY)
    best = passages[evidence.scored[0].passage]
    if evidence.scored[0].features["holds_code"]:
        confidence = max(confidence, close, LIKELY)  # an exact part number or error code is no chance find
    if is_about_company(question.last) and evidence.scored[0].features["share_of_kinds"] == 1.0:
        confidence = max(confidence, sure)  # an address, a number, opening times: the company's, whose else
    may_show = confidence >= close - LAST_CHANCE - FEW_WORDS_SAY_LITTLE  # else no doubt changes anything
    doubt = (_doubtful(weighed, best) or "") if may_show else ""
    if confidence >= sure and not doubt:
        text, shown = quoted_from(question, passages, evidence, SECOND_QUOTE)
        return BuiltAnswer(text, shown, "quote", confidence)
    if len(words(question.text)) < SHORT and not _names_all(question, best):
        return BuiltAnswer(_asked_back(passages), (), "ask", confidence)
    if len(words(question.text)) <= FEW:
        close -= FEW_WORDS_SAY_LITTLE
    may_answer = confidence >= close or (confidence >= close - LAST_CHANCE and doubt not in LACKS_THE_THING)
    if confidence >= LIKELY or (may_answer and not _names_too_little(question, best, evidence)):
        text, shown = quoted_from(question, passages, evidence, SECOND_QUOTE_UNSURE)
        return BuiltAnswer(_closest(text, likely=confidence >= LIKELY), shown, "closest", confidence, doubt=doubt)
    return BuiltAnswer(_refused(), (), "none", confidence, doubt=doubt)


def _names_too_little(question: Question, passage: Passage, evidence: Evidence) -> bool:
    """Whether the passage has at most a fifth of what is asked about, or words near it: a cup is no world cup."""
    absent = [
        word
        for word in missing(question.topic, f"{passage.document} {passage.heading} {passage.text}")
        if evidence.covered.get(word, 0.0) < NEAR_WORD
    ]
    return len(absent) * 5 >= len(question.topic) * 4


def _names_all(question: Question, passage: Passage) -> bool:
    """Whether the passage has every word of the question to the letter: one that is all of it may be answered."""
    held = stems_of(f"{passage.document} {passage.heading} {passage.text}")
    return all(stem(word) in held for word in question.topic)


def quoted_from(
    question: Question, passages: Sequence[Passage], evidence: Evidence, near: float
) -> tuple[str, tuple[int, ...]]:
    """The quote from the best passage, and from a second one whose best sentence scores within `near` of it."""
    best = evidence.scored[0]
    shown = [best.passage]
    above = section_above(best.passage, question, passages)
    if above is not None and any(found.passage == above for found in evidence.scored):
        quotes = [_part(at, question, passages, evidence) for at in (above, best.passage)]
        return told_apart(quotes, [passages[above], passages[best.passage]]), (above, best.passage)
    if is_special(passages[best.passage].heading, question.text):
        near = max(near, SECOND_QUOTE_UNSURE)  # the usual case may stand beside it
    if len(question.topic) == 1 and not question.wants:
        near = max(near, SECOND_QUOTE_VAGUE)
    second = next((found for found in evidence.scored if found.passage != best.passage), None)
    if second and best.score - second.score < near and not _repeats(passages, best, second):
        shown.append(second.passage)
        shown.sort(key=lambda at: is_special(passages[at].heading, question.text))  # the usual case first
    quotes = [_part(at, question, passages, evidence) for at in shown]
    if len(shown) == 1:
        return named(quotes[0], passages[shown[0]], question), tuple(shown)
    return told_apart(quotes, [passages[at] for at in shown]), tuple(shown)


def _part(at: int, question: Question, passages: Sequence[Passage], evidence: Evidence) -> str:
    return quote(passages[at], [found for found in evidence.scored if found.passage == at], question, passages)


def _repeats(passages: Sequence[Passage], best: Scored, second: Scored) -> bool:
    """Whether the second would show more of a table or list that the first has already answered from."""
    return best.unit.kind in ("row", "item") and same_section(passages[best.passage], passages[second.passage])


def _doubtful(weighed: Weighed, passage: Passage) -> str | None:
    """The name of the first reason not to be sure of a quote: it speaks of the opposite, or lacks what is asked for."""
    question, evidence = weighed.question, weighed.evidence
    unit = evidence.scored[0].unit
    quoted = f"{passage.heading} {unit.context} {unit.text}"
    whole = f"{passage.heading} {passage.text}"
    topic = evidence.scored[0].features["topic_covered"]
    asks_size = weighed.resolved.need or need(question.last)
    of_quotes = {
        "sibling": other_member(question.last, f"{quoted} {passage.text}", weighed.passages),
        "opposite": conflict(question.last, whole if unit.kind == "row" else quoted),
        "kind": lacks_kind(question, evidence),
        "extreme": extreme(question.last) is not None and not says_extreme(quoted),
        "noun": lacks_what_is_asked(question.last, whole, evidence.covered),
        "off topic": bool(question.wants & {"money", "number"}) and topic < ENOUGH_OF_TOPIC,
        "thing": lacks_telling_word(question, f"{passage.document} {whole}", evidence.covered),
        "story": lacks_what_was_told(question, f"{passage.document} {whole}", evidence.covered),
        "size": asks_size is not None,
        "it": _points_to_nothing(weighed) and evidence.confidence < SURE_OF_ANYTHING,
        "members": unit.kind == "sentence" and lacks_members(question.last, unit.text),
        "plural": only_in_plural(question.last, quoted),
    }
    return first_doubt(question, whole, FOR_ALL) or next((name for name, holds in of_quotes.items() if holds), None)


def _points_to_nothing(weighed: Weighed) -> bool:
    """Whether the question is about an "it" or "that one" that nothing said before names."""
    return weighed.resolved.is_open or (weighed.lone and points_back(weighed.question.last))


def lacks_kind(question: Question, evidence: Evidence) -> bool:
    """Whether none of the best sentences holds a fact of a kind asked for: a price, a time, a name."""
    best = evidence.scored[0]
    texts = [found.unit.text for found in evidence.scored if found.passage == best.passage][:BEST_SENTENCES]
    return any(not any(has_kind(kind, text) for text in texts) for kind in question.wants)


def _closest(text: str, *, likely: bool) -> str:
    lead = _("The closest I found:") if likely else _("I have no clear answer to that. The closest I found:")
    return f"{lead}\n\n{text}"


def _asked_back(passages: Sequence[Passage]) -> str:
    asked = _("Could you tell me a little more? A whole question helps me find the right page.")
    topics = list(dict.fromkeys(heading_of(passage) or page_name(passage.document) for passage in passages))[:TOPICS]
    if not topics:
        return asked
    return asked + " " + _("I could look under: %(topics)s.") % {"topics": ", ".join(topics)}


def _refused() -> str:
    return _("I do not know: this company's pages say nothing that answers this.")
