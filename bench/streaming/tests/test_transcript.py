"""The benchmark's own eyes: they must see what is lost, doubled or out of order, in text and in a page."""

from __future__ import annotations

import json
import time

import pytest

from agents.llm.gate.checking import Gate
from agents.llm.gate.evidence import StatedEvidence
from agents.llm.request import ChatRequest, PastMessage, Text, Withheld
from bench.streaming.script import (
    MAX_TOKENS,
    RATE_PER_S,
    TOKENS,
    Script,
    around,
    decoded,
    encoded,
    real_questions,
    since_s,
    stamp,
    token_of,
)
from bench.streaming.transcript import Faults, Page, Plain, ended_as
from bench.streaming.upstream import OPENING, parts

ID = "0b9f6c1e-0000-4000-8000-000000000000"


def words(*positions: int) -> str:
    return "".join(f" {stamp(position, 1.5)}" for position in positions)


def tail(*positions: int) -> str:
    return f'<div id="m-{ID}-tail" hx-swap-oob="true" data-from="0" data-to="9"><p>{words(*positions)}</p></div>'


def done(*positions: int) -> str:
    return f'<div hx-swap-oob="beforeend:#m-{ID}-done"><p>{words(*positions)}</p></div>'


def whole(*positions: int, status: str = "complete") -> str:
    text = words(*positions)
    opening = f'<article class="message message--assistant" id="m-{ID}" data-seq="2" data-status="{status}">'
    return (
        f'<div hx-swap-oob="beforeend:#log">{opening}<p>{text}</p><button data-text="{text}"></button></article></div>'
    )


def test_a_stamp_tells_its_position_and_time() -> None:
    at_s = time.monotonic()

    token = token_of(stamp(149, at_s)[1:])

    assert token.position == 149
    assert since_s(token.sent, decoded(encoded(at_s + 0.25))) == pytest.approx(0.25, abs=0.0001)


def request(*questions: str) -> bytes:
    return json.dumps({"messages": [{"role": "user", "content": question} for question in questions]}).encode()


def test_the_script_of_the_last_question_counts() -> None:
    body = request(Script(3).question(), Script(tokens=7, rate_per_s=20.0, at_s=1.5).question("How much is it?"))

    assert Script.of(body) == Script(7, 20.0, 1.5)


def test_a_question_without_a_script_is_answered_as_usual() -> None:
    assert Script.of(request(Script(3).question(), "How much is it?")) == Script(TOKENS, RATE_PER_S, 0.0)


def test_real_questions_hold_no_script_and_come_once() -> None:
    asked = real_questions()

    assert len(asked) == len(set(asked)) > 300  # enough for the largest wave
    assert not any("[[" in question for question in asked)


def test_text_tells_faults() -> None:
    plain = Plain()

    for position in (0, 1, 3, 2, 3):
        plain.take(words(position))

    assert plain.faults(5) == Faults(lost=1, doubled=1, reordered=1)


def test_a_page_shows_each_token_once_as_new() -> None:
    page = Page()

    new = [len(page.take(frame)) for frame in (tail(0, 1), tail(0, 1, 2), done(0, 1, 2, 3) + tail(4), whole(*range(6)))]

    assert new == [2, 1, 2, 1]
    assert page.faults(6) == Faults()


@pytest.mark.parametrize(
    ("frames", "faults"),
    [
        ((tail(0, 1), whole(0)), Faults(lost=1, reordered=1)),
        ((done(0, 1), done(0, 1), whole(0, 1)), Faults(doubled=2, reordered=1)),
        ((tail(0, 1), tail(0), whole(0, 1)), Faults(reordered=1)),
        ((tail(0), whole(0, 1, 1)), Faults(doubled=1)),
    ],
)
def test_a_page_tells_faults(frames: tuple[str, ...], faults: Faults) -> None:
    page = Page()

    for frame in frames:
        page.take(frame)

    assert page.faults(2) == faults


@pytest.mark.parametrize("status", ["complete", "failed", "stopped"])
def test_an_answer_ends_by_its_status(status: str) -> None:
    assert ended_as(whole(0, status=status)) == status


def test_a_question_or_a_running_answer_ends_nothing() -> None:
    assert ended_as(whole(0, status="running")) == ""
    assert ended_as(whole(0).replace("message--assistant", "message--user")) == ""


def test_the_upstream_frames_each_token_as_one_http_chunk() -> None:
    head, rest = parts(45)

    whole_chunk = head + stamp(45, 0.0).encode() + rest
    size, _, event = whole_chunk.partition(b"\r\n")

    assert int(size, 16) == len(event) - 2
    assert event.startswith(b"data: {")
    assert f'"content":"{around(45)[0]}{stamp(45, 0.0)}'.encode() in event
    assert OPENING.startswith(b"HTTP/1.1 200")


def test_no_question_is_for_a_person_whom_no_model_stands_for() -> None:
    asked = real_questions()

    assert len(asked) > 500
    assert "i want to talk to a human" not in asked


def test_nothing_of_a_scripted_answer_is_withheld_by_an_agent_that_checks() -> None:
    request = ChatRequest(agent_name="Ada", system_prompt="", history=(PastMessage("user", "How long is it?"),))
    gate = Gate(request, StatedEvidence([]))
    tokens = [f"{before}{stamp(at, 0.0)}{after}" for at in range(MAX_TOKENS) for before, after in [around(at)]]

    said = [event for token in tokens for event in gate.feed(token)] + gate.close()

    assert "".join(event.text for event in said if isinstance(event, Text)) == "".join(tokens)
    assert not any(isinstance(event, Withheld) for event in said)
