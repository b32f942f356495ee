"""The API's operations for what visitors think of an answer."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from access.callers import Caller, management_or_visitor, require_session
from conversations.intake.feedback import MAX_CHARS, FeedbackRefused, give
from conversations.messages.events import FeedbackGiven
from conversations.messages.reading import MessageMissing, session_of
from lib.rest.fields import Body, Line
from lib.rest.openapi import also
from lib.rest.problems import conflict, not_found

router = Router(tags=["Conversations"], auth=management_or_visitor)


class FeedbackIn(Body):
    """Whether an answer helped."""

    value: Literal["up", "down"]
    words: Annotated[Line, Field(max_length=MAX_CHARS)] = Field("", description="What was wrong with it, or right.")


class FeedbackOut(Schema):
    """What is kept of it."""

    message_id: uuid.UUID
    value: Literal["up", "down"]
    words: str


@router.post(
    "/messages/{message_id}/feedback",
    response=FeedbackOut,
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="give_feedback",
    summary="Say whether an answer helped",
    openapi_extra=also(403, 409),
)
async def give_feedback(request: HttpRequest, message_id: uuid.UUID, body: FeedbackIn) -> FeedbackGiven:
    """Given again, it takes the place of what was given before. Staff read it in the transcript, and an answer that did
    not help is counted among the gaps. 409 for what is no answer, or one that failed or is still being made, and where
    the agent does not ask for it (`asks_feedback`)."""
    return await _given(request, message_id, body.value, body.words)


@router.delete(
    "/messages/{message_id}/feedback",
    response={204: None},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="take_feedback_back",
    summary="Take back what was said of an answer",
    openapi_extra=also(403, 409),
)
async def take_feedback_back(request: HttpRequest, message_id: uuid.UUID) -> Status[None]:
    """Nothing is kept of it, and the answer is in no gap for it any more. Taken back twice is the same as once."""
    await _given(request, message_id, "", "")
    return Status(204, None)


async def _given(request: HttpRequest, message_id: uuid.UUID, value: str, words: str) -> FeedbackGiven:
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    try:
        require_session(caller, await session_of(message_id))
        return await give(message_id, value, words)
    except MessageMissing:
        raise not_found(_("Message not found")) from None
    except FeedbackRefused as error:
        raise conflict(str(error)) from None
