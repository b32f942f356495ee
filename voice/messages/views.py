"""Handles the voice requests of the visitor's page, which posts recordings and fetches spoken answers."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial, wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from access import connections, rates
from access.callers import of_visitor
from access.form_tokens import form_token_required
from access.visitors import set_cookie, visitor_of
from conversations.intake import door, joining, turns
from conversations.intake.door import counted
from conversations.intake.first_touch import first_touch_of
from conversations.messages import reading
from conversations.pages import contexts
from conversations.pages.views import (
    Request,
    active_agent,
    own_session,
    refusals_answered,
    turn_fragments,
    visitor_of_page,
)
from lib.rest.problems import Problem
from voice.errors import InvalidAudio, NothingHeard, SpeechUnavailable
from voice.files.uploads import bounded_recording
from voice.messages import hearing
from voice.messages.speech_frames import CONTENT_TYPE, SpeechStream
from voice.models import VoiceSettings
from voice.notices import no_voice, not_heard
from voice.speaking.speeches import speeches
from voice.warming import warm_up

View = Callable[..., Awaitable[HttpResponseBase]]


def voice_refusals_answered(view: View) -> Callable[..., Any]:
    """Like `refusals_answered`, also for the errors of speech."""

    @refusals_answered
    @wraps(view)
    async def answered(request: Request, **kwargs: Any) -> HttpResponseBase:
        try:
            return await view(request, **kwargs)
        except InvalidAudio as error:
            return _refused(400, "Invalid Audio", str(error))
        except Problem as error:
            return JsonResponse(error.body(), status=error.status)
        except NothingHeard as error:
            return _refused(422, "Transcription Failed", not_heard(error))
        except SpeechUnavailable as error:
            return _refused(503, "Transcription Failed", not_heard(error))

    return answered


def with_recording(view: View) -> Callable[..., Any]:
    """Applies the upload limit from the first byte, before the CSRF check, which would read the body."""
    return csrf_exempt(bounded_recording(form_token_required(voice_refusals_answered(view))))


@require_POST
@with_recording
async def first_voice(request: Request, slug: str) -> HttpResponseBase:
    """Begin a session with a spoken message."""
    caller, cookie = visitor_of_page(request)
    agent = await active_agent(slug)
    client_id, voice = request.POST.get("client_id", ""), None
    turn = await door.admit_first(caller, agent, client_id, require=hearing.require_ear)
    if turn is None:
        touch = await first_touch_of(request, agent)

        async def say(said: door.Said) -> turns.Turn:
            return await door.begin(caller, agent, replace(said, first_touch=touch), is_admitted=True)

        turn, voice = await hearing.take(_recording(request), agent.pk, client_id, say)
    response = await _answered(request, turn, caller.visitor, voice)
    contexts.tell_begun(response, slug, turn.question.session_id)
    if cookie:
        set_cookie(response, cookie, request)
    return response


@require_POST
async def get_ready(request: Request, slug: str) -> HttpResponse:
    """Load the speech models, because somebody is about to speak."""
    with suppress(rates.RateLimited):
        await counted(rates.count, rates.PER_ADDRESS, "get ready", rates.address_of(request))
        warm_up((await active_agent(slug)).pk)
    return HttpResponse(status=204)


@require_POST
@voice_refusals_answered
async def begin(request: Request, slug: str) -> HttpResponseBase:
    """Begin an empty session and set the cookie by which a live conversation finds its visitor."""
    caller, cookie = visitor_of_page(request)
    agent = await active_agent(slug)
    await hearing.require_ear(agent.pk)
    touch = await first_touch_of(request, agent)
    joined = await joining.begin_as_newcomer(agent.slug, caller.address, caller.visitor, touch)
    response = HttpResponse(status=204)
    contexts.tell_begun(response, slug, joined.conversation.session.pk)
    if cookie:
        set_cookie(response, cookie, request)
    return response


@require_POST
@with_recording
async def voice(request: Request, session_id: uuid.UUID) -> HttpResponseBase:
    """Say something in a session of the visitor's own."""
    caller = of_visitor(visitor_of(request), rates.address_of(request))
    session = await own_session(caller.visitor, session_id)
    client_id, voice = request.POST.get("client_id", ""), None
    turn = await door.admit(caller, session_id, client_id, require=hearing.require_ear)
    if turn is None:
        say = partial(door.say, caller, session_id, is_admitted=True)
        turn, voice = await hearing.take(_recording(request), session.agent_id, client_id, say)
    return await _answered(request, turn, caller.visitor, voice)


@never_cache
@require_GET
@voice_refusals_answered
async def speech(request: Request, session_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponseBase:
    """A spoken answer: streamed while it is made if the client asks for that, else an MP3 when it is complete."""
    visitor, address = visitor_of(request), rates.address_of(request)
    await own_session(visitor, session_id)
    try:
        answer = await reading.message(session_id, message_id)
    except reading.MessageMissing:
        raise reading.SessionMissing from None
    if not request.accepts(CONTENT_TYPE) or request.headers.get("Accept", "*/*") == "*/*":
        return redirect(answer.tts_audio_url) if answer.tts_audio_url else HttpResponse(status=404)
    connections.check(address)
    if speeches().find(answer) is None:
        await counted(rates.count_visitor, "speech", f"visitor {visitor}", address)
    try:
        return SpeechStream(speeches().start(answer), address)
    except SpeechUnavailable:
        return _refused(503, "Service Unavailable", no_voice())


# --- small parts ------------------------------------------------------------------------------------------------


async def _answered(request: Request, turn: turns.Turn, visitor: str, voice: VoiceSettings | None) -> HttpResponse:
    """Show the turn, and begin to speak its answer. Without a voice only the sound is missing."""
    if turn.is_new and turn.answer and request.POST.get("aloud") != "no":
        with suppress(SpeechUnavailable):
            speeches().start(turn.answer, voice)
    return await turn_fragments(request, turn, visitor)


def _recording(request: HttpRequest) -> UploadedFile:
    upload = request.FILES.get("audio")
    if upload is None:
        raise InvalidAudio(_("There is no recording in this message. Please record it again."))
    return upload


def _refused(status: int, error: str, detail: str) -> HttpResponse:
    return JsonResponse({"error": error, "detail": detail, "fallback_message": detail}, status=status)
