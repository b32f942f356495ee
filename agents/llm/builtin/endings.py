"""How an answer ends: with a question of the agent's, or with the way to reach its people."""

from __future__ import annotations

from dataclasses import replace

from agents.llm.builtin.question.said import asks_visitor, without_offer
from agents.llm.builtin.weighed import BuiltAnswer
from agents.llm.offers import offer, ways_in
from agents.llm.request import ChatRequest


def with_closing(found: BuiltAnswer, request: ChatRequest) -> BuiltAnswer:
    """A good answer may end with a question of the agent's; one that is not sure, or none, has said enough.

    It takes the place of an offer to say more. Who answers the agent's own question is not told that no page holds an
    answer to "40".
    """
    stands = request.instead or (request.thanks if found.band in ("none", "closest", "ask") else "")
    if stands:
        return BuiltAnswer(" ".join(filter(None, (stands, request.closing))), (), "talk")
    if not request.closing or found.band != "quote" or asks_visitor(found.text):
        return found
    return replace(found, text=f"{without_offer(found.text)}\n\n{request.closing}")  # one question an answer


def with_offer(found: BuiltAnswer, request: ChatRequest) -> BuiltAnswer:
    """An answer that is not sure, or none, ends with the way on."""
    if found.band == "closest":
        return replace(found, text=f"{found.text}\n\n{offer('unsure', request.reach, request.promise)}")
    if found.band == "none":
        return replace(
            found, text=f"{found.text} {offer('unknown', request.reach, request.promise)}", cited=cited_ways(request)
        )
    return found


def cited_ways(request: ChatRequest) -> tuple[int, ...]:
    """The places of the passages whose number or address an offer names."""
    ways = ways_in(request.reach)
    shown = [way for way in (ways.phone, ways.email) if way]
    places = [
        at
        for at, passage in enumerate(request.citable)
        if any(passage.text == one.text for one in request.reach) and any(way in passage.text for way in shown)
    ]
    return tuple(places[:1])
