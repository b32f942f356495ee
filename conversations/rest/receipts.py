"""The receipt of an answer in the API: how it came about. For management, not for visitors."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from access.callers import management
from conversations.models import Reply
from lib.rest.problems import not_found

router = Router(tags=["Conversations"], auth=management)


class ReceiptPassage(Schema):
    """A passage by its hash: what stood there may have changed since."""

    document_id: str
    document: str
    heading: str
    page: int | None = Field(None, description="The page it begins on; null for documents without pages.")
    hash: str = Field(description="SHA-256 of its text, in hexadecimal digits.")
    score: float
    is_source: bool = Field(description="Whether it is among the answer's sources.")


class LeftOut(Schema):
    """What did not fit into the token budget."""

    passages: list[ReceiptPassage]
    messages: int = Field(description="Earlier messages of the session that the model did not see.")


class WithheldSentence(Schema):
    """A sentence of the model that was replaced, or had a link taken out."""

    reason: str = Field(description="`figure`, `address` or `instructions` (it repeated its own).")
    kinds: list[str] = Field(description="Of what it stated: `money`, `share`, `date`, `phone`, `link` …")


class ReceiptChecks(Schema):
    """What the gate found."""

    checks_answers: bool = Field(description="Whether figures were looked at.")
    figures: dict[str, int] = Field(
        description="How many were `given`, `derived` from what is given, or `passed` since they are no facts."
    )
    withheld: list[WithheldSentence]


class ReceiptOut(Schema):
    """How one answer came about."""

    message_id: uuid.UUID
    status: str
    prompt_version: int | None
    provider: str
    model: str
    parameters: dict[str, Any] = Field(description="As they were sent: `temperature`, the limit of tokens.")
    passages: list[ReceiptPassage] = Field(description="What the model was given, best first.")
    left_out: LeftOut
    checks: ReceiptChecks
    input_tokens: int | None
    output_tokens: int | None
    asked_at: datetime
    first_token_ms: int | None
    total_ms: int | None
    done_at: datetime | None


@router.get(
    "/messages/{message_id}/receipt",
    response=ReceiptOut,
    auth=management.may("conversations.view_session"),
    operation_id="get_receipt",
    summary="Read how an answer came about",
)
def get_receipt(request: HttpRequest, message_id: uuid.UUID) -> ReceiptOut:
    """404 for what is no answer, for one that is being made, and for answers that are older than receipts."""
    reply = Reply.objects.select_related("receipt", "prompt_version", "question").filter(message=message_id).first()
    receipt = getattr(reply, "receipt", None)
    if reply is None or receipt is None:
        raise not_found(_("Receipt not found"))
    return ReceiptOut(
        message_id=message_id,
        status=reply.state,
        prompt_version=reply.prompt_version.number if reply.prompt_version else None,
        provider=reply.provider,
        model=reply.model,
        parameters=receipt.parameters,
        passages=receipt.passages,
        left_out=receipt.left_out,
        checks=receipt.checks,
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        asked_at=reply.question.created_at if reply.question else reply.created_at,
        first_token_ms=reply.first_token_ms,
        total_ms=reply.total_ms,
        done_at=reply.ended_at,
    )
