"""One of a kind for each event loop, and none for a loop that is closed."""

from __future__ import annotations

import asyncio
import gc
import weakref

from lib.per_loop import PerLoop


class Thing:
    """Refers to its loop, as a task or a connection does."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()


def things() -> PerLoop[Thing]:
    return PerLoop(Thing)


async def test_a_loop_is_given_the_same_one_each_time():
    thing = things()

    assert thing() is thing()


def test_each_loop_has_its_own():
    thing = things()

    async def mine() -> Thing:
        return thing()

    with asyncio.Runner() as one, asyncio.Runner() as other:
        first, second = one.run(mine()), other.run(mine())

        assert first is not second
        assert one.run(mine()) is first


def test_what_a_closed_loop_had_is_let_go_when_another_one_asks():
    thing = things()

    async def mine() -> weakref.ref[Thing]:
        return weakref.ref(thing())

    gone = asyncio.run(mine())
    asyncio.run(mine())
    gc.collect()

    assert gone() is None


async def test_what_is_given_back_is_made_anew():
    thing = things()
    first = thing()

    assert thing.forget() is first
    assert thing.forget() is None
    assert thing() is not first


def test_what_makes_it_keeps_its_name_and_promise():
    @PerLoop
    def answers() -> list[str]:
        """The answers of the running event loop."""
        return []

    assert answers.__doc__ == "The answers of the running event loop."
    assert answers.__name__ == "answers"  # type: ignore[attr-defined]  # set by update_wrapper
