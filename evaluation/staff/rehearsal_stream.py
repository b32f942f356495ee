"""Streams answers to staff while they are made, as lines of JSON; ends when the page is closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from limits import parse

from access import connections, rates
from agents.llm.request import TakenBack, Text, Thinking
from agents.models import FallbackText
from conversations.models import Reply
from conversations.replies.leases import Outcome
from conversations.replies.rehearsing import Rehearsal, Step
from evaluation.trying import together
from language.live_markdown import LiveMarkdown
from language.markdown import render
from lib.database import in_database
from lib.streams import ClosingStream

CONTENT_TYPE = "application/x-ndjson"
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}  # a proxy would hold the text back
FRAME_S = 0.05  # at most 20 lines a second for each side, as for visitors' pages
PER_STAFF = parse("30/minute")  # far more than anybody reads, but a limit to the bill

Finish = Callable[[Mapping[str, Outcome]], dict[str, Any]]


def wants_stream(request: HttpRequest) -> bool:
    """Whether the page's script asks. Without scripts the response is a page."""
    return CONTENT_TYPE in request.headers.get("Accept", "")


def counted(request: HttpRequest) -> str:
    """Count one more request of this person; "" or the reason why they have to wait."""
    try:
        rates.count(PER_STAFF, "rehearsal", f"staff {request.user.pk}")
        connections.check(rates.address_of(request))
    except rates.RateLimited as error:
        words = ngettext("Please wait %(count)s second.", "Please wait %(count)s seconds.", error.retry_after_s)
        return words % {"count": error.retry_after_s}
    return ""


def refused(words: str) -> JsonResponse:
    """The line that makes the page's script show a reason instead of answers."""
    return JsonResponse({"error": words}, status=422)


class RehearsalStream(ClosingStream):
    """The HTML of each side while it comes, and at the end what `finish` makes of the results.

    A line has a `side` with one of these: `done` and `tail` (finished HTML, and that of the open block), `anew`,
    `thinking`, or `html` and `foot` when the side has ended. The last line has no side.
    """

    def __init__(self, request: HttpRequest, sides: Mapping[str, Rehearsal], finish: Finish):
        self._address = rates.address_of(request)
        self._language = translation.get_language()
        super().__init__(self._lines(sides, finish), content_type=CONTENT_TYPE, headers=HEADERS)

    async def _lines(self, sides: Mapping[str, Rehearsal], finish: Finish) -> AsyncGenerator[bytes, None]:
        texts = {side: LiveMarkdown() for side in sides}
        outcomes: dict[str, Outcome] = {}
        with connections.open_from(self._address):
            async with aclosing(together(sides)) as batches:
                async for steps in batches:
                    outcomes |= {side: step for side, step in steps if isinstance(step, Outcome)}
                    lines = [line for side in sides for line in self._of_side(side, texts, steps)]
                    yield b"".join(lines) or b"\n"
                    await asyncio.sleep(FRAME_S)
            yield _line(await in_database(self._finished)(finish, outcomes))

    def _of_side(self, side: str, texts: dict[str, LiveMarkdown], steps: Sequence[tuple[str, Step]]) -> Iterator[bytes]:
        text = ""
        for step in (step for each, step in steps if each == side):
            match step:
                case Text():
                    text += step.text
                case TakenBack():
                    text, texts[side] = "", LiveMarkdown()
                    yield _line({"side": side, "anew": True})
                case Thinking():
                    yield _line({"side": side, "thinking": True})
                case Outcome():
                    with translation.override(self._language):
                        yield _line({"side": side, **shown(step)})
                    return
        if text and (drawn := texts[side].feed(text)):
            yield _line({"side": side, "done": drawn[0], "tail": drawn[1]})

    def _finished(self, finish: Finish, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
        with translation.override(self._language):
            return finish(outcomes)


def shown(outcome: Outcome) -> dict[str, SafeString]:
    """A finished answer: its text as HTML, and the line below it."""
    sources = list(dict.fromkeys(str(source["document"]) for source in outcome.sources))
    foot = render_to_string("admin/evaluation/_answered.html", {"outcome": outcome, "sources": sources})
    return {"html": render(said(outcome)), "foot": foot}


def said(outcome: Outcome) -> str:
    """The text of an answer, or why there is none."""
    if outcome.state == Reply.State.COMPLETE and outcome.content.strip():
        return outcome.content
    cause = dict(FallbackText.Cause.choices).get(outcome.cause)
    if not cause:
        return _("There was no answer. Ask again in a moment.")
    return _("There was no answer: %(cause)s. Ask again in a moment.") % {"cause": cause}


def _line(values: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(values)}\n".encode()  # ASCII only: half of a surrogate pair, as models send it, breaks UTF-8
