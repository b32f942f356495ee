"""Makes the Markdown of a quote from sentences, lists or rows. It gets a heading only if needed to tell two apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agents.llm.builtin.evidence.features import label_of, stems_of
from agents.llm.builtin.evidence.weighing import Scored
from agents.llm.builtin.question.asks import is_special, share_of_kinds, wanted_kinds
from agents.llm.builtin.question.families import extreme
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.builtin.shapes.rendering import escaped, rendered
from agents.llm.builtin.shapes.tables import same_section, whole_tables
from agents.llm.request import Passage
from language.blocks import Unit, is_item, tables, units
from language.words import content_words, stem, word_share, words

WHOLE_WORDS = 70  # a passage of at most so many words is quoted whole
WHOLE_WORDS_UNSURE = 120  # the same for an unsure quote, so that the reader sees the sentences beside it
QUOTE_WORDS = 90
MARGIN = 1.2  # sentences whose scores are this near the best belong to the quote; docs/built-in-answers.md
ROW_MARGIN = 0.8
WHOLE_LIST = 8  # items; of a longer list only those that answer are quoted, unless the question asks for the list
WHOLE_TABLE_ROWS = 8
TRAIL = " › "
_LEANS_BACK = re.compile(
    r"^(?:this|these|those|that|it|its|they|their|he|she|however|but|otherwise|in that case|if so|after that|then|both|"
    r"also|in addition|the same|instead|later|no|yes|not|only)\b",
    re.IGNORECASE,
)
# A quote that begins with these words does not say what it is about: "It costs ...", "A folding bike".
_NAMELESS = re.compile(r"(?:(?:it|its|they|their|he|she|this|these|an?)\b|[$€£¥\d])", re.IGNORECASE)
_ASKS_WHICH = re.compile(r"\W*(?:(?:and|so|but|then|ok|also)\W+)*which\b", re.IGNORECASE)
_INSTRUCTS = re.compile(
    r"→|^(?:to \w+.*?, )?(?:open|go to|click|press|choose|select|write to|call|ring|fill|send|bring|sign in|enter|tap|"
    r"switch|turn|pack|hand|book|ask|use|add|set|put|take)\b|\bby (?:phone|e-?mail|telephone)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:except|only|not|no|never|unless|cannot|can't|don't|doesn't|won't|without|excluded?|excluding|excludes|however|"
    r"but|must|provided|as long as|require[sd]?|at least|at most|up to|minimum|maximum|if|until|limited|void|"
    r"no longer|nor|neither|outside)\b|n't\b",
    re.IGNORECASE,
)
_ASKS_LIST = re.compile(
    r"\b(?:list|which|what (?:are|kinds?|types?|(?:do|does)(?!.*\bcosts?\b)|should|can|else|all)|what \w+s\b|all|"
    r"everything|things|steps|how do i|how to|how can i)\b",
    re.IGNORECASE,
)


def page_name(document: str) -> str:
    """A document's name for visitors: without extension, sorting number and dashes."""
    name = re.sub(r"\.(?:md|markdown|txt|html?|pdf|docx?)$", "", document.strip(), flags=re.IGNORECASE)
    if not re.search(r"\s", name):
        name = re.sub(r"^\d+[-_.]", "", name)
        name = re.sub(r"[-_]+", " ", name).strip()
        name = name[:1].upper() + name[1:]
    return name


def heading_line(passage: Passage) -> str:
    """Page › Section in bold; without the page's name if the trail already begins with it."""
    return trail_line([part for part in passage.heading.split(TRAIL) if part], passage.document)


def trail_line(trail: list[str], document: str) -> str:
    """Like `heading_line`, for any trail of headings."""
    page = page_name(document)
    if len(trail) < 2 and page and (not trail or stem_set(page) != stem_set(trail[0])):
        trail = [page, *trail]
    return f"**{escaped(TRAIL.join(trail))}**" if trail else ""


def stem_set(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


def quote(
    passage: Passage,
    scored: Sequence[Scored],
    question: AskedQuestion,
    passages: Sequence[Passage] = (),
    *,
    short: int = WHOLE_WORDS,
) -> str:
    """The part of one passage that answers. `scored` are this passage's sentences, best first.

    A table whose rows are spread over several of the `passages` is put together. A passage of at most `short` words is
    quoted whole.
    """
    chosen = chosen_units(passage, scored, question, short)
    place = next((at for at, other in enumerate(passages) if other is passage), None)
    whole = list(whole_tables(place, passages)) if place is not None else []
    body = rendered(units(passage.text), chosen, tables(passage.text), whole, question.text)
    before, after = _rest_of_list(passage, chosen, passages)
    return before + "\n".join(filter(None, (body, after)))


def _rest_of_list(passage: Passage, chosen: Sequence[int], passages: Sequence[Passage]) -> tuple[str, str]:
    """The parts of a quoted list that are in other passages: its introduction with the items before, and the items
    after."""
    found = units(passage.text)
    begins, ends = _whole_block(found, chosen, 0), _whole_block(found, chosen, -1)
    lead, before, after = "", "", ""
    for other in passages if begins or ends else ():
        parts = units(other.text)
        if other is passage or not parts or not same_section(passage, other):
            continue
        opening = [unit.source for unit in parts if unit.block == parts[0].block and unit.kind == "item"]
        closing = [unit.source for unit in parts if unit.block == parts[-1].block and unit.kind == "item"]
        is_later = bool(opening) and _number(opening[0]) >= _number(found[0].source)
        if ends and is_later:
            after = "\n".join(opening)
        elif begins and (closing or parts[-1].kind == "lead"):
            before = "\n".join(closing) or before
            lead = next((unit.source for unit in parts if unit.kind == "lead"), lead)
    return "\n\n".join(filter(None, (lead, before))) + "\n" * (1 if before else 2 * bool(lead)), after


def _number(item: str) -> int:
    """The number of a list item; 0 if it has none."""
    match = re.match(r"\s*(\d+)[.)]", item)
    return int(match[1]) if match else 0


def _whole_block(found: Sequence[Unit], chosen: Sequence[int], end: int) -> bool:
    """Whether a passage begins (0) or ends (-1) with a list that is quoted whole."""
    block = [at for at, unit in enumerate(found) if unit.block == found[end].block]
    return found[end].kind == "item" and set(block) <= set(chosen)


_OF_THE_WHOLE = re.compile(
    r"\b(?:what happens|what if|why|what do (?:i|we) get|what does .* (?:include|mean)|how does|what is|what's)\b",
    re.IGNORECASE,
)


def section_above(at: int, question: AskedQuestion, passages: Sequence[Passage]) -> int | None:
    """The place of the section above, if the question asks about the whole or for a fact in it, and says no word of
    this section's own heading: "Trial, More time" does not answer "how long is the trial". Else None."""
    passage = passages[at]
    parent, _, own = passage.heading.rpartition(TRAIL)
    told = stem_set(own) - stem_set(parent)
    if not parent or not told or told & stem_set(question.text) or not stem_set(parent) & stem_set(question.text):
        return None
    for place, other in enumerate(passages):
        if other.document_id != passage.document_id or other.heading != parent:
            continue
        holds = share_of_kinds(question.wants, other.text) == 1.0
        if holds if question.wants else _OF_THE_WHOLE.search(question.last):
            return place
    return None


def asks_how(question: str) -> bool:
    """Whether the question asks for instructions."""
    return bool(re.search(r"\bhow (?:do|can|to|should|would|does)\b", question, re.IGNORECASE))


def steps(passage: Passage) -> str:
    """The instructions of a passage: lists with the sentence before them, and sentences that tell what to do."""
    found = units(passage.text)
    items = [at for at, unit in enumerate(found) if unit.kind == "item" or _INSTRUCTS.search(unit.text)]
    leads = [at - 1 for at in items if at and found[at - 1].kind == "lead"]
    return rendered(found, sorted({*items, *leads}), tables(passage.text))


def named(body: str, passage: Passage, question: AskedQuestion) -> str:
    """Puts the section's name before the quote if neither quote nor question says what it is about, or if the name is
    the answer: "which box can hold 60 pounds"."""
    own = passage.heading.split(TRAIL)[-1]
    if _ASKS_WHICH.match(question.last):
        is_said = all(word_share(word, stem_set(body)) for word in content_words(own))
        return body if is_said else _below_name(own, body)
    about = [word for word in content_words(own) if not word.isdigit()]
    held = stem_set(f"{question.text} {body}")
    if not about or not _NAMELESS.match(body) or any(word_share(word, held) for word in about):
        return body
    return _below_name(own, body)


def _below_name(name: str, body: str) -> str:
    """Puts the name before a sentence, on the same line, or above a list, table or code block."""
    begins_line = is_item(body) or body.startswith(("|", "```", "~~~"))
    gap = "\n\n" if begins_line else " "
    return f"**{escaped(name)}:**{gap}{body}"


def told_apart(quotes: Sequence[str], shown: Sequence[Passage]) -> str:
    """Joins quotes, each below the part of its headings that distinguishes it from the others."""
    owns = [passage.heading.split(TRAIL)[-1] or page_name(passage.document) for passage in shown]
    if len(set(owns)) == len(owns):
        heads = [f"**{escaped(own)}**" for own in owns]
    else:
        heads = [heading_line(passage) for passage in shown]
    return "\n\n".join(f"{head}\n\n{body}" for head, body in zip(heads, quotes, strict=True))


def chosen_units(
    passage: Passage, scored: Sequence[Scored], question: AskedQuestion, short: int = WHOLE_WORDS
) -> list[int]:
    """The places of the units to quote, in page order."""
    found = units(passage.text)
    best = scored[0]
    if own := _says_superlative(found, best.at, question):
        return own
    items = _items(found, scored, question, passage.heading) if best.unit.kind == "item" else set()
    one_item = len(items) == 1 and best.unit.kind == "item"
    if best.unit.kind != "row" and not one_item and sum(len(unit.text.split()) for unit in found) <= short:
        return list(range(len(found)))
    chosen = {best.at}
    if best.unit.kind == "row":
        chosen |= _rows(found, scored, question, passage.heading)
    elif best.unit.kind == "item":
        chosen |= items
    for other in scored[1:]:
        same_kind = other.unit.kind not in ("row", "item") or other.unit.block == best.unit.block
        if other.unit.kind not in ("row", "item") and same_kind and best.score - other.score <= MARGIN:
            _add(chosen, other.at, found)
    for at in _answered_with(found, best.at):
        _add(chosen, at, found)
    for at in _neighbours(found, chosen):
        chosen.add(at)
    for at in _rest_of_topic(found, chosen, question, passage.heading):
        _add(chosen, at, found)
    for at in _conditions(found, chosen, question):
        _add(chosen, at, found)
    return sorted(chosen)


_SUPERLATIVE = re.compile(
    r"\b(?!(?:gu|qu|requ|inter|r|t|b|w|n|ch|for|harv|prot|inv|lat|hon|sugg|cont|dig|arr|mod)est\b)[a-z]{1,}est\b",
    re.IGNORECASE,
)


def _says_superlative(found: Sequence[Unit], at: int, question: AskedQuestion) -> list[int]:
    """The only paragraph that has the superlative of the question, such as "the oldest"."""
    asked = {match.group().casefold() for match in _SUPERLATIVE.finditer(question.last)}
    blocks = {unit.block for unit in found for word in asked if word in words(unit.text)}
    if found[at].kind != "sentence" or blocks != {found[at].block}:
        return []
    return [other for other, unit in enumerate(found) if unit.block == found[at].block]


def _add(chosen: set[int], at: int, found: Sequence[Unit]) -> None:
    if sum(len(found[other].text.split()) for other in chosen | {at}) <= QUOTE_WORDS:
        chosen.add(at)


def _rows(found: Sequence[Unit], scored: Sequence[Scored], question: AskedQuestion, heading: str) -> set[int]:
    """The rows that the question names; else all of a small table, or the best rows of a large one."""
    best = scored[0]
    rows = {at for at, unit in enumerate(found) if unit.kind == "row" and unit.block == best.unit.block}
    near = [other for other in scored if other.at in rows]
    common = stems_of(f"{heading} {best.unit.context}")
    telling = [stem(word) for word in question.topic if stem(word) not in common]
    named = [other for other in near if any(word in stems_of(label_of(other.unit)) for word in telling)]
    if named and named[0] is best and not extreme(question.last):
        shares = [sum(word in stems_of(label_of(other.unit)) for word in telling) for other in named]
        most = [other for other, share in zip(named, shares, strict=True) if share == max(shares)]
        usual = [other for other in most if not is_special(label_of(other.unit), question.text)]
        return {other.at for other in usual or most}
    of_kind = _rows_of_kind(near, telling)
    if question.wants and best.at in of_kind and not extreme(question.last):
        return of_kind
    announced = {other.at for other in near if question.wants & wanted_kinds(label_of(other.unit))}
    if best.at in announced:
        return announced
    if len(rows) <= WHOLE_TABLE_ROWS and best.unit.context:
        return rows
    return {other.at for other in near if best.score - other.score <= ROW_MARGIN} & {o.at for o in near[:4]}


def _rows_of_kind(rows: Sequence[Scored], telling: Sequence[str]) -> set[int]:
    """The rows that have a word of the question which is not in every row."""
    held = {row.at: stems_of(row.unit.text) for row in rows}
    apart = [word for word in telling if any(word in own for own in held.values()) and len(held) > 1]
    apart = [word for word in apart if not all(word in own for own in held.values())]
    return {at for at, own in held.items() if apart and all(word in own for word in apart)}


def _items(found: Sequence[Unit], scored: Sequence[Scored], question: AskedQuestion, heading: str) -> set[int]:
    """The one item that the question names and asks a fact about; else the list, or its best items."""
    best = scored[0]
    items = {at for at, unit in enumerate(found) if unit.kind == "item" and unit.block == best.unit.block}
    if question.wants and not _ASKS_LIST.search(question.last) and best.features["holds_kind"]:
        common = stems_of(f"{heading} {best.unit.context}")
        telling = [stem(word) for word in question.topic if stem(word) not in common]
        shares = {at: sum(word in stems_of(found[at].text) for word in telling) for at in items}
        most = max(shares.values())
        if most and shares[best.at] == most and sum(share == most for share in shares.values()) == 1:
            return {best.at}
    if len(items) <= WHOLE_LIST or _ASKS_LIST.search(question.text):
        return items
    near = [other for other in scored if other.at in items and best.score - other.score <= MARGIN]
    return {other.at for other in near[:4]}


def _neighbours(found: Sequence[Unit], chosen: set[int]) -> Iterable[int]:
    """Units without which a chosen one makes no sense: the sentence before its list, the sentence it refers to, the
    answer to a question."""
    for at in sorted(chosen):
        unit = found[at]
        before = at - 1
        if unit.kind in ("item", "row"):
            first = min(other for other, same in enumerate(found) if same.block == unit.block)
            if first and unit.context and found[first - 1].text in unit.context:
                yield first - 1
        elif before >= 0 and _LEANS_BACK.match(unit.text) and found[before].kind not in ("row", "item"):
            yield before
        if unit.kind in ("question", "lead") or (unit.kind == "sentence" and len(unit.text.split()) < 4):
            after = range(at + 1, len(found))
            own = [other for other in after if found[other].block == unit.block]
            yield from own[:1] or [other for other in after if found[other].block - unit.block == 1]


def _answered_with(found: Sequence[Unit], at: int) -> Iterable[int]:
    """The other sentences of a paragraph that begins with a question or a name in bold, which belongs together."""
    own = [other for other, unit in enumerate(found) if unit.block == found[at].block]
    opens = found[own[0]]
    is_entry = opens.kind == "question" or opens.source.lstrip().startswith("**")
    return own if found[at].kind in ("sentence", "question") and is_entry else []


def _rest_of_topic(found: Sequence[Unit], chosen: set[int], question: AskedQuestion, heading: str) -> Iterable[int]:
    """Sentences with a word of the question that no chosen unit has: "and for members?" beside a price."""
    said = stem_set(" ".join([heading, *(f"{found[at].context} {found[at].text}" for at in chosen)]))
    for word in question.own:
        if word in question.topic and not word_share(word, said):
            yield from [
                at for at, unit in enumerate(found) if unit.kind == "sentence" and stem(word) in stem_set(unit.text)
            ][:1]


def _conditions(found: Sequence[Unit], chosen: set[int], question: AskedQuestion) -> Iterable[int]:
    """Sentences with an exception or a condition, beside the chosen ones or on the same topic in the passage."""
    topic = {stem(word) for at in chosen for word in content_words(found[at].text)}
    topic |= {stem(word) for word in question.content}
    tables_chosen = {found[at].block for at in chosen if found[at].kind == "row"}
    near = sorted(
        (at for at in range(len(found)) if at not in chosen), key=lambda at: min(abs(at - other) for other in chosen)
    )
    for at in near:
        unit = found[at]
        if unit.kind in ("row", "item", "code") or not _CONDITION.search(unit.text):
            continue
        beside = min(abs(at - other) for other in chosen) == 1 or found[at - 1].block in tables_chosen
        shared = topic & {stem(word) for word in content_words(unit.text)}
        if (beside and (shared or _LEANS_BACK.match(unit.text))) or len(shared) >= 2:
            yield at
