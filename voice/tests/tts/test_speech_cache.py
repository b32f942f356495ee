"""Speech kept on disk: bounded, whole or absent, and never in the way."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from voice.reading.normalise import SpokenAs
from voice.tts.cache import PARTIAL, SpeechCache, key_of, speech_cache
from voice.tts.speaker import Voice

LIMIT = 1_000_000
SOUND = b"\1\2" * 5000
IDENTITY = ("openai", "localhost:9", "model", "alloy")


def key(number: int) -> str:
    return f"{number:064x}"


def used_at(cache_folder: Path, number: int, seconds: float) -> None:
    os.utime(cache_folder / key(number), (seconds, seconds))


def test_what_was_kept_comes_back(tmp_path: Path):
    cache = SpeechCache(tmp_path / "made", LIMIT)

    cache.write(key(1), SOUND)

    assert cache.read(key(1)) == SOUND
    assert SpeechCache(tmp_path / "made", LIMIT).read(key(1)) == SOUND
    assert cache.read(key(2)) is None


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: data[:8], lambda data: b"", lambda data: data[:-1] + b"\xff",
     lambda data: data + b"more", lambda data: b"RIFF" + data[4:]],
)  # fmt: skip
def test_a_damaged_entry_is_none_and_goes(tmp_path: Path, damage: Callable[[bytes], bytes]):
    cache = SpeechCache(tmp_path, LIMIT)
    cache.write(key(1), SOUND)
    path = tmp_path / key(1)
    path.write_bytes(damage(path.read_bytes()))

    assert cache.read(key(1)) is None
    assert not path.exists()


def test_it_never_takes_more_than_its_limit(tmp_path: Path):
    cache = SpeechCache(tmp_path, LIMIT)

    sizes = []
    for number in range(300):
        cache.write(key(number), SOUND)
        sizes.append(sum(path.stat().st_size for path in tmp_path.iterdir()))

    assert max(sizes) <= LIMIT
    assert cache.read(key(299)) == SOUND


def test_the_longest_unused_go_first(tmp_path: Path):
    cache = SpeechCache(tmp_path, LIMIT)
    for number in range(60):
        cache.write(key(number), SOUND)
        used_at(tmp_path, number, 1000 + number)
    assert cache.read(key(0)) == SOUND  # and so it is the latest used

    for number in range(60, 85):
        cache.write(key(number), SOUND)

    assert cache.read(key(0)) == SOUND
    assert cache.read(key(1)) is None


def test_one_sound_that_would_push_out_many_is_not_kept(tmp_path: Path):
    cache = SpeechCache(tmp_path, LIMIT)

    cache.write(key(1), b"\0" * (LIMIT // 4))

    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_left_goes_in_time(tmp_path: Path):
    old, new = tmp_path / f"a.1.x{PARTIAL}", tmp_path / f"b.1.x{PARTIAL}"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (1000, 1000))

    SpeechCache(tmp_path, LIMIT).write(key(1), SOUND)

    assert not old.exists()
    assert new.exists()


def test_a_folder_that_cannot_be_written_costs_nobody_an_answer(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    cache = SpeechCache(tmp_path / "file" / "cache", LIMIT)

    cache.write(key(1), SOUND)

    assert cache.read(key(1)) is None


def test_several_may_write_and_read_the_same_entries(tmp_path: Path):
    caches = [SpeechCache(tmp_path, LIMIT) for _ in range(4)]  # as processes have: nothing shared but the folder

    def work(at: int) -> set[bytes | None]:
        cache = caches[at % 4]
        found = set()
        for number in range(100):
            cache.write(key(number % 7), bytes([number % 7]) * 40_000)
            found.add(cache.read(key((number + at) % 7)))
        return found

    with ThreadPoolExecutor(8) as pool:
        found = set().union(*pool.map(work, range(8)))

    assert found <= {None, *(bytes([number]) * 40_000 for number in range(7))}
    assert not list(tmp_path.glob(f"*{PARTIAL}"))


def test_the_key_is_the_same_for_the_same_sound():
    text = "Cafe\u0301 is open."

    assert key_of(IDENTITY, Voice(), (), text) == key_of(list(IDENTITY), Voice(), [], "Café is open.")


@pytest.mark.parametrize(
    "other",
    [
        key_of(("smallest", *IDENTITY[1:]), Voice(), (), "Hello."),
        key_of((*IDENTITY[:3], "nova"), Voice(), (), "Hello."),
        key_of(IDENTITY, replace(Voice(), speed=1.25), (), "Hello."),
        key_of(IDENTITY, replace(Voice(), language="de"), (), "Hello."),
        key_of(IDENTITY, Voice(), (SpokenAs("a", "b"),), "Hello."),
        key_of(IDENTITY, Voice(), (), "Hello!"),
    ],
)
def test_the_key_differs_for_another_sound(other: str):
    assert other != key_of(IDENTITY, Voice(), (), "Hello.")


def test_zero_bytes_is_no_cache(settings):
    settings.SPEECH_CACHE_BYTES = 0

    assert speech_cache() is None


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_file_breaks_reading(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    folder = tmp_path_factory.mktemp("cache")
    (folder / key(1)).write_bytes(data)

    assert SpeechCache(folder, LIMIT).read(key(1)) in (None, data[16:])
