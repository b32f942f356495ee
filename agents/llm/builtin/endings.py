"""Adds the end of an answer: a question that the agent asks, or how to reach the team."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from agents.llm.builtin.question.said import asks_visitor, without_offer
from agents.llm.builtin.question.wishes import states_wish
from agents.llm.builtin.weighed import BuiltAnswer
from agents.llm.offers import Situation, contact_left, in_short, offer, ways_in
from agents.llm.request import ChatRequest


def with_closing(found: BuiltAnswer, request: ChatRequest) -> BuiltAnswer:
    """Ends a sure answer with the agent's question, if the request has one; it replaces an offer to say more.

    A visitor who answers the agent's own question ("40") is thanked if no sure answer was found. Unless the agent asks
    more, the closest passage to a wish follows, or an invitation to go on.
    """
    if request.instead:
        return BuiltAnswer(" ".join(filter(None, (request.instead, request.closing))), (), "talk")
    if request.thanks and found.band in ("none", "closest", "ask"):
        if found.band == "closest" and not request.closing and states_wish(request.question):
            return replace(found, text=f"{request.thanks} {found.text}")
        return BuiltAnswer(f"{request.thanks} {request.closing or _('What else would you like to know?')}", (), "talk")
    if not request.closing or found.band != "quote" or asks_visitor(found.text):
        return found
    return replace(found, text=f"{without_offer(found.text)}\n\n{request.closing}")  # only one question in each answer


def with_offer(found: BuiltAnswer, request: ChatRequest) -> BuiltAnswer:
    """Ends an unsure answer or a refusal with how to reach the team; in short, if the conversation has it already."""
    situation = _SITUATIONS.get(found.band)
    if situation is None:
        return found
    is_known = has_left_contact(request)
    told = whole = offer(situation, request.reach, request.promise, is_known=is_known)
    if not is_known and any(turn.role == "assistant" and whole in turn.text for turn in request.history):
        told = in_short(situation, whole, request.promise)
    if found.band == "closest":
        return replace(found, text="\n\n".join(filter(None, (found.text, told))))
    return replace(
        found,
        text=" ".join(filter(None, (found.text, told))),
        cited=cited_ways(request) if told == whole and not is_known else (),
    )


_SITUATIONS: dict[str, Situation] = {"closest": "unsure", "none": "unknown"}


def has_left_contact(request: ChatRequest) -> bool:
    """Whether an earlier message of the visitor has their address or number, and the team gets it."""
    earlier = [turn.text for turn in request.history[:-1] if turn.role == "user"]
    return request.promise is not None and any(contact_left(text, request.citable) for text in earlier)


def cited_ways(request: ChatRequest) -> tuple[int, ...]:
    """The place of the passage whose number or address an offer names; () if none."""
    ways = ways_in(request.reach)
    shown = [way for way in (ways.phone, ways.email) if way]
    places = [
        at
        for at, passage in enumerate(request.citable)
        if any(passage.text == one.text for one in request.reach) and any(way in passage.text for way in shown)
    ]
    return tuple(places[:1])
