"""The API's answers when another person has the conversation, or nobody has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from conversations.speakers.changes import NotTaken, TakenByOther
from lib.rest.problems import conflict


@contextmanager
def people_refusals() -> Iterator[None]:
    """Turns the errors of `speakers.changes` into 409."""
    try:
        yield
    except TakenByOther as other:
        detail = _("%(name)s has this conversation. Send “force”: true to take it all the same.")
        raise conflict(detail % {"name": other.name}) from None
    except NotTaken as other:
        detail = _("%(name)s has this conversation.") % {"name": other.name} if other.name else ""
        raise conflict(detail or _("Take this conversation over first.")) from None
