"""What the listeners of a spoken message hear, and what is kept of it."""

from __future__ import annotations

import io

import pytest

from voice.sound.audio import decode
from voice.sound.rates import BYTES_PER_S
from voice.speaking import mp3_sink
from voice.speaking.mp3_sink import Clause, End, Mp3Sink, Sound

SECOND = b"\0\0" * (BYTES_PER_S // 2)


async def spoken(sink: Mp3Sink, *clauses: str) -> None:
    """A second of sound for each."""
    for clause in clauses:
        assert await sink.begin_clause(clause)
        await sink.take_sound(SECOND)
        await sink.end_clause()


async def test_who_listens_late_hears_all_of_it():
    sink = Mp3Sink()
    await spoken(sink, "We sell **lamps**.", "They are of brass.")
    await sink.mp3()
    sink.end("done")

    parts = [part async for part in sink.parts()]

    assert [part for part in parts if isinstance(part, Clause)] == [
        Clause(0, "We sell lamps.", 0),
        Clause(1, "They are of brass.", 1000),
    ]
    assert b"".join(part.pcm for part in parts if isinstance(part, Sound)) == 2 * SECOND
    assert parts[-1] == End("done")


async def test_the_mp3_has_all_that_was_spoken():
    sink = Mp3Sink()
    await spoken(sink, "One.", "Two.")

    mp3 = (await sink.mp3()).getvalue()
    sink.end("done")

    parts = [part async for part in sink.parts()]
    assert b"".join(part.mp3 for part in parts if isinstance(part, Sound)) == mp3
    assert decode(io.BytesIO(mp3), longest_s=60).duration_s == pytest.approx(2, abs=0.1)
    assert sink.duration_ms == 2000


async def test_nobody_is_spoken_to_for_longer_than_they_would_listen(monkeypatch):
    monkeypatch.setattr(mp3_sink, "MAX_DURATION_S", 1)
    sink = Mp3Sink()

    await spoken(sink, "One.", "Two.")

    assert not await sink.begin_clause("Three.")
    sink.end("done")
    assert [part.text async for part in sink.parts() if isinstance(part, Clause)] == ["One.", "Two."]


async def test_a_speech_without_a_voice_is_over():
    fault = ValueError("no voice")

    with pytest.raises(ValueError, match="no voice"):
        await Mp3Sink().lose_voice(fault)
