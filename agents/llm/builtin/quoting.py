"""Answers by quoting: decides which passages are quoted, and whether the answer is sure, hedged or refused."""

from __future__ import annotations

from collections.abc import Sequence

from agents.llm.builtin.evidence.doubts import (
    FOR_ALL,
    NEAR_WORD,
    conflict,
    lacks_members,
    lacks_telling_word,
    lacks_what_is_asked,
    lacks_what_is_wanted,
    lacks_what_was_told,
    missing,
    only_in_plural,
    other_attribute,
    others_do_it,
)
from agents.llm.builtin.evidence.features import stems_of
from agents.llm.builtin.evidence.kin import other_member
from agents.llm.builtin.evidence.narrowed import (
    is_price_elsewhere,
    only_counts_them,
    opens_elsewhere,
    other_measure,
)
from agents.llm.builtin.evidence.of_another import (
    is_age_of_another,
    is_fact_of_another,
    is_quality_of_another,
    is_told_with_it,
)
from agents.llm.builtin.evidence.other_thing import (
    is_price_in_other_section,
    is_price_of_other_thing,
    names_nobody,
    says_other_days,
)
from agents.llm.builtin.evidence.rows import picked_by_number
from agents.llm.builtin.evidence.uncovered import (
    is_priced_apart,
    is_said_of_another,
    is_what_was_not_meant,
    lacks_what_it_does,
    says_no,
    things_of,
    uncovered,
)
from agents.llm.builtin.evidence.untold import (
    lacks_contents,
    lacks_count,
    lacks_date,
    lacks_first_or_last,
    lacks_length,
    lacks_time_of_day,
    lacks_today,
    lacks_way_to_do_it,
    lacks_whereabouts,
    names_no_one,
)
from agents.llm.builtin.evidence.weighing import AskedQuestion, Evidence, Scored, heading_of, uses_vectors
from agents.llm.builtin.question.asks import (
    asks_when_open,
    asks_yes_or_no,
    has_kind,
    holds_exactly,
    is_special,
    says_when,
    says_when_open,
)
from agents.llm.builtin.question.families import extreme, need, says_extreme
from agents.llm.builtin.question.followups import is_about_company, points_back
from agents.llm.builtin.shapes.quote import (
    WHOLE_WORDS,
    WHOLE_WORDS_UNSURE,
    named,
    page_name,
    quote,
    section_above,
    told_apart,
)
from agents.llm.builtin.shapes.tables import same_section
from agents.llm.builtin.weighed import LIKELY, SHORT, BuiltAnswer, Weighed, asked_back, closest, refused
from agents.llm.request import Passage
from language.blocks import Unit, units
from language.days import lacks_time_asked
from language.measures import measures
from language.words import content_words, stem, words

# Bands of confidence (log odds), set on the opened sites; the curve is in bench/answers/rounds.md. From SURE on, no
# unanswerable question about sites that the weights are not fitted on got a sure answer.
BANDS = SURE, SURE_OF_SENTENCE, CLOSE = 0.6, 1.2, -2.1  # between the first two with all that stands beside it
BANDS_WORDS_ONLY = 0.7, 0.7, -1.9
BEST_SENTENCES = 3  # of the quoted passage that may hold the kind of fact asked for
# Doubts that mean that the passage does not have what was asked for.
LACKS_THE_THING = frozenset({"name", "code", "place", "country", "count", "time", "sibling", "noun", "kind"})
LAST_CHANCE = 0.8  # a passage this far below CLOSE is still shown if it lacks nothing that was asked for
FEW, FEW_WORDS_SAY_LITTLE = 2, 1.0  # the confidence of questions of one or two words is lower by about so much
SURE_OF_SPECIAL = 2.5  # needed for the price of a special case that nobody asked for
SURE_OF_ANYTHING = 1.0  # needed if "it" points to nothing said before, so that the thing is unknown
# From here a sentence that says no to the question is enough; a sentence that says yes needs 0.9. On the development
# sites this makes 20 right answers sure and no wrong one; with the answer taken out of the pages, 2 wrong ones.
SURE_OF_NO = -0.5
NOT_OF_A_NO = frozenset({"", "noun"})  # doubts that do not matter for a no: "there is no PHP SDK" names no library
FAR_FROM_QUESTION = 0.3  # cosine of question and sentence (without headings); below, the sentence is far away
ENOUGH_OF_TOPIC = 0.5  # a price or figure is given for sure only where the sentence is about what was asked
# A second passage is quoted too if its best sentence scores within this of the first; more readily if that is not sure.
SECOND_QUOTE, SECOND_QUOTE_UNSURE = 1.1, 3.0
SECOND_QUOTE_VAGUE = 2.0  # for questions about a single word: "do you give refunds"


def quoted(weighed: Weighed) -> BuiltAnswer:
    """Quotes the best passage. Confidence and doubts decide whether the answer is sure, hedged or refused."""
    question, passages, evidence = weighed.question, weighed.passages, weighed.evidence
    confidence = evidence.confidence
    has_vectors = uses_vectors(question, passages)
    sure, alone, close = BANDS if has_vectors else BANDS_WORDS_ONLY
    best = passages[evidence.scored[0].passage]
    if evidence.scored[0].features["holds_code"]:
        confidence = max(confidence, close, LIKELY)  # an exact part number or error code is not found by chance
    if _is_company_fact(question, evidence.scored[0]):
        confidence = max(confidence, alone)  # an address, a number, opening times can only be the company's
    may_show = confidence >= close - LAST_CHANCE - FEW_WORDS_SAY_LITTLE  # if not, doubts need no look
    doubt = (_doubtful(weighed, best) or "") if may_show else ""
    unsaid: list[str] = []
    if doubt == "time" and says_other_days(question, evidence.scored[0].unit, heading_of(best)):
        doubt = _doubtful(weighed, best, besides=("time", "thing")) or ""
    if doubt in NOT_OF_A_NO and confidence >= SURE_OF_NO and says_no(question, evidence.scored[0].unit):
        confidence, doubt = max(confidence, alone), ""
    if confidence >= sure and not doubt:
        near, short = (SECOND_QUOTE, WHOLE_WORDS) if confidence >= alone else (SECOND_QUOTE_UNSURE, WHOLE_WORDS_UNSURE)
        text, shown = quoted_from(question, passages, evidence, near, short=short)
        if not is_about_company(question.last):  # an address does not contain the word "address"
            unsaid = uncovered(question, f"{_headings(passages, shown)} {text}", evidence.covered)
        if not unsaid:
            return BuiltAnswer(text, shown, "quote", confidence)
        doubt = "uncovered"
    if len(words(question.text)) < SHORT and not _names_all(question, best):
        return BuiltAnswer(asked_back(passages), (), "ask", confidence)
    if len(words(question.text)) <= FEW:
        close -= FEW_WORDS_SAY_LITTLE
    may_answer = confidence >= close or (confidence >= close - LAST_CHANCE and doubt not in LACKS_THE_THING)
    if confidence >= LIKELY or (may_answer and not _names_too_little(question, best, evidence)):
        text, shown = quoted_from(question, passages, evidence, SECOND_QUOTE_UNSURE, short=WHOLE_WORDS_UNSURE)
        lead = closest(text, likely=confidence >= LIKELY, unsaid=things_of(unsaid))
        return BuiltAnswer(lead, shown, "closest", confidence, doubt=doubt)
    return BuiltAnswer(refused(), (), "none", confidence, doubt=doubt)


def _headings(passages: Sequence[Passage], shown: Sequence[int]) -> str:
    return " ".join(f"{passages[at].document} {passages[at].heading}" for at in shown)


def _is_company_fact(question: AskedQuestion, best: Scored) -> bool:
    """Whether the question asks only for the company's address, number or opening times, and the sentence has them."""
    return is_about_company(question.last) and _holds_all_asked(question, best)


def _holds_all_asked(question: AskedQuestion, best: Scored) -> bool:
    return bool(question.wants) and all(holds_exactly(kind, best.unit.text) for kind in question.wants)


def _names_too_little(question: AskedQuestion, passage: Passage, evidence: Evidence) -> bool:
    """Whether the passage lacks four fifths of the topic's words or more, and similar ones: a cup is no world cup."""
    absent = [
        word
        for word in missing(question.topic, f"{passage.document} {passage.heading} {passage.text}")
        if evidence.covered.get(word, 0.0) < NEAR_WORD
    ]
    return len(absent) * 5 >= len(question.topic) * 4


def _names_all(question: AskedQuestion, passage: Passage) -> bool:
    """Whether the passage has every word of the question exactly."""
    held = stems_of(f"{passage.document} {passage.heading} {passage.text}")
    return all(stem(word) in held for word in question.topic)


def quoted_from(
    question: AskedQuestion, passages: Sequence[Passage], evidence: Evidence, near: float, *, short: int = WHOLE_WORDS
) -> tuple[str, tuple[int, ...]]:
    """Quotes the best passage, and a second one whose best sentence scores within `near` of it.

    Passages of at most `short` words are quoted whole.
    """
    best = evidence.scored[0]
    shown = [best.passage]
    above = section_above(best.passage, question, passages)
    if above is not None and any(found.passage == above for found in evidence.scored):
        quotes = [_part(at, question, passages, evidence, short) for at in (above, best.passage)]
        return told_apart(quotes, [passages[above], passages[best.passage]]), (above, best.passage)
    if is_special(passages[best.passage].heading, question.text):
        near = max(near, SECOND_QUOTE_UNSURE)  # the usual case may be quoted as well
    if len(question.topic) == 1 and not question.wants:
        near = max(near, SECOND_QUOTE_VAGUE)
    second = next((found for found in evidence.scored if found.passage != best.passage), None)
    is_picked = best in picked_by_number(question.last, evidence.scored)
    if second and not is_picked and best.score - second.score < near and not _repeats(passages, best, second):
        shown.append(second.passage)
        shown.sort(key=lambda at: is_special(passages[at].heading, question.text))  # the usual case first
    quotes = [_part(at, question, passages, evidence, short) for at in shown]
    if len(shown) == 1:
        return named(quotes[0], passages[shown[0]], question), tuple(shown)
    return told_apart(quotes, [passages[at] for at in shown]), tuple(shown)


def _part(at: int, question: AskedQuestion, passages: Sequence[Passage], evidence: Evidence, short: int) -> str:
    own = [found for found in evidence.scored if found.passage == at]
    return quote(passages[at], own, question, passages, short=short)


def _repeats(passages: Sequence[Passage], best: Scored, second: Scored) -> bool:
    """Whether the second quote would only show more of the table or list that the first quote is from."""
    return best.unit.kind in ("row", "item") and same_section(passages[best.passage], passages[second.passage])


def _doubtful(weighed: Weighed, passage: Passage, *, besides: Sequence[str] = ()) -> str | None:
    """The name of the first doubt about a quote, such as that it says the opposite; None if there is none.

    The doubts in `besides` do not count.
    """
    question, evidence = weighed.question, weighed.evidence
    unit = evidence.scored[0].unit
    quoted = f"{passage.heading} {unit.context} {unit.text}"
    on_page = f"{passage.document} {quoted}"
    whole = f"{passage.heading} {passage.text}"
    topic = evidence.scored[0].features["topic_covered"]
    asks_size = weighed.resolved.need or need(question.last)
    of_quotes = {
        "sibling": other_member(question.last, f"{quoted} {passage.text}", weighed.passages),
        "opposite": conflict(question.last, whole if unit.kind == "row" else quoted),
        "kind": lacks_kind(question, evidence, passage),
        "extreme": _lacks_extreme(question, quoted),
        "noun": lacks_what_is_asked(question.last, whole, evidence.covered)
        or (unit.kind == "row" and lacks_what_is_wanted(question.last, on_page, evidence.covered)),
        "off topic": bool(question.wants & {"money", "number"})
        and topic < ENOUGH_OF_TOPIC
        and evidence.scored[0].features["label_named"] < 1.0,
        "thing": lacks_telling_word(question, f"{passage.document} {whole}", evidence.covered),
        "story": lacks_what_was_told(question, f"{passage.document} {whole}", evidence.covered),
        "size": asks_size is not None,
        "it": _points_to_nothing(weighed) and evidence.confidence < SURE_OF_ANYTHING,
        "members": unit.kind == "sentence" and lacks_members(question.last, unit.text),
        "elsewhere": is_price_elsewhere(question.last, on_page)
        or opens_elsewhere(question.last, f"{passage.document} {whole}"),
        "which": only_counts_them(question.last, unit),
        "measure": other_measure(question.last, quoted),
        "plural": only_in_plural(question.last, quoted),
        "special": _is_price_of_special(question, evidence, weighed.passages),
        "heading": _is_near_by_headings_alone(evidence.scored[0]) and not _says_where_or_since_when(weighed),
        "attribute": other_attribute(question.last, f"{heading_of(passage)} {unit.context} {unit.text}"),
        "not meant": is_what_was_not_meant(question.last, quoted),
        "does": lacks_what_it_does(question.last, whole),
        "priced apart": is_priced_apart(question, units(passage.text)),
        "other thing": is_price_of_other_thing(question, unit),
        "nobody": names_nobody(question, _said_with(evidence)),
        "another": is_said_of_another(question, unit, passage.heading, units(passage.text)),
        "actor": unit.kind == "sentence" and others_do_it(question.last, unit.text),
    }
    of_quotes |= _untold(weighed, passage, quoted)
    doubts = [(name, bool(holds(question, whole))) for name, holds in FOR_ALL if name not in besides]
    doubts += [(name, bool(holds)) for name, holds in of_quotes.items() if name not in besides]
    return next((name for name, holds in doubts if holds), None)


def _untold(weighed: Weighed, passage: Passage, quoted: str) -> dict[str, bool]:
    """By name, whether what is asked for is not told at all, or of another thing only."""
    question, evidence = weighed.question, weighed.evidence
    last, best = question.last, evidence.scored[0].unit
    told, whole = units(passage.text), f"{passage.heading} {passage.text}"
    headings = f"{passage.heading} {passage.document}"
    beside = [found.unit.text for found in evidence.scored if found.passage == evidence.scored[0].passage]
    return {
        "how many": lacks_count(last, told),
        "first or last": lacks_first_or_last(question, quoted),
        "which day": lacks_date(last, " ".join([quoted, *beside[:BEST_SENTENCES]])),
        "what time": lacks_time_of_day(last, quoted),
        "how long": lacks_length(last, quoted),
        "which one": names_no_one(last, quoted),
        "how to": lacks_way_to_do_it(last, whole, evidence.covered),
        "still": lacks_today(last, quoted),
        "contents": lacks_contents(last, best.text),
        "where": lacks_whereabouts(last, quoted),
        "fact of another": is_fact_of_another(question, told, headings),
        "age of another": is_age_of_another(question, told, headings),
        "quality of another": is_quality_of_another(last, told),
        "with it": is_told_with_it(last, quoted),
    }


def _said_with(evidence: Evidence) -> list[Unit]:
    """The best sentence and the next best ones of its passage, except other rows and list items."""
    best, *others = evidence.scored
    beside = [found.unit for found in others if found.passage == best.passage][: BEST_SENTENCES - 1]
    return [best.unit, *(unit for unit in beside if unit.kind not in ("row", "item"))]


def _says_where_or_since_when(weighed: Weighed) -> bool:
    """Whether the question asks only for the company's address or founding, and the sentence has it."""
    return weighed.question.wants <= {"place", "founded", "who"} and _is_company_fact(
        weighed.question, weighed.evidence.scored[0]
    )


def _lacks_extreme(question: AskedQuestion, quoted: str) -> bool:
    """Whether the question asks for the cheapest or largest of something, and the quote does not say that of it."""
    asked = extreme(question.last)
    return asked is not None and not says_extreme(quoted, asked.subject) and not _compares(question, quoted)


def _compares(question: AskedQuestion, quoted: str) -> bool:
    """Whether one sentence names both sides of a comparison with two amounts: "is it cheaper to buy or to hire"."""
    asked = extreme(question.last)
    sides = asked.between if asked else ()
    held = stems_of(quoted)
    amounts = {(one.dimension, one.value) for one in measures(quoted)}
    return len(sides) == 2 and all(side - sides[0] & sides[1] <= held for side in sides) and len(amounts) > 1


def _is_near_by_headings_alone(best: Scored) -> bool:
    """Whether a sentence is near the question only by the page's title: the sentence itself is far from it, and its
    section has another name."""
    bare = best.features.get("bare_sentence_cosine", 1.0)
    return bare < FAR_FROM_QUESTION and not best.features["heading_match"]


def _is_price_of_special(question: AskedQuestion, evidence: Evidence, passages: Sequence[Passage]) -> bool:
    """Whether the question asks for a price, and the best sentence has that of a special case: for children, used."""
    if "money" not in question.wants or evidence.confidence >= SURE_OF_SPECIAL:
        return False
    best = evidence.scored[0]
    headings = [f"{page_name(passage.document)} {passage.heading}" for passage in passages]
    return is_price_in_other_section(question, best.unit, headings[best.passage], headings)


def _points_to_nothing(weighed: Weighed) -> bool:
    """Whether the question is only about an "it" or "that one" that nothing said before names."""
    if weighed.resolved.said and not weighed.question.wants and not content_words(weighed.question.asked):
        return True
    return weighed.resolved.is_open or (weighed.lone and points_back(weighed.question.last))


def lacks_kind(question: AskedQuestion, evidence: Evidence, passage: Passage) -> bool:
    """Whether none of the best sentences has the kind of fact that the question asks for: a price, a time, a name."""
    best = evidence.scored[0]
    found = [found.unit for found in evidence.scored if found.passage == best.passage]
    if asks_when_open(question.last) and not any(_says_when_open(question.last, unit, passage) for unit in found):
        return True
    said = f"{heading_of(passage)} {best.unit.context} {best.unit.text}"
    wants = question.wants if not asks_yes_or_no(question.last) else frozenset()
    if asks_when_open(question.last):
        wants -= {"when"}  # "closed" says it without a time
    if "when" in wants and not says_when(question.last, said):
        return True
    return any(not any(has_kind(kind, unit.text) for unit in found[:BEST_SENTENCES]) for kind in wants)


def _says_when_open(question: str, unit: Unit, passage: Passage) -> bool:
    """Whether a sentence says that it is open or closed on the day asked for; unanswered mail says neither."""
    said = f"{heading_of(passage)} {unit.context} {unit.text}"
    return says_when_open(unit.text) and not lacks_time_asked(question, said)
