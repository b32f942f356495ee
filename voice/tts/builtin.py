"""The built-in English voice: hibari-tts (Apache-2.0), whose package includes the weights. One core makes speech about
a hundred times faster than it is played, so two worker threads are enough for a small site.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import logging
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext as _

from voice.errors import SpeechUnavailable
from voice.sound.rates import SPEAKING_RATE
from voice.tts.speaker import Voice
from voice.tts.timely import Unspeakable, timely

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)
T = TypeVar("T")

PACKAGE = "hibari"
VERSION = "0.2.1"
# The files of hibari-tts 0.2.1: the voice "heart", and the network that pronounces words that are in no dictionary.
SHA256 = {
    "hibari.onnx": "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
    "oov.onnx": "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76",
}
WORKERS = 2
MAX_WAITING = 32  # sentences of about 30 ms of work each, so that the last one waits half a second
FIRST_PIECE_S = 10.0  # loading takes 1 s, or several on a busy machine; after that a sentence takes 0.03 s
# The model adds a third of a second of silence before each sentence and half a second after it. That delays the first
# sound and makes gaps between clauses, so it is cut to the following lengths.
QUIET = 0.004  # of full scale; anything below is the model's own noise
LEAD_S = 0.04  # kept before the first sound, because soft consonants begin below QUIET
SENTENCE_REST_S = 0.3  # a speaker's pause between sentences
CLAUSE_REST_S = 0.12  # a speaker's pause at a comma


class BuiltinSpeaker:
    """Speaks with the one voice of the package and ignores the agent's voice name; other voices need a download."""

    name = "builtin"

    def missing(self) -> str:
        """A translated reason why it cannot speak; "" if it can, or if it was not tried yet."""
        if importlib.util.find_spec(PACKAGE) is None:
            return _("The package hibari-tts is not installed (requirements/local.txt).")
        return _("The packaged voice cannot be used; the log says why.") if _engine.is_broken else ""

    def is_ready(self) -> bool:
        return not self.missing()

    async def warm_up(self) -> None:
        """Loads the model now, so that the first listener need not wait. Raises SpeechUnavailable if that fails."""
        await _in_worker(_engine.load)

    def identity(self, voice: Voice) -> tuple[str, ...]:
        return self.name, "", VERSION, "heart"

    def stream(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        """See Speaker. Each piece is a sentence. Closing it ends the work after the current sentence."""
        return timely(_speak(text, voice), text, voice, first_piece_s=FIRST_PIECE_S)


async def _speak(text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
    if voice.language.lower().split("-")[0] != "en":
        raise Unspeakable(SpeechUnavailable.Cause.NOT_CONFIGURED, "it speaks English only")
    sentences = await _in_worker(lambda: _engine.load().phonemize(text))
    if not sentences:
        raise Unspeakable(SpeechUnavailable.Cause.PROVIDER_ERROR, "nothing in this text has a sound in English")
    speed = min(max(voice.speed, 0.5), 2.0)
    for phonemes in sentences:
        yield await _in_worker(lambda phonemes=phonemes: _sound_of(phonemes, speed))  # type: ignore[misc]


def _sound_of(phonemes: str, speed: float) -> bytes:
    import numpy as np

    samples = _engine.load().from_phonemes(phonemes, speed)
    rest_s = SENTENCE_REST_S if phonemes.rstrip("\"'”’) ").endswith((".", "!", "?", "…")) else CLAUSE_REST_S
    trimmed = _without_silence(samples, rest_s / speed)
    return (np.clip(trimmed, -1.0, 1.0) * 32767).astype("<i2").tobytes()


def _without_silence(samples: NDArray[np.float32], rest_s: float) -> NDArray[np.float32]:
    import numpy as np

    heard = np.flatnonzero(np.abs(samples) > QUIET)
    if not len(heard):
        return samples[:0]
    start = max(0, int(heard[0]) - int(LEAD_S * SPEAKING_RATE))
    return samples[start : int(heard[-1]) + int(rest_s * SPEAKING_RATE)]


class _Engine:
    """The model, loaded once by the first worker that needs it. Safe to use from several threads."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._model: Any = None
        self.is_broken = False

    def load(self) -> Any:
        """Returns the model. Raises SpeechUnavailable if the package is missing or a file has another hash."""
        with self._loading:
            if self._model is None:
                self._model = self._loaded()
        return self._model

    def _loaded(self) -> Any:
        if self.is_broken:
            raise SpeechUnavailable(SpeechUnavailable.Cause.NOT_CONFIGURED, "the packaged voice is broken")
        try:
            import hibari

            for name, sha256 in SHA256.items():
                _check(Path(hibari.__file__).parent / "assets" / name, sha256)
            model = hibari.Hibari(threads=1)
            model.sess = _small_session(model.model_path)
            model.phonemize("Hello, Salesagent.")  # loads the dictionaries, and the network for unknown words
            return model
        except Exception as exc:  # onnxruntime's errors have no common base class
            self.is_broken = True
            logger.error("The built-in voice cannot be loaded: %s: %s", type(exc).__name__, exc)
            raise SpeechUnavailable(SpeechUnavailable.Cause.NOT_CONFIGURED, "the packaged voice is broken") from None


def _small_session(path: str) -> Any:
    """A session like the package's own, without the memory pool, which would hold 60 MB after one long sentence."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _check(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise ValueError(f"{path.name} is not the expected file: its SHA-256 is {found}")


_engine = _Engine()
_workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="speech")
_waiting = 0  # calls that were given to the workers and are not done
_counting = threading.Lock()


async def _in_worker(call: Callable[[], T]) -> T:
    """Runs `call` in a worker thread. Raises SpeechUnavailable if too many calls wait already."""
    global _waiting
    with _counting:
        if _waiting >= WORKERS + MAX_WAITING:
            raise SpeechUnavailable(SpeechUnavailable.Cause.RATE_LIMITED, "the built-in voice has too much to say")
        _waiting += 1
    job = _workers.submit(call)
    job.add_done_callback(_count_down)
    return await asyncio.wrap_future(job)


def _count_down(_job: object) -> None:
    global _waiting
    with _counting:
        _waiting -= 1
