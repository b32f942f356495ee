"""Takes feedback on an answer from the visitor's page: it helped, it did not and why, or the feedback is taken back."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from access import rates
from access.visitors import visitor_of
from conversations.intake import door
from conversations.intake.feedback import FeedbackRefused, give
from conversations.models import Reply
from conversations.pages.fragments import feedback_fragment
from conversations.pages.views import Request, message_id_of, own_session, refusals_answered


@require_POST
@refusals_answered
async def feedback(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """Store the feedback. A script gets the fragment that shows it, a form is redirected back to the message."""
    visitor = visitor_of(request)
    session = await own_session(visitor, session_id)
    await door.counted(rates.count, rates.PER_ADDRESS, "feedback", rates.address_of(request))
    await door.counted(rates.count, rates.PER_VISITOR, "feedback", visitor)
    value, words = request.POST.get("value", ""), request.POST.get("words")
    if value and value not in Reply.Feedback:
        raise FeedbackRefused(_("Say whether it helped, or did not."))
    given = await give(message_id_of(request), value, words, session_id=session_id)
    if request.htmx:
        return HttpResponse(feedback_fragment(given))
    return redirect(f"{reverse('chat_session', args=[session.agent.slug, session.pk])}#m-{given.message_id}")
