"""The list of the inbox: its pages, what a search finds, what its address keeps, what it costs."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conversations.messages import searching
from conversations.models import Session
from conversations.tests.factories import MessageFactory, SessionFactory
from inbox.desk import lists
from inbox.people import key_of
from leads.tests.factories import LeadFactory
from lib.staff import home

pytestmark = pytest.mark.django_db(transaction=True)  # the pages ask the database from threads of its own
NOW = timezone.now()


def talk(agent, words="Hello", *, minutes=0, **fields):
    """A conversation with one message, last active so many minutes ago."""
    message = MessageFactory(session__agent=agent, content=words)
    fields = {"updated_at": NOW - timedelta(minutes=minutes), "title": words[:50], **fields}
    Session.objects.filter(pk=message.session_id).update(**fields)
    return message.session


def ids(page):
    return [row.id for row in page.rows]


def find(user, query, tab="all"):
    return ids(lists.page(user, tab, query))


# --- pages --------------------------------------------------------------------------------------------------------


def test_every_conversation_is_on_one_page_and_none_on_two(sam, agent):
    made = [talk(agent, minutes=number // 2).pk for number in range(2 * lists.PAGE + 5)]

    found, after = [], ""
    for _ in range(3):
        page = lists.page(sam, "all", after=after)
        found += ids(page)
        after = page.next

    assert after == ""
    assert sorted(found) == sorted(made)
    assert set(found[: lists.PAGE]) == set(made[: lists.PAGE])


def test_a_page_stays_what_it_was_while_conversations_arrive_and_go_on(sam, agent):
    made = [talk(agent, minutes=number).pk for number in range(lists.PAGE + 10)]
    place = lists.page(sam, "all").next

    talk(agent, "One more")
    Session.objects.filter(pk=made[lists.PAGE - 1]).update(updated_at=NOW)  # the one behind which the page begins
    Session.objects.filter(pk=made[3]).delete()

    assert ids(lists.page(sam, "all", after=place)) == made[lists.PAGE :]


@pytest.mark.parametrize("tab", ["waiting", "mine"])
def test_a_page_of_those_who_wait_goes_on_where_it_ended(sam, agent, tab):
    me = {"speaker": "staff", "speaker_key": key_of(sam.pk)}
    kinds = {
        "waiting": [{"speaker": "waiting", "waiting_since": NOW}, {**me, "answer_due_at": NOW}],
        "mine": [{**me, "answer_due_at": NOW}, {**me, "answer_due_at": None}],
    }
    made = [talk(agent, minutes=n, **kinds[tab][n % 2]).pk for n in range(lists.PAGE + 6)]

    first = lists.page(sam, tab)
    second = lists.page(sam, tab, after=first.next)

    assert sorted(ids(first) + ids(second)) == sorted(made)
    assert len(second.rows) == 6
    assert second.next == ""


@pytest.mark.parametrize("place", ["", "nonsense", "0-1-x", "9-1-" + "0" * 32, "0-" + "9" * 16 + "-" + "f" * 32])
def test_a_place_that_is_none_shows_a_list_all_the_same(client, agent, place):
    talk(agent)

    assert client.get(reverse("inbox"), {"tab": "all", "after": place}).status_code == 200


def test_the_page_says_that_more_follow_and_how_to_get_back(client, agent):
    for number in range(lists.PAGE + 1):
        talk(agent, minutes=number)

    first = client.get(reverse("inbox"), {"tab": "all", "q": "hello"})
    second = client.get(f"{reverse('inbox')}?{first.context['next']}")

    assert "Show the next ones" in first.content.decode()
    assert first.context["next"].startswith("tab=all&q=hello&after=")
    assert len(second.context["rows"]) == 1
    assert "Back to the top of the list" in second.content.decode()
    assert "Show the next ones" not in second.content.decode()


# --- search -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["jo", "JO MEIER", "jo@meier", "meier lamps", '"Meier Lamps"', "+49 171 234-5678", "0171 2345678", "garden", "ada"],
)
def test_a_conversation_is_found_by_who_the_visitor_is_what_they_said_and_by_agent(sam, agent, query):
    wanted = talk(agent, "Do you have one for the Garden?")
    lead = {"name": "Jo Meier", "email": "jo@meier.example", "company": "Meier Lamps", "phone": "+491712345678"}
    LeadFactory(session=wanted, **lead)
    talk(SessionFactory(agent__name="Other").agent, "Something else", title="Something else")

    assert find(sam, query) == [wanted.pk]


def test_a_person_is_found_in_each_of_their_conversations(sam, agent):
    first, second = talk(agent, minutes=1), talk(agent)
    main = LeadFactory(session=first, name="Jo Meier", email="jo@meier.example")
    LeadFactory(session=second, email="jo@meier.example", merged_into=main)

    assert find(sam, "Meier") == [second.pk, first.pk]


def test_what_the_agent_said_is_no_hit_and_every_word_has_to_be_found(sam, agent):
    session = talk(agent, "Is it bright?")
    MessageFactory(session=session, seq=2, role="assistant", content="Very bright and cheap.")

    assert find(sam, "bright") == [session.pk]
    assert find(sam, "cheap") == []
    assert find(sam, "bright cheap") == []


@pytest.mark.parametrize("query", ["%", "_", "' OR 1=1", '"', "\\", "a" * 500, "\x00", "😀", "1234"])
def test_any_words_may_be_searched_for(client, agent, query):
    talk(agent)

    page = client.get(reverse("inbox"), {"tab": "all", "q": query})

    assert page.status_code == 200


def test_a_search_reads_the_newest_messages_and_says_so(client, sam, agent, monkeypatch):
    monkeypatch.setattr(searching, "MAX_READ", 3)
    old = talk(agent, "A purple lantern", title="Old")
    old.messages.update(created_at=NOW - timedelta(days=9))
    for _ in range(4):
        talk(agent, "A green lantern")

    page = client.get(reverse("inbox"), {"tab": "all", "q": "lantern"})

    assert len(page.context["rows"]) == 3 + 1  # a title is read however old it is
    assert old.pk not in find(sam, "purple")
    assert "is searched since" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "told", "way"),
    [
        ({"tab": "all", "q": "zebra"}, "No conversation has “zebra”", "End the search"),
        ({"tab": "waiting", "q": "zebra"}, "Nobody who waits has “zebra”", "Search all conversations"),
        ({"tab": "mine", "q": "zebra"}, "None of yours has “zebra”", "Search all conversations"),
        ({"tab": "mine"}, "You have taken no conversation over", "Take over"),
        ({"tab": "waiting"}, "Nobody waits", "by themselves"),
    ],
)
def test_an_empty_list_says_why_and_what_to_do(client, agent, asked, told, way):
    talk(agent)

    html = client.get(reverse("inbox"), asked).content.decode()

    assert told in html
    assert way in html


# --- what the address keeps ---------------------------------------------------------------------------------------


def test_tab_search_and_page_stay_while_a_conversation_is_read_and_left(client, agent):
    session = talk(agent)
    asked = {"tab": "all", "q": "hello & co", "after": f"0-{int(timezone.now().timestamp() * 1e6)}-{'0' * 32}"}
    Session.objects.update(title="hello & co")

    page = client.get(reverse("inbox_session", args=[session.pk]), asked)

    query = page.context["list_query"]
    assert query == f"tab=all&q=hello+%26+co&after={asked['after']}"
    html = page.content.decode().replace("&amp;", "&")
    assert f'href="{reverse("inbox_session", args=[session.pk])}?{query}"' in html
    assert f'href="{reverse("inbox")}?{query}#row-{session.pk}"' in html
    taken = client.post(f"{reverse('inbox_take', args=[session.pk])}?{query}")
    assert taken.url == f"{reverse('inbox_session', args=[session.pk])}?{query}"
    assert client.post(f"{reverse('inbox_close', args=[session.pk])}?{query}").url == f"{reverse('inbox')}?{query}"


# --- what it costs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "most"), [("", 2), ("hello", 3)])
def test_a_page_costs_as_many_queries_however_many_rows_it_has(sam, agent, django_assert_num_queries, query, most):
    for number in range(lists.PAGE + 20):
        talk(agent, minutes=number)

    with django_assert_num_queries(most):
        assert len(lists.page(sam, "all", query).rows) == lists.PAGE


@pytest.mark.parametrize(
    "look",
    [
        lists.counts,
        lambda user: lists.page(user, "waiting"),
        lambda user: lists.page(user, "mine"),
        lambda user: home.waiting(SimpleNamespace(user=user)),
    ],
    ids=["counts", "waiting", "mine", "first page"],
)
def test_looking_for_who_waits_reads_no_conversation_of_the_agent(sam, look):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads tables of a few rows as a whole")

    with CaptureQueriesContext(connection) as sent:
        look(sam)

    with connection.cursor() as cursor:
        plans = [cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}").fetchall() for one in sent]
    steps = [step for plan in plans for *_, step in plan if "conversations_session" in step]
    scans = [step for step in steps if step.startswith("SCAN")]
    assert any("INDEX session_with_people" in step for step in steps)
    assert all("INDEX session_with_people" in step or "INDEX session_due" in step for step in scans)


# --- what a row says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speaker", "line"),
    [("waiting", "I need 40 by Friday"), ("staff", "I need 40 by Friday"), ("agent", "Nobody has come yet.")],
)
def test_where_a_person_is_to_answer_the_row_shows_what_people_said(sam, agent, speaker, line):
    session = talk(agent, "I need 40 by Friday")
    MessageFactory(session=session, role="assistant", content="Nobody has come yet.")
    Session.objects.filter(pk=session.pk).update(speaker=speaker, last_seq=2)

    assert [row.last_line for row in lists.page(sam, "all").rows] == [line]


def test_the_row_of_a_conversation_that_a_person_began_shows_the_agents_words_until_there_are_others(sam, agent):
    message = MessageFactory(session__agent=agent, role="assistant", content="I have asked the team.")
    Session.objects.filter(pk=message.session_id).update(speaker="waiting", last_seq=1)

    assert [row.last_line for row in lists.page(sam, "all").rows] == ["I have asked the team."]


@pytest.mark.parametrize(("name", "shown"), [("The team", "A colleague"), ("Kim", "Kim")])
def test_colleagues_read_that_one_of_them_answers(sam, agent, name, shown):
    talk(agent, speaker="staff", speaker_name=name, speaker_key="staff 0")

    assert [row.speaker_name for row in lists.page(sam, "all").rows] == [shown]
