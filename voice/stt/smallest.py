"""Transcription by Smallest.ai's Pulse, over HTTP: https://docs.smallest.ai/waves (Transcribe, pre-recorded)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lib.per_loop import PerLoop
from voice.errors import SpeechUnavailable
from voice.loading import load
from voice.stt.asking import CONNECT_S, TIMEOUT_S, Hiccup, answer_of, check_key, patiently
from voice.stt.certainty import code_of
from voice.stt.transcriber import Transcript, TranscriptCertainty, Utterance

if TYPE_CHECKING:
    import aiohttp

Cause = SpeechUnavailable.Cause

SMALLEST_URL = "https://api.smallest.ai"
ROUTE = "/waves/v1/stt/"
MODEL = "pulse"  # `pulse-pro` is better, but knows only English
DEFAULT_LANGUAGE = "en"  # the route requires a language; its automatic detection works only within groups of languages
KEEP_ALIVE_S = 55.0  # reusing a connection saves a handshake; most load balancers drop idle ones after 60 s
PIECE_BYTES = 16_384


class SmallestTranscriber:
    """Asks Pulse, which takes no keywords for recordings. `timeout_s` covers everything, retry included."""

    name = "smallest"

    def __init__(self, *, api_key: str = "", base_url: str = SMALLEST_URL, timeout_s: float = TIMEOUT_S):
        self._api_key = api_key.strip()
        self._url = (base_url or SMALLEST_URL).rstrip("/") + ROUTE
        self._timeout_s = timeout_s

    def lacks(self) -> str:
        """A translated sentence that tells staff what to do before it can be used; "" when it is set up."""
        return "" if self._api_key else _("Set SMALLEST_API_KEY.")

    def is_ready(self) -> bool:
        return not self.lacks()

    def hears(self, language: str) -> bool:
        return True  # it knows more than twenty languages, and refuses the others

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Returns the words, "" if there are none. Raises SpeechUnavailable. Cancelling it ends the request."""
        check_key(self._api_key)
        await load("aiohttp")
        await load("voice.sound.audio")
        from voice.sound.audio import wav

        file = await asyncio.to_thread(wav, utterance.samples)
        answer = await patiently(lambda: self._ask(file, utterance.language), self._timeout_s)
        language = answer.get("language")
        certainty = TranscriptCertainty(code_of(language) if isinstance(language, str) else "")
        return Transcript(answer["transcription"], self.name, MODEL, certainty)

    async def _ask(self, file: bytes, language: str) -> dict[str, Any]:
        import aiohttp

        asking = _session().post(
            self._url,
            params={"model": MODEL, "language": language or DEFAULT_LANGUAGE},
            data=file,
            headers={"Authorization": f"Bearer {self._api_key}", "Content-Type": "application/octet-stream"},
            allow_redirects=False,  # a recording must not go to any other address than that of the setting
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(CONNECT_S, self._timeout_s)),
        )
        try:
            async with asking as response:
                if response.status != 200:
                    raise _error_of(response.status)
                return await answer_of(response.content.iter_chunked(PIECE_BYTES), "transcription")
        except TimeoutError:
            raise SpeechUnavailable(Cause.TIMED_OUT, "no connection in time") from None
        except (aiohttp.ClientError, OSError) as exc:
            raise Hiccup(Cause.PROVIDER_ERROR, f"no connection: {type(exc).__name__}") from None


def _error_of(status: int) -> SpeechUnavailable:
    """The error for an HTTP status. The body is not used, because it may repeat what was sent."""
    detail = f"HTTP {status}"
    if status in (401, 402, 403, 404, 405, 410) or 300 <= status < 400:  # 410: the model was withdrawn
        return SpeechUnavailable(Cause.NOT_CONFIGURED, detail)
    if status == 429:  # too many requests at the same time
        return SpeechUnavailable(Cause.RATE_LIMITED, detail)
    if status in (408, 504):
        return SpeechUnavailable(Cause.TIMED_OUT, detail)
    return (Hiccup if status >= 500 else SpeechUnavailable)(Cause.PROVIDER_ERROR, detail)


@PerLoop
def _session() -> aiohttp.ClientSession:
    """The connection pool of the running event loop."""
    import aiohttp

    connector = aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_S)
    return aiohttp.ClientSession(connector=connector, trust_env=True)  # uses the environment's proxies


async def close_sessions() -> None:
    """Closes the connections of the running event loop; for loops that end before the process, and for tests."""
    if session := _session.forget():
        await session.close()
