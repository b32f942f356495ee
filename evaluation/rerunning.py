"""Asks a visitor's message again with another prompt version or today's knowledge, and compares the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.llm.request import Passage
from agents.models import PromptVersion
from conversations.models import Message, Receipt, Reply
from conversations.replies.receipts import hash_of
from conversations.replies.rehearsing import Rehearsal
from knowledge.models import Chunk
from knowledge.search import build_index, knowledge_version, known_index, ways_to_reach

Kind = Literal["same", "changed", "added", "gone"]


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A passage that was given then or now; `changed`: its place has another text today."""

    kind: Kind
    document_id: str
    document: str
    heading: str
    hash: str
    was_source: bool
    is_source: bool

    @property
    def place(self) -> str:
        """Its headings, after the document's name unless they begin with it."""
        is_said = self.heading.startswith(self.document)
        return self.heading if is_said else " › ".join(filter(None, (self.document, self.heading)))


def can_be_asked_again(answer: Message) -> bool:
    """Whether the answer was for a visitor, has ended, and has a receipt."""
    reply: Reply | None = getattr(answer, "reply", None)
    return bool(reply and reply.question_id and not reply.is_running and hasattr(reply, "receipt"))


def rehearsal_of(answer: Message, version: PromptVersion, *, passages: tuple[Passage, ...] | None) -> Rehearsal:
    """The rehearsal of this answer's question, in the conversation before it, with the facts known by now.

    `passages` are given to the model; None for those that are found today.
    """
    question = answer.reply.question
    assert question  # noqa: S101 for the type checker: `can_be_asked_again`
    return Rehearsal(answer.session.agent, version.text, question.content, stored=question, passages=passages)


def passages_of(receipt: Receipt, agent_id: Any) -> tuple[Passage, ...]:
    """The passages that were given then, best first, if the knowledge still has them word for word."""
    lines = {line["hash"]: line for line in receipt.passages}
    places = {(line["document_id"], line["heading"]) for line in receipt.passages}
    index = known_index(agent_id, knowledge_version(agent_id)) or build_index(agent_id)
    found = {key: each for each in index.under(places) if (key := hash_of(each.text)) in lines}
    given = [found[key] for key in lines if key in found]
    # Without the ways to reach the company, which are last in a receipt: every request adds them itself.
    ways = {hash_of(each.text) for each in ways_to_reach(index)}
    while given and hash_of(given[-1].text) in ways:
        given.pop()
    return tuple(given)


def still_there(receipt: Receipt) -> int:
    """How many of its passages the knowledge still has; one query."""
    hashes = {line["hash"] for line in receipt.passages}
    places = Chunk.objects.filter(
        document__in={line["document_id"] for line in receipt.passages},
        heading__in={line["heading"] for line in receipt.passages},
    )
    return len(hashes & {hash_of(text) for text in places.values_list("text", flat=True)})


def passage_changes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[PassageChange]:
    """The passages of both receipts, differences first."""
    order: dict[Kind, int] = {"added": 0, "changed": 1, "gone": 2, "same": 3}
    return sorted(_changes(before, after), key=lambda change: order[change.kind])


def _changes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[PassageChange]:
    then = {line["hash"]: line for line in before}
    now = {line["hash"]: line for line in after}
    gone = {_place(line): line for key, line in then.items() if key not in now}
    for key, line in now.items():
        if key in then:
            yield _change("same", line, was=then[key], now=line)
        elif was := gone.pop(_place(line), None):
            yield _change("changed", line, was=was, now=line)
        else:
            yield _change("added", line, was={}, now=line)
    for line in gone.values():
        yield _change("gone", line, was=line, now={})


def _place(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return line["document_id"], line["heading"], line.get("page")


def _change(kind: Kind, line: Mapping[str, Any], *, was: Mapping[str, Any], now: Mapping[str, Any]) -> PassageChange:
    return PassageChange(
        kind=kind,
        document_id=line["document_id"],
        document=line["document"],
        heading=line["heading"],
        hash=line["hash"],
        was_source=bool(was.get("is_source")),
        is_source=bool(now.get("is_source")),
    )
