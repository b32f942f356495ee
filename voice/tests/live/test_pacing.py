"""How much sound is on its way: never more than the client can be trusted to want, and never a client left waiting."""

from hypothesis import given
from hypothesis import strategies as st

from voice.live.pacing import AHEAD_MS, SILENT_S, Pacer

FRAME_MS = 40


def fill(pacer: Pacer, now: float) -> int:
    """Send all that may go out now; how much that is."""
    sent_ms = 0
    while pacer.wait_s(FRAME_MS, now) == 0 and sent_ms < 100_000:
        pacer.send(FRAME_MS, now)
        sent_ms += FRAME_MS
        assert pacer.sent_ms - pacer.played_ms(now) <= AHEAD_MS
    return sent_ms


def test_the_first_sound_goes_out_up_to_the_lead():
    pacer = Pacer()

    assert fill(pacer, 0) == AHEAD_MS
    assert pacer.wait_s(FRAME_MS, 0) > 0


def test_what_was_played_makes_room_for_as_much():
    pacer = Pacer()
    fill(pacer, 0)

    pacer.ack(250, 0.3)

    assert fill(pacer, 0.3) == 240


def test_a_client_that_plays_without_a_word_is_reckoned_by_the_clock():
    pacer = Pacer()
    fill(pacer, 0)
    before_ms = fill(pacer, SILENT_S - 0.1)

    at_once_ms = fill(pacer, SILENT_S)
    later_ms = fill(pacer, SILENT_S + 1)

    assert before_ms == 0
    assert at_once_ms == AHEAD_MS
    assert later_ms == AHEAD_MS  # it was played out after 0.6 s, and began anew


def test_by_the_clock_no_more_goes_out_than_time_passes():
    pacer = Pacer()
    fill(pacer, 0)
    fill(pacer, SILENT_S)
    sent_ms = sum(fill(pacer, SILENT_S + tick / 10) for tick in range(1, 101))

    assert 10_000 - AHEAD_MS <= sent_ms <= 10_000


def test_a_word_of_the_client_counts_again_after_the_clock_had_to():
    pacer = Pacer()
    fill(pacer, 0)
    fill(pacer, SILENT_S)

    pacer.ack(700, SILENT_S + 0.1)

    assert pacer.played_ms(SILENT_S + 0.1) == 700


def test_a_pause_between_two_clauses_is_no_silence_of_the_client():
    pacer = Pacer()
    pacer.send(FRAME_MS, 0)
    pacer.ack(FRAME_MS, 0.1)

    assert fill(pacer, 30) == AHEAD_MS
    assert pacer.played_ms(30.1) == FRAME_MS


def test_no_more_is_played_than_was_sent_and_no_less_than_before():
    pacer = Pacer()
    fill(pacer, 0)

    pacer.ack(99_999, 0.1)
    pacer.ack(100, 0.2)

    assert pacer.played_ms(0.2) == AHEAD_MS


def test_the_end_is_reached_when_all_but_a_frame_was_played():
    pacer = Pacer()
    fill(pacer, 0)
    assert pacer.rest_s(0) > 0

    pacer.ack(AHEAD_MS - 10, 0.6)

    assert pacer.rest_s(0.6) == 0


def test_nothing_sent_is_all_played():
    assert Pacer().rest_s(0) == 0


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 20_000) | st.none()), max_size=40))
def test_the_lead_holds_whatever_a_client_says(steps):
    pacer, now = Pacer(), 0.0
    for pause_s, played_ms in steps:
        now += pause_s
        fill(pacer, now)
        if played_ms is not None:
            pacer.ack(played_ms, now)

        assert 0 <= pacer.played_ms(now) <= pacer.sent_ms


@given(st.floats(0, 10), st.integers(0, 600))
def test_after_the_wait_there_is_room(now, played_ms):
    pacer = Pacer()
    fill(pacer, 0)
    pacer.ack(played_ms, 0)

    wait_s = pacer.wait_s(FRAME_MS, now)

    assert pacer.wait_s(FRAME_MS, now + wait_s) == 0
