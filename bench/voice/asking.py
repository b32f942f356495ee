"""A visitor of the API who asks aloud, and when each part of the answer reached them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Self

import aiohttp

ANSWER_S = 60  # far longer than any answer takes; a turn without an end is a failed one
LINE_BYTES = 4 * 1024 * 1024  # the sound of a long sentence is one line
NDJSON = "application/x-ndjson"


class TurnFailed(Exception):
    """A turn that was refused or did not end as it should; `str()` says how."""


@dataclass(slots=True)
class Spoken:
    """One turn. Times are `time.monotonic()`; `uploaded_at` is when the recording's last byte was given to the socket.

    `clause` is the first one, as it was announced.
    """

    began_at: float
    uploaded_at: float = 0.0
    heard: str = ""
    transcript_at: float | None = None
    text_at: float | None = None
    clause: str = ""
    sound_at: float | None = None
    stop_at: float | None = None
    done_at: float | None = None
    answer: str = ""
    mp3_path: str = ""

    def ms(self, mark: str) -> float:
        """From the end of the upload to this mark; raises TurnFailed where it never came."""
        at = getattr(self, f"{mark}_at")
        if at is None:
            raise TurnFailed(f"a turn without its {mark}")
        return 1000 * (at - self.uploaded_at)


def http_client() -> aiohttp.ClientSession:
    """Keeps its connections, as a browser does, and notes when an upload has ended."""
    tracing = aiohttp.TraceConfig()

    async def note(_http: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
        if isinstance(turn := context.trace_request_ctx, Spoken):
            turn.uploaded_at = time.monotonic()

    tracing.on_request_chunk_sent.append(note)
    return aiohttp.ClientSession(trace_configs=[tracing], read_bufsize=LINE_BYTES)


@dataclass(slots=True)
class Visitor:
    """Somebody with a session of their own."""

    http: aiohttp.ClientSession
    base: str
    session: str
    headers: dict[str, str]

    @classmethod
    async def joined(cls, http: aiohttp.ClientSession, base: str) -> Self:
        async with http.post(f"{base}/api/chat/init", json={}) as response:
            opened = await _json_of(response, 201)
        return cls(http, base, opened["session_id"], {"Authorization": f"Bearer {opened['token']}"})

    async def ask(self, recording: bytes, *, stop_at_sound: bool = False) -> Spoken:
        """Ask, and read the answer to its end; or press Stop at its first sound and read to the end then.

        Raises TurnFailed.
        """
        form = aiohttp.FormData()
        form.add_field("audio", recording, filename="question.webm", content_type="audio/webm")
        turn = Spoken(began_at=time.monotonic())
        answer_id = ""
        async with (
            asyncio.timeout(ANSWER_S),
            self.http.post(
                f"{self.base}/api/sessions/{self.session}/voice",
                data=form,
                headers={**self.headers, "Accept": NDJSON},
                trace_request_ctx=turn,
            ) as response,
        ):
            if response.status != 200:
                raise TurnFailed(f"{response.status}: {await response.text()}")
            async for event, at in _events(response):
                self._note(turn, event, at)
                if event["type"] == "transcript":
                    answer_id = event["assistant_message_id"]
                if stop_at_sound and event["type"] == "audio" and turn.stop_at is None:
                    turn.stop_at = time.monotonic()
                    await self._stop(answer_id)
        if turn.done_at is None:
            raise TurnFailed("the stream ended without its last event")
        return turn

    @staticmethod
    def _note(turn: Spoken, event: dict[str, Any], at: float) -> None:
        match event["type"]:
            case "transcript":
                turn.transcript_at, turn.heard = at, event["message"]["content"]
            case "token":
                turn.text_at = turn.text_at or at
            case "clause":
                turn.clause = turn.clause or event["text"]
            case "audio":
                turn.sound_at = turn.sound_at or at
            case "done":
                told = event["assistant_message"]
                turn.done_at, turn.answer, turn.mp3_path = at, told["content"], told["tts_audio_url"] or ""
            case "error" | "audio_unavailable":
                raise TurnFailed(f"{event['type']}: {event.get('error', 'nobody could speak')}")

    async def _stop(self, answer_id: str) -> None:
        url = f"{self.base}/api/sessions/{self.session}/replies/{answer_id}/stop"
        async with self.http.post(url, headers=self.headers) as response:
            await _json_of(response, 202)

    async def sound_of(self, turn: Spoken) -> bytes:
        """The MP3 that was kept, as the server gives it out."""
        async with self.http.get(self.base + turn.mp3_path, headers=self.headers) as response:
            if response.status != 200:
                raise TurnFailed(f"the sound: {response.status}")
            return await response.read()


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[dict[str, Any], float]]:
    async for line in response.content:
        at = time.monotonic()
        if event := json.loads(line):
            yield event, at


async def _json_of(response: aiohttp.ClientResponse, status: int) -> dict[str, Any]:
    if response.status != status:
        raise TurnFailed(f"{response.url.path}: {response.status}, {await response.text()}")
    return dict(await response.json())
