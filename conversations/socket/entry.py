"""Decides by the first frame on the JSON socket whether a client may enter: with a token, a key, or as a newcomer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from access import keys, rates, tokens
from access.callers import Caller, of_key, of_session
from access.models import ApiKey
from conversations.intake import joining
from conversations.socket.frames import Connect, FrameRefused
from lib.database import in_database


@dataclass(frozen=True, slots=True)
class Entry:
    """The caller, the session, and the token for coming back if a new one was made."""

    caller: Caller
    session_id: uuid.UUID
    token: str | None
    may_write: bool = True


@in_database
def enter(frame: Connect, bearer: str, address: str) -> Entry:
    """The entry of a client. `bearer` is the secret in the handshake's header ("" for none); the frame goes first.

    Does not check whether the session still exists. Raises FrameRefused, RateLimited, AgentMissing, TokenRefused,
    TokenForeign.
    """
    token, key = frame.token, frame.key
    if token is None and key is None and bearer:
        token, key = (bearer, None) if tokens.session_of(bearer) else (None, bearer)
    if key is not None:
        return _with_key(frame, key, address)
    if token is not None:
        return _with_token(frame, token, address)
    if frame.session_id is None:
        return _as_newcomer(frame, address)
    if settings.API_AUTH == "off":
        return _entered(frame, Caller("open", None, "open", address))
    raise joining.TokenRefused


def _with_key(frame: Connect, raw: str, address: str) -> Entry:
    key = keys.find(raw)
    if key is None:
        rates.count(rates.WRONG_KEYS_PER_ADDRESS, "wrong key", address)
        raise joining.TokenRefused
    caller = of_key(key, address)
    rates.count_request(caller.kind, caller.who, address)
    may_write = key.allows(ApiKey.Scope.WRITE)
    if not key.allows(ApiKey.Scope.WRITE if frame.session_id is None else ApiKey.Scope.READ):
        raise FrameRefused("forbidden", _("This key may not do that: it lacks a scope."))
    return _entered(frame, caller, may_write=may_write)


def _with_token(frame: Connect, token: str, address: str) -> Entry:
    opened = tokens.session_of(token)
    if opened is None:
        rates.count(rates.WRONG_KEYS_PER_ADDRESS, "wrong key", address)
        raise joining.TokenRefused
    if frame.session_id not in {None, opened}:
        raise joining.TokenForeign
    caller = of_session(opened, address)
    rates.count_request(caller.kind, caller.who, address)
    return Entry(caller, opened, tokens.renewed(token))


def _as_newcomer(frame: Connect, address: str) -> Entry:
    joined = joining.begin_as_newcomer.sync(frame.agent, address)
    session_id = joined.conversation.session.pk
    return Entry(of_session(session_id, address), session_id, joined.token)


def _entered(frame: Connect, caller: Caller, *, may_write: bool = True) -> Entry:
    """The entry of a caller who may open any conversation: the named one, or a new one with a token to pass on."""
    if frame.session_id is None:
        joined = joining.begin(frame.agent)
        return Entry(caller, joined.conversation.session.pk, joined.token)
    return Entry(caller, frame.session_id, None, may_write)
