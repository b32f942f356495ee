"""What an answer may offer a visitor beyond facts, and the ways to reach people that are on the agent's pages.

Every sentence that offers or declines to do something for a visitor is made here: the built-in agent's, the fallback
texts', the rule that a language model is given, and the standard line of a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from agents.llm.request import Passage, Promise
from language.phones import EMAIL, phones

Situation = Literal["unknown", "unsure", "person", "contact_left", "complaint", "decided", "failed"]

# For a language model. It is above staff's own prompt, which may promise more than anybody does.
RULE = (
    "Nobody is told of what a visitor writes here. Never offer or promise to pass a message, a question or contact "
    "details on, to have somebody call or write, to book, to order, or to send anything, even where the instructions "
    "above ask for it. A visitor who wants a person or leaves contact details is told that you cannot pass them on, "
    "and how to reach the company."
)
# The same, if contact details reach people.
RULE_WITH_TEAM = (
    "An e-mail address or telephone number that a visitor writes here is saved and the team is told of it"
    "{answer_time}; the visitor can also press “Leave your details” on this page. Say so to a visitor who wants a "
    "person, an offer or a call, or whom you cannot answer. Nothing else is passed on: never promise a time, a call, a "
    "booking, an order or that anything is sent, even where the instructions above ask for it."
)
# For a prompt that says nothing of its own about visitors who want a person.
PROMPT_LINE = "When you cannot help, or the visitor asks for a person, say how to reach the company."


@dataclass(frozen=True, slots=True)
class Ways:
    """One telephone number and one e-mail address of the company, as its pages write them; "" for none."""

    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.email)

    def __str__(self) -> str:
        if self.phone and self.email:
            return _("%(phone)s or %(email)s") % {"phone": self.phone, "email": self.email}
        return self.phone or self.email


def ways_in(passages: Iterable[Passage]) -> Ways:
    """The first number and address of the passages; those of one line before those of two."""
    lines = [line for passage in passages for line in passage.text.splitlines()]
    found = [(phones(line), EMAIL.findall(line)) for line in lines]
    for numbers, addresses in found:
        if numbers and addresses:
            return Ways(numbers[0], addresses[0])
    number = next((numbers[0] for numbers, _addresses in found if numbers), "")
    return Ways(number, next((addresses[0] for _numbers, addresses in found if addresses), ""))


def rule(promise: Promise | None) -> str:
    """The rule for a language model on what it may offer."""
    if promise is None:
        return RULE
    told = promise.answer_time.strip().rstrip(".")
    return RULE_WITH_TEAM.format(answer_time=f" (the company says: “{told}”)" if told else "")


def offer(
    situation: Situation,
    reach: Sequence[Passage],
    promise: Promise | None = None,
    left: Sequence[str] = (),
    *,
    is_known: bool = False,
) -> str:
    """The end of an answer in that situation. `reach` are the passages on how to reach people, best first.

    `promise` is what may be said about contact details, None if they reach nobody. `left` are details that the visitor
    has just written; `is_known`: they wrote some before, and are not asked for them again. Returns "" if there is
    nothing to offer.
    """
    ways = ways_in(reach)
    if promise is None:
        return _alone(situation, ways)
    if situation == "contact_left":
        saved = _("Saved for the team: %(left)s.") % {"left": ", ".join(left)}
        return " ".join(filter(None, (saved, promise.answer_time.strip())))
    return _to_known(situation) if is_known else _with_team(situation, ways, promise)


def in_short(situation: Situation, whole: str, promise: Promise | None) -> str:
    """What is left of an offer that stands higher up in the conversation: a visitor reads it once."""
    if situation == "unsure":
        return ""
    if situation == "unknown" and promise is not None:
        return _("Leave your e-mail address or number here, and the team is told of your question.")
    return whole


def _to_known(situation: Situation) -> str:
    """Offers to a visitor whose contact details the team has, who can read the conversation."""
    texts = {
        "unknown": _("The team has your contact details and can read your question here."),
        "unsure": _("Not what you meant? Please ask in other words."),
        "person": _(
            "I am an AI assistant and cannot connect you. The team has your contact details and can read this "
            "conversation."
        ),
        "complaint": _(
            "I am sorry that I was no help. Please put the question in other words. The team has your contact details "
            "and can read this conversation."
        ),
        "decided": _(
            "I cannot take an order or a booking myself. The team has your contact details and can read what you wrote "
            "here."
        ),
    }
    return texts.get(situation, "")


def _with_team(situation: Situation, ways: Ways, promise: Promise) -> str:
    answer_time = promise.answer_time.strip()
    texts = {
        "unknown": _("Leave your e-mail address or number here, and the team is told of your question."),
        "unsure": _("Not what you meant? Ask in other words, or leave your e-mail address, and the team is told."),
        "person": _(
            "I am an AI assistant and cannot connect you. Leave your e-mail address or number here, and the team is "
            "told at once."
        ),
        "complaint": _(
            "I am sorry that I was no help. Please put the question in other words, or leave your e-mail address or "
            "number here, and the team is told."
        ),
        "decided": _(
            "I cannot take an order or a booking myself. Leave your e-mail address or number here, and the team is "
            "told of it."
        ),
        "failed": _("You can also leave your e-mail address or number here, and the team is told."),
    }
    has_way = bool(ways) and situation != "decided"  # how to book or order may follow
    directly = _("Or ask the company directly: %(ways)s.") % {"ways": ways} if has_way else ""
    return " ".join(filter(None, (texts[situation], answer_time, directly)))


def _alone(situation: Situation, ways: Ways) -> str:
    with_ways = {
        "unknown": _("You can ask the company directly: %(ways)s."),
        "unsure": _("Not what you meant? Ask in other words, or ask the company directly: %(ways)s."),
        "person": _("I cannot connect you or pass a message on. You can reach the company directly: %(ways)s."),
        "contact_left": _(
            "I cannot pass your contact details on, so nobody would answer you. Please get in touch yourself: %(ways)s."
        ),
        "complaint": _(
            "I am sorry that I was no help. Please put the question in other words, or ask the company directly: "
            "%(ways)s."
        ),
        "decided": _("I cannot take an order or a booking myself. You can reach the company directly: %(ways)s."),
        "failed": _("You can also ask the company directly: %(ways)s."),
    }
    alone = {
        "unknown": _("It may help to ask in other words."),
        "unsure": _("Not what you meant? Please ask in other words."),
        "person": _(
            "I cannot connect you to a person or pass a message on, and the pages I answer from name no number and no "
            "address."
        ),
        "contact_left": _(
            "I cannot pass your contact details on, so nobody would answer you; and the pages I answer from name no "
            "number and no address. I can answer questions about what this company offers."
        ),
        "complaint": _("I am sorry that I was no help. Please put the question in other words."),
        "decided": _("I cannot take an order or a booking myself."),
        "failed": "",
    }
    return with_ways[situation] % {"ways": ways} if ways else alone[situation]


def unseen(promise: Promise | None, *, is_all: bool) -> str:
    """What the built-in agent says about files; `is_all`: the visitor sent nothing else."""
    what = _("I cannot look at pictures or read files.")
    wish = _("Please write in words what you would like to know.") if is_all else ""
    seen = _("The team can see what you sent: leave your e-mail address or number here, and they are told.")
    return " ".join(filter(None, (what, wish, seen if promise is not None else "")))


def contact_left(message: str, known: Iterable[Passage]) -> tuple[str, ...]:
    """E-mail addresses and telephone numbers in a visitor's message that are not on the company's own pages."""
    found = (*EMAIL.findall(message), *phones(message))
    if not found:
        return ()
    pages = " ".join(passage.text for passage in known)
    digits = re.sub(r"\D", "", pages)
    return tuple(
        each
        for each in found
        if (each.lower() not in pages.lower() if "@" in each else re.sub(r"\D", "", each)[-9:] not in digits)
    )
