"""The link from a transcript to a new case."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from conversations.models import Message
from conversations.staff.transcript_actions import TranscriptAction

ADD = "evaluation.add_case"
READ = ("conversations.view_session", "conversations.change_session")


def actions(request: HttpRequest, message: Message) -> Iterator[TranscriptAction]:
    if message.role == Message.Role.USER and message.content.strip() and request.user.has_perm(ADD):
        yield TranscriptAction(_("Make this a case"), f"{reverse('admin:evaluation_case_add')}?message={message.pk}")


def message_for(request: HttpRequest, message_id: str) -> Message | None:
    """The visitor's message in an address, for staff who may read conversations; None for others."""
    if not any(request.user.has_perm(permission) for permission in READ):
        return None
    try:
        return Message.objects.select_related("session").filter(pk=message_id, role=Message.Role.USER).first()
    except ValidationError:  # an address that was typed by hand
        return None
