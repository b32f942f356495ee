"""What staff see of sessions in the admin, and that they can change nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agents.tests.factories import StaffFactory, SuperuserFactory
from conversations.messages import searching
from conversations.models import Message, Reply, Session
from conversations.staff.transcript import PAGE_SIZE
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/conversations/session/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def page_of(session: Session) -> str:
    return reverse("admin:conversations_session_change", args=[session.pk])


def found(client, **query: str) -> list[Session]:
    return list(client.get(LIST, query).context["cl"].result_list)


def test_the_list_shows_count_and_state_of_the_last_answer(client, staff):
    session = SessionFactory(title="Prices")
    ReplyFactory(session=session)
    ReplyFactory(session=session, state=Reply.State.FAILED)

    page = client.get(LIST).content.decode()

    assert '<td class="field-message_total">4</td>' in page
    assert "badge--error" in page
    assert "badge--success" not in page


def test_the_list_begins_with_the_last_activity(client, staff):
    old = SessionFactory(updated_at=timezone.now() - timedelta(days=2))
    new = SessionFactory()

    assert found(client) == [new, old]


def test_an_empty_list_says_what_to_do(client, staff):
    assert "No conversations yet. Open the page and ask something." in client.get(LIST).content.decode()


def test_a_word_of_any_message_finds_its_session_once(client, staff):
    session = SessionFactory()
    for text in ("Brook or Weir?", "The Brook 90", "brook"):
        MessageFactory(session=session, content=text)
    MessageFactory(content="Beans")

    assert found(client, q="brook") == [session]


def test_words_may_be_in_different_messages_and_a_phrase_may_not(client, staff):
    session = SessionFactory()
    MessageFactory(session=session, content="the Brook machine")
    MessageFactory(session=session, content="costs 90")

    assert found(client, q="brook 90") == [session]
    assert found(client, q='"brook 90"') == []
    assert found(client, q='"brook machine"') == [session]


def test_a_search_reads_the_newest_messages_and_the_list_says_so(client, staff, monkeypatch):
    monkeypatch.setattr(searching, "MAX_READ", 2)
    old, new = (MessageFactory(content=f"{word} brook").session for word in ("old", "new"))
    Message.objects.filter(session=old).update(created_at=timezone.now() - timedelta(days=2))
    MessageFactory(content="another")
    titled = SessionFactory(title="Old brook")

    assert set(found(client, q="brook")) == {new, titled}
    assert "What was written is searched since" in client.get(LIST, {"q": "brook"}).content.decode()
    assert "What was written is searched since" not in client.get(LIST).content.decode()


def test_a_period_finds_what_was_last_active_in_it(client, staff):
    now = timezone.localtime()
    old = SessionFactory(updated_at=now.replace(year=now.year - 3, month=5, day=31, hour=23, minute=59))
    beside = SessionFactory(updated_at=now.replace(year=now.year - 3, month=6, day=1, hour=0, minute=0, second=0))
    new = SessionFactory(updated_at=now)

    assert found(client, period=f"{now.year - 3}-05") == [old]
    assert found(client, period=f"{now.year - 3}") == [beside, old]
    assert found(client, period=f"{now:%Y-%m}") == [new]
    assert f'href="?period={now.year - 3}"' in client.get(LIST).content.decode()


@pytest.mark.parametrize("period", ["2026-13", "9999", "9999-12", "0000", "x", "2026-1", ""])
def test_a_period_that_is_none_leaves_out_nothing(client, staff, period):
    session = SessionFactory()

    assert found(client, period=period) == [session]


@pytest.mark.parametrize(
    ("lengths", "shown"),
    [({"audio_ms": 7_900}, "Spoken 0:07"), ({"tts_audio_ms": 61_000}, "Spoken 1:01"), ({}, "Spoken")],
)
def test_a_spoken_message_says_how_long_it_is(client, staff, lengths, shown):
    message = MessageFactory(message_type=Message.Type.VOICE, **lengths)

    page = client.get(page_of(message.session)).content.decode()

    assert f'<span class="badge">{shown}</span>' in page


@pytest.mark.parametrize("query", ["'", '"', "%", "\\", "x " * 2000, "a\x00b", '""'])
def test_any_search_is_answered(client, staff, query):
    MessageFactory()

    assert client.get(LIST, {"q": query}).status_code == 200


def test_filters_find_failures(client, staff):
    ReplyFactory()
    last = ReplyFactory(state=Reply.State.FAILED).message.session
    earlier = ReplyFactory(state=Reply.State.FAILED).message.session
    ReplyFactory(session=earlier)
    running = ReplyFactory(state=Reply.State.RUNNING).message.session

    assert found(client, answers="last-failed") == [last]
    assert set(found(client, answers="failed")) == {last, earlier}
    assert found(client, answers="running") == [running]


def test_a_filter_that_leaves_nothing_offers_everything(client, staff):
    ReplyFactory()

    page = client.get(LIST, {"answers": "failed"}).content.decode()

    assert "Nothing matches." in page
    assert "Show everything" in page


@pytest.mark.parametrize("query", ["", "brook"])
def test_thirty_sessions_take_as_many_queries_as_three(client, staff, django_assert_num_queries, query):
    for _ in range(3):
        ReplyFactory(message__content="brook")
    with CaptureQueriesContext(connection) as few:
        client.get(LIST, {"q": query})
    for _ in range(27):
        ReplyFactory(message__content="brook")

    with django_assert_num_queries(len(few)):
        client.get(LIST, {"q": query})


def test_the_transcript_shows_what_was_said_and_how_it_was_made(client, staff):
    reply = ReplyFactory(
        provider="openai",
        model="small",
        input_tokens=321,
        output_tokens=54,
        first_token_ms=412,
        total_ms=2210,
        question__content="<b>How</b> much?",
        message__sources=[{"document_id": "1", "document": "Prices", "heading": "Brook", "excerpt": "$2,400"}],
    )

    page = client.get(page_of(reply.message.session)).content.decode()

    for words in ("version 1", "openai / small", "321", "54", "412 ms", "2210 ms", "Prices", "Brook", "$2,400"):
        assert words in page
    assert "<strong>$2,400</strong>" in page
    assert "&lt;b&gt;How&lt;/b&gt; much?" in page


def test_the_transcript_shows_why_an_answer_failed(client, staff):
    reply = ReplyFactory(state=Reply.State.FAILED, cause="timed_out", error="30 s without a word", message__content="")

    page = client.get(page_of(reply.message.session)).content.decode()

    assert "Took too long" in page
    assert "30 s without a word" in page
    assert "badge--error" in page


def test_a_transcript_with_markup_from_a_model_runs_nothing(client, staff):
    reply = ReplyFactory(message__content="<script>alert(1)</script> [x](javascript:alert(1))")

    page = client.get(page_of(reply.message.session)).content.decode()

    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_long_transcript_has_pages(client, staff):
    session = SessionFactory(last_seq=PAGE_SIZE + 1)
    Message.objects.bulk_create(
        Message(session=session, seq=n, role="user", content=f"number {n}.") for n in range(1, PAGE_SIZE + 2)
    )

    first = client.get(page_of(session)).content.decode()
    last = client.get(page_of(session), {"p": "2"}).content.decode()

    assert first.count("<article") == PAGE_SIZE
    assert "number 200." in first
    assert last.count("<article") == 1
    assert "number 201." in last


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", ""])
def test_a_page_that_is_not_there_shows_the_nearest(client, staff, page):
    session = ReplyFactory().message.session

    assert client.get(page_of(session), {"p": page}).status_code == 200


def test_thirty_answers_take_as_many_queries_as_three(client, staff, django_assert_num_queries):
    session = SessionFactory()
    for _ in range(3):
        ReplyFactory(session=session)
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(session))
    for _ in range(27):
        ReplyFactory(session=session)

    with django_assert_num_queries(len(few)):
        client.get(page_of(session))


@pytest.mark.parametrize("key", ["nothing", "00000000-0000-4000-8000-000000000000"])
def test_a_session_that_is_not_there_leads_back_to_the_list(client, staff, key):
    response = client.get(f"{LIST}{key}/change/", follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert "This session is not there any more." in response.content.decode()


def test_nothing_can_be_added_or_changed_even_by_a_superuser(client, staff):
    session = SessionFactory(title="As it was")

    assert client.get(f"{LIST}add/").status_code == 403
    client.post(page_of(session), {"title": "Changed"})

    session.refresh_from_db()
    assert session.title == "As it was"
    assert '<input type="text"' not in client.get(page_of(session)).content.decode()


def test_others_are_refused(client):
    session = SessionFactory()
    assert client.get(LIST).url.startswith("/admin/login/")
    assert client.get(page_of(session)).url.startswith("/admin/login/")

    client.force_login(StaffFactory(may=["agents.view_agent"]))
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(session)).status_code == 403


def test_staff_who_may_only_look_see_no_links_that_refuse_them(client):
    session = ReplyFactory().message.session
    client.force_login(StaffFactory(may=["conversations.view_session"]))

    page = client.get(page_of(session)).content.decode()

    assert "/delete/" not in page
    assert "/admin/agents/" not in page
    assert client.post(reverse("admin:conversations_session_delete", args=[session.pk])).status_code == 403


def test_deleting_a_session_counts_first_and_is_final(client, staff, django_capture_on_commit_callbacks):
    session = ReplyFactory().message.session
    url = reverse("admin:conversations_session_delete", args=[session.pk])

    asked = client.get(url)
    assert dict(asked.context["model_count"]) == {"sessions": 1, "messages": 2}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"post": "yes"})

    assert not Session.objects.exists()
    assert not Message.objects.exists()


def test_the_bulk_action_deletes_what_was_chosen(client, staff, django_capture_on_commit_callbacks):
    session = ReplyFactory().message.session
    kept = SessionFactory()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(LIST, {"action": "delete_selected", "_selected_action": [session.pk], "post": "yes"})

    assert list(Session.objects.all()) == [kept]
