"""An answer that did not help is a gap, and none any more once its visitor takes that back."""

import asyncio

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from agents.tests.factories import SuperuserFactory
from conversations.intake.feedback import give
from conversations.models import Receipt
from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory
from evaluation.gaps import counted, gather, look
from evaluation.models import GapQuestion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reply(agent):
    session = SessionFactory(agent=agent)
    question = MessageFactory(session=session, content="Do you ship to Norway?")
    return ReplyFactory(session=session, question=question, certainty="answered")


def say(reply, value, words=None):
    asyncio.run(give(reply.message_id, value, words))


def test_what_did_not_help_is_a_gap_and_what_did_is_none(agent, reply):
    liked = ReplyFactory(session=reply.message.session, certainty="answered")
    say(liked, "up")
    say(reply, "down")

    gather(agent.pk)

    assert [gap.question for gap in counted()] == ["Do you ship to Norway?"]
    assert GapQuestion.objects.get().kind == "disliked"


def test_it_is_looked_at_at_once(agent, reply):
    say(reply, "down")

    task = DBTaskResult.objects.get(task_path=look.module_path)
    assert task.args_kwargs["args"] == [str(agent.pk)]


@pytest.mark.parametrize("value", ["up", ""])
def test_who_changes_their_mind_leaves_no_gap(agent, reply, value):
    say(reply, "down")
    gather(agent.pk)

    say(reply, value)

    assert not GapQuestion.objects.exists()
    assert not counted().exists()
    assert gather(agent.pk) == 0


def test_what_the_agent_did_not_know_stays_a_gap_whatever_the_visitor_says(agent, reply):
    reply.certainty = "refused"
    reply.save()
    gather(agent.pk)

    say(reply, "down")
    say(reply, "")

    assert GapQuestion.objects.get().kind == "refused"


def test_the_gap_shows_the_visitors_words_and_leads_to_a_case(client, agent, reply):
    client.force_login(SuperuserFactory())
    say(reply, "down", "The price is old.")
    gather(agent.pk)

    page = client.get(f"/admin/evaluation/gap/{counted().get().pk}/change/").content.decode()

    assert "The price is old." in page
    assert f"/admin/evaluation/case/add/?message={reply.question_id}" in page


def test_a_case_is_one_click_away_under_the_answer_that_did_not_help(client, agent, reply):
    client.force_login(SuperuserFactory())
    Receipt.objects.keep(reply.pk, {})
    case = f'href="/admin/evaluation/case/add/?message={reply.question_id}"'
    again = f'href="{reverse("admin:evaluation_evaluation_again", args=[reply.message_id])}"'
    transcript = f"/admin/conversations/session/{reply.message.session_id}/change/"
    before = client.get(transcript).content.decode()
    say(reply, "down", "The price is old.")

    page = client.get(transcript).content.decode()

    assert "The price is old." in page
    assert (before.count(case), page.count(case)) == (1, 2)  # under the question, and under its answer
    assert (before.count(again), page.count(again)) == (1, 1)
    assert client.get(f"/admin/evaluation/case/add/?message={reply.question_id}").status_code == 200
