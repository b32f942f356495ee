"""A page gets each event once, as the fragment it needs, whatever the order of snapshot and stream."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from conversations.messages.events import Delta, MessageData, MessageFinished, MessageStored, SessionGone
from conversations.pages.fragments import PageFeed
from conversations.replies.hub import LiveText

RUNNING = MessageData(
    id="11111111-1111-1111-1111-111111111111",
    session_id="22222222-2222-2222-2222-222222222222",
    seq=2,
    role="assistant",
    content="",
    message_type="text",
    created_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    status="running",
    attempt=1,
)
TAIL = f'<div id="m-{RUNNING.id}-tail" hx-swap-oob="true" '


def delta(offset, text, attempt=1):
    return Delta(RUNNING.id, attempt, offset, text)


@pytest.fixture
def feed():
    feed = PageFeed()
    feed.show(RUNNING)
    return feed


def test_a_sound_comes_with_its_length_where_that_is_known():
    said = replace(RUNNING, seq=1, role="user", status="complete", audio="recordings/a.mp3")

    assert "data-length-ms" not in PageFeed().show(said)
    assert 'src="/api/audio/recordings/a.mp3" data-length-ms="7300"' in PageFeed().show(replace(said, audio_ms=7_300))


@pytest.mark.parametrize(
    ("role", "text", "is_marked"),
    [
        ("user", "it's jo@shop.example", True),
        ("user", "call 07700 900123", True),
        ("user", "two of them", False),
        ("assistant", "Write to hello@shop.example.", False),
    ],
)
def test_a_message_that_leaves_contact_details_says_so(role, text, is_marked):
    html = PageFeed().show(replace(RUNNING, role=role, status="complete", content=text))

    assert ("data-leaves-contact" in html) is is_marked


def test_a_running_answer_is_an_empty_busy_bubble():
    html = PageFeed().show(RUNNING)

    assert f'id="m-{RUNNING.id}"' in html
    assert 'aria-busy="true"' in html


def test_finished_blocks_are_sent_once(feed):
    first = feed.fragment(delta(0, "First block.\n\nSec"))
    second = feed.fragment(delta(17, "ond"))

    assert f'hx-swap-oob="beforeend:#m-{RUNNING.id}-done"' in first
    assert "First block" in first
    assert "First block" not in second
    assert second == f'{TAIL}data-from="17" data-to="20"><p>Second</p></div>'


def test_what_the_snapshot_held_is_not_sent_again():
    feed, live = PageFeed(), LiveText(RUNNING.session_id, RUNNING.attempt)
    live.append(delta(0, "Hello "))
    html = feed.show(RUNNING, live)

    assert "Hello" in html
    assert feed.fragment(delta(0, "Hello ")) == ""
    assert feed.fragment(delta(0, "Hello you")) == f'{TAIL}data-from="6" data-to="9"><p>Hello you</p></div>'


def test_a_delta_of_another_attempt_is_left_out(feed):
    assert feed.fragment(delta(0, "old", attempt=0)) == ""


def test_text_is_never_html(feed):
    html = feed.fragment(delta(0, "<script>alert(1)</script>"))

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_end_replaces_the_bubble_with_a_whole_render(feed):
    feed.fragment(delta(0, "See [1]"))
    done = replace(RUNNING, status="complete", content="See [1]\n\n[1]: https://example.com")

    html = feed.fragment(MessageFinished(done))

    assert 'href="https://example.com"' in html
    assert "aria-busy" not in html
    assert feed.fragment(delta(7, " late")) == ""


def test_a_late_word_of_an_ended_attempt_does_not_bring_the_dots_back(feed):
    feed.fragment(MessageFinished(replace(RUNNING, status="complete", content="Done")))

    assert feed.fragment(MessageStored(RUNNING)) == ""


def test_a_new_attempt_starts_the_bubble_anew(feed):
    feed.fragment(MessageFinished(replace(RUNNING, status="failed", content="Half")))

    html = feed.fragment(MessageStored(replace(RUNNING, attempt=2)))

    assert 'aria-busy="true"' in html
    assert "Half" not in html


def test_the_sources_stand_under_the_answer(feed):
    source = {"document_id": "d", "document": "Shipping", "heading": "Times", "page": 12, "excerpt": "Two **days**"}

    html = feed.fragment(MessageFinished(replace(RUNNING, status="complete", content="Two days", sources=(source,))))

    assert "Shipping" in html
    assert "page 12" in html
    assert "Times, page 12" in html
    assert "<strong>days</strong>" in html


def test_a_deleted_session_tells_the_page(feed):
    assert 'data-state="deleted"' in feed.fragment(SessionGone(RUNNING.session_id))


def test_what_does_not_fit_is_asked_for_and_put_in_without_a_new_bubble(feed):
    first = feed.fragment(delta(0, "One "))
    torn = feed.fragment(delta(8, "three"))
    live = LiveText(RUNNING.session_id, RUNNING.attempt)
    live.append(delta(0, "One two three"))

    assert feed.is_behind
    assert "One" in first
    assert torn == ""
    assert feed.show(RUNNING, live) == f'{TAIL}data-from="4" data-to="13"><p>One two three</p></div>'
    assert feed.fragment(delta(8, "three")) == ""


def test_a_word_of_an_answer_the_page_has_never_seen_is_a_reason_to_look():
    feed = PageFeed()

    feed.fragment(delta(0, "Hello"))

    assert feed.is_behind


def test_a_late_word_of_an_answer_that_has_ended_is_none(feed):
    feed.fragment(MessageFinished(replace(RUNNING, status="complete", content="Hello")))

    feed.fragment(delta(0, "Hello"))

    assert not feed.is_behind


def test_a_word_of_a_newer_attempt_than_the_page_shows_is_a_reason_to_look(feed):
    feed.fragment(delta(0, "Again", attempt=2))

    assert feed.is_behind


@pytest.mark.parametrize(
    ("name", "change", "bar"),
    [
        ("Sam", "Sam, a person from the team, answers now.", 'talking to <strong dir="auto">Sam</strong>, a person'),
        ("The team", "A person from the team answers now.", "You are talking to a person from the team."),
    ],
)
def test_a_person_without_a_name_is_not_called_one(name, change, bar):
    speaker = {"speaker": "staff", "name": name, "number": 1, "after_seq": 1}

    assert change in render_to_string("chat/_change.html", {"change": speaker})
    assert bar in render_to_string("chat/_speaker_bar.html", {"speaker": speaker})


def test_a_person_without_a_name_is_that_in_the_visitors_language():
    said = {"role": "staff", "author": "The team", "created_at": RUNNING.created_at}

    with translation.override("de"):
        assert "ein Mensch aus dem Team" in render_to_string(
            "chat/_change.html", {"change": {"speaker": "staff", "name": "The team"}}
        )
        assert "Das Team" in render_to_string("chat/message/_message.html", {"message": said})
