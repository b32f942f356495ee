"""Proposes a case from a passage without a model: from its heading, its table, or a sentence with a figure.

Questions are in the language of the passage, not of the staff. Only English sentences become questions; in other
languages the question is a list of words, as visitors type them ("Brook 90: Preis?").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.llm.gate.evidence import read
from evaluation.proposing.proposal import Proposal, Untouched, is_borne_out
from language.blocks import plain
from language.figures.figure import Figure
from language.small_words import language_of

KINDS = ("money", "share", "date", "clock", "phone", "hours", "months", "weight", "length", "volume", "area", "power")
SIGNS = "€$£¥₹"
_LABEL = re.compile(r"^\s*(?:[-*+•]\s+)?\*{0,2}([^\W\d][^:|\n*]{1,40}?)\*{0,2}:\*{0,2}\s+(\S.{0,80})$")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_PRICE = re.compile(r"(?i)(?:price|cost|rate|fee)s?")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
# "The desk lamp costs 40 euros": subject, verb, and the rest.
_SAID = re.compile(
    r"^(?P<what>(?:[Tt]he|[Oo]ur|[Aa]n?|[Aa]ll|[Ee]ach|[Ee]very)?\s?[\w'’/ -]{2,60}?)\s+"
    r"(?P<verb>costs?|takes?|lasts?|weighs?|measures?|is open|are open|opens?|closes?|is|are)\s+(?P<rest>\S.*)$"
)
_NOT_ALONE = re.compile(
    r"^(?:it|they|this|that|these|those|there|we|you|he|she|i|which|what|and|but|if|when|for|in|on)\b", re.I
)
_AT_ONCE = re.compile(r"(?i)(?:(?:only|just|about|around|from|on|at|until|up to|every)\s+)*")
_BY_KIND = {
    "money": "What does {title} cost?",
    "hours": "{title}: how long?",
    "months": "{title}: how long?",
    "share": "{title}: how many percent?",
    "date": "{title}: when?",
    "clock": "{title}: at what time?",
    "phone": "{title}: what is the telephone number?",
}


def by_rules(passage: Untouched) -> Proposal | None:
    """The first proposal that its passage supports; None if the passage states nothing that can be checked."""
    made = (Proposal(passage, question, (must,), "rules") for question, must in _found(passage))
    return next((proposal for proposal in made if is_borne_out(proposal)), None)


def _found(passage: Untouched) -> Iterator[tuple[str, str]]:
    """Possible questions, each with what its answer must say."""
    is_english = language_of(passage.text) in ("en", "")
    first = next(_stated(plain(passage.text)), None)
    if passage.title.endswith("?") and first:
        yield passage.title, first[1]
    yield from _of_table(passage.text, passage.title, is_english)
    for line in passage.text.splitlines():
        if (match := _LABEL.match(line)) and (stated := next(_stated(match[2]), None)):
            yield f"{passage.title}: {match[1].strip()}?", stated[1]
    if is_english:
        yield from _of_sentences(passage.text)
    if first:
        figure, words = first
        pattern = _BY_KIND.get(figure.kind, "{title}: how much?") if is_english else "{title}?"
        yield pattern.format(title=passage.title), words


def _stated(text: str) -> Iterator[tuple[Figure, str]]:
    """The figures of a text that an answer can be checked for, as they are written."""
    if not text.isascii():
        text = " ".join(text.split())
    for figure in read(text):
        if figure.kind not in KINDS or figure.is_spelled or figure.end > len(text):
            continue
        start = figure.start - 1 if figure.start and text[figure.start - 1] in SIGNS else figure.start
        if words := text[start : figure.end].strip():
            yield figure, words


def _of_table(text: str, title: str, is_english: bool) -> Iterator[tuple[str, str]]:
    lines = (line for line in text.splitlines() if "|" in line and not _RULE.match(line))
    rows = [[plain(cell) for cell in line.strip().strip("|").split("|")] for line in lines]
    for row in rows[1:]:
        for column, cell in list(zip(rows[0], row, strict=False))[1:]:
            stated = next(_stated(f"{column}: {cell}"), None)
            if not (row[0] and column and stated) or cell.casefold() == column.casefold():
                continue
            is_turned = not rows[0][0] or bool(_PRICE.fullmatch(row[0]))  # the columns are the products
            what, aspect = (column, row[0]) if is_turned else (row[0], column)
            if what[0].isdigit():
                what = f"{title}, {what}"  # "3 to 5" of what?
            is_price = is_english and stated[0].kind == "money" and _PRICE.fullmatch(aspect)
            yield (f"How much is {what}?" if is_price else f"{what}: {aspect}?"), stated[1]


def _of_sentences(text: str) -> Iterator[tuple[str, str]]:
    for sentence in _SENTENCE.split(text):
        match = _SAID.match(plain(sentence))
        if match is None or _NOT_ALONE.match(match["what"]):
            continue
        stated = next(_stated(match["rest"]), None)
        before = match["rest"][: match["rest"].find(stated[1])] if stated else ""
        if match["verb"] in ("is", "are") and not _AT_ONCE.fullmatch(before):
            continue  # "Prices are valid from May" says when they are valid, not when they are
        if stated and (question := _turned(match["what"].strip(), match["verb"], stated[0].kind)):
            yield question, stated[1]


# Question words, by the verb of the sentence and the kind of its figure.
_QUESTIONS: tuple[tuple[set[str], set[str], str], ...] = (
    ({"cost", "costs"}, {"money"}, "How much {do} {what} cost?"),
    ({"take", "takes"}, {"hours", "months"}, "How long {do} {what} take?"),
    ({"last", "lasts"}, {"hours", "months"}, "How long {do} {what} last?"),
    ({"weigh", "weighs"}, {"weight"}, "How much {do} {what} weigh?"),
    ({"open", "opens"}, {"clock", "date"}, "When {do} {what} open?"),
    ({"close", "closes"}, {"clock", "date"}, "When {do} {what} close?"),
    ({"is open", "are open"}, {"clock", "date"}, "When {be} {what} open?"),
    ({"is", "are"}, {"money"}, "How much {be} {what}?"),
    ({"is", "are"}, {"date", "clock"}, "When {be} {what}?"),
)


def _turned(what: str, verb: str, kind: str) -> str:
    """A question about the figure of the sentence, "" if none fits."""
    article = what.split()[0]
    if article in ("The", "Our", "A", "An", "All", "Each", "Every"):
        what = article.lower() + what[len(article) :]
    what = re.sub(r"^our\b", "your", what)
    do, be = "does" if verb.endswith("s") else "do", verb.split()[0]
    fitting = (question for verbs, kinds, question in _QUESTIONS if verb in verbs and kind in kinds)
    return next(fitting, "").format(do=do, be=be, what=what)
