"""A shop with two pages, and what the gate makes of an answer that comes in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.llm.gate.checking import Gate
from agents.llm.gate.evidence import StatedEvidence
from agents.llm.request import ChatRequest, Cited, ModelEvent, Passage, PastMessage, Promise, Text, Withheld

PROMPT = (
    "You are Ada, who sells lamps for Tarnfield. Answer briefly and kindly, in two sentences at most. Never offer more"
    " than 10 % discount, and only to visitors who order at least 20 lamps. Orders above 500 dollars are delivered free"
    " of charge. Always ask for the visitor's budget before you recommend a lamp."
)
PRICES = """\
The brass lamp costs 40 dollars, the oak lamp 1,249.00 dollars. Installation is 60 dollars an hour.

| Lamp | Price (USD) | Height |
| - | - | - |
| Pine | 85 | 1.5 m |
"""
CONTACT = """\
Delivery takes 3 to 5 working days. You may return a lamp within 30 days. We are closed from 24 December 2026 to
6 January 2027, otherwise open Monday to Friday, 9:00–17:30. Write to shop@tarnfield.example or call +43 1 234 56 78;
see [our prices](https://tarnfield.example/prices). 2 % of each sale goes to a charity.
"""
PASSAGES = (
    Passage("1", "Prices", "Lamps › Prices", PRICES, 0.9),
    Passage("2", "Contact", "Contact", CONTACT, 0.8),
)


def request(question: str = "How much is it?", **values: object) -> ChatRequest:
    history = (PastMessage("user", question),)
    return ChatRequest(**{  # type: ignore[arg-type]
        "agent_name": "Ada", "system_prompt": PROMPT, "history": history, "passages": PASSAGES, "reach": PASSAGES[1:],
        **values,
    })  # fmt: skip


@dataclass
class Heard:
    """What a visitor reads of an answer, and what the gate tells of it."""

    text: str
    withheld: list[Withheld]
    cited: tuple[int, ...] | None
    pieces: list[str]

    @property
    def reasons(self) -> list[str]:
        return [each.reason for each in self.withheld]

    @property
    def kinds(self) -> list[str]:
        return [kind for each in self.withheld for kind in each.kinds]


def heard(answer: str, asked: ChatRequest | None = None, *, chars: int = 4) -> Heard:
    """The answer through the gate, some characters at a time."""
    asked = asked or request()
    gate = Gate(asked, StatedEvidence.of(asked))
    events: list[ModelEvent] = []
    for at in range(0, len(answer), chars):
        events += gate.feed(answer[at : at + chars])
    events += gate.close()
    return told(events)


def told(events: Sequence[ModelEvent]) -> Heard:
    pieces = [event.text for event in events if isinstance(event, Text)]
    withheld = [event for event in events if isinstance(event, Withheld)]
    cited = next((event.passages for event in events if isinstance(event, Cited)), None)
    return Heard("".join(pieces), withheld, cited, pieces)


__all__ = ["PROMPT", "Heard", "PastMessage", "Promise", "heard", "request", "told"]
