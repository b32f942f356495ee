"""Gaps: what agents did not know, once for each meaning, and closed by an answer that the agent then gives."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access import keys
from conversations.deletion.tidying import tidy_up
from conversations.tests.asking import answered, ask, until
from conversations.tests.rest.conftest import bearer
from evaluation import gaps
from evaluation.gaps import GapClosed, answer, counted, dismiss, gather, look
from evaluation.likeness import Meaning
from evaluation.models import Gap, GapQuestion
from evaluation.rest import gaps as api
from evaluation.running import begin
from evaluation.tests.conftest import worked
from evaluation.tests.factories import CaseFactory
from evaluation.tests.unanswered import followed_up, unknown
from leads.tests.factories import FactFactory, LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)
needs_model = pytest.mark.usefixtures("embedding_model")


def gaps_of(agent):
    return {gap.question: gap.count for gap in counted().filter(agent=agent)}


@pytest.mark.parametrize(
    ("asked", "gap"),
    [
        (("Do you rent bikes?", "And for children?"), "Do you rent bikes? – And for children?"),
        (
            ("Do you rent bikes?", "and for children", "how much is it"),
            "Do you rent bikes? – and for children – how much is it",
        ),
        (("Do you rent bikes?", "Do you ship to Norway?"), "Do you ship to Norway?"),
        (("and for children?",), "and for children?"),
    ],
)
def test_a_question_that_leans_on_others_is_a_gap_together_with_them(agent, asked, gap):
    followed_up(agent, *asked)

    gather(agent.pk)

    assert gaps_of(agent) == {gap: 1}


def test_the_same_words_after_different_questions_are_two_gaps(agent):
    followed_up(agent, "Do you rent bikes?", "How much is it?")
    followed_up(agent, "Do you rent a hall?", "How much is it?")

    gather(agent.pk)

    assert gaps_of(agent) == {"Do you rent bikes? – How much is it?": 1, "Do you rent a hall? – How much is it?": 1}


@needs_model
def test_a_follow_up_is_one_gap_with_its_like_and_none_with_what_it_followed(agent):
    unknown(agent, "Do you sharpen hedge shears?")
    followed_up(agent, "Do you sharpen hedge shears?", "And how long does that take?")
    followed_up(agent, "Can you sharpen hedge shears", "and how long does it take")
    followed_up(agent, "Do you sharpen hedge shears?", "And how much is that?")

    gather(agent.pk)

    assert gaps_of(agent) == {
        "Do you sharpen hedge shears?": 1,
        "Do you sharpen hedge shears? – And how long does that take?": 2,
        "Do you sharpen hedge shears? – And how much is that?": 1,
    }


@needs_model
def test_questions_that_mean_the_same_are_one_gap(agent):
    for text in ("Do you ship to Norway?", "Can you deliver to Norway?", "do u ship to norway"):
        unknown(agent, text)
    unknown(agent, "Is the Brook 90 dishwasher safe?", certainty="hedged")
    unknown(agent, "Is the Brook 60 dishwasher safe?", certainty="", withheld=1)

    gather(agent.pk)

    assert gaps_of(agent) == {
        "Do you ship to Norway?": 3,
        "Is the Brook 90 dishwasher safe?": 1,
        "Is the Brook 60 dishwasher safe?": 1,
    }
    assert set(GapQuestion.objects.values_list("kind", flat=True)) == {"refused", "hedged", "withheld"}


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("Do you ship to Norway?", "do you ship to norway", True),
        ("Do you ship to Norway?", "Do you ship to Sweden?", False),
        ("Is the 90 loud?", "Is the 60 loud?", False),
        ("Why?", "How much?", False),
        ("Why?", "why?", True),
        ("Do you rent bikes? – How much is it?", "do you rent bikes – how much is it?", True),
        ("Do you rent bikes? – How much is it?", "Do you rent bikes? – Why?", False),
        ("Do you rent bikes? – How much is it?", "Do you rent bikes?", False),
    ],
)
def test_without_a_model_questions_of_the_same_words_are_one(one, other, are_alike):
    assert Meaning(one).is_like(Meaning(other)) is are_alike


def test_what_was_answered_is_no_gap(agent):
    unknown(agent, "How much is it?", certainty="answered")
    unknown(agent, "Hello", certainty="")

    assert gather(agent.pk) == 0
    assert not Gap.objects.exists()


def test_questions_of_files_alone_keep_no_other_from_being_looked_at(agent, monkeypatch):
    monkeypatch.setattr(gaps, "MAX_AT_ONCE", 2)
    for text in ("", "", "Do you ship to Norway?"):
        unknown(agent, text)

    gather(agent.pk)

    assert gaps_of(agent) == {"Do you ship to Norway?": 1}


def test_looked_at_twice_it_is_counted_once(agent):
    unknown(agent, "Do you ship to Norway?")

    look.call(str(agent.pk))
    look.call(str(agent.pk))

    assert gaps_of(agent) == {"Do you ship to Norway?": 1}


def test_this_week_is_told_from_the_week_before(agent):
    for days_ago in (0, 1, 9, 30):
        unknown(agent, "Do you ship to Norway?", days_ago=days_ago)
    gather(agent.pk)

    gap = counted().get()

    assert (gap.count, gap.lately, gap.before) == (4, 2, 1)


def test_a_gap_goes_with_the_last_conversation_that_it_was_asked_in(agent):
    asked, again = unknown(agent, "Do you ship to Norway?"), unknown(agent, "Do you ship to Norway?")
    unknown(agent, "Do you ship to Sweden?")
    gather(agent.pk)

    asked.question.session.delete()
    tidy_up(timezone.now())
    assert gaps_of(agent) == {"Do you ship to Norway?": 1, "Do you ship to Sweden?": 1}
    again.question.session.delete()
    assert gaps_of(agent) == {"Do you ship to Sweden?": 1}
    assert tidy_up(timezone.now()) == 1

    assert Gap.objects.get().question == "Do you ship to Sweden?"


def test_one_that_is_deleted_while_questions_are_gathered_is_made_anew(agent):
    unknown(agent, "Do you ship to Norway?")
    gather(agent.pk)
    first = Gap.objects.get()
    for _time in range(2):
        unknown(agent, "Do you ship to Norway?")

    def delete_before_facts_are_read(execute, sql, *args):
        if "leads_fact" in sql:
            Gap.objects.filter(pk=first.pk).delete()
        return execute(sql, *args)

    with connection.execute_wrapper(delete_before_facts_are_read):
        gather(agent.pk)

    assert gaps_of(agent) == {"Do you ship to Norway?": 2}


def test_neither_a_gap_nor_the_document_of_its_answer_tells_who_asked(agent):
    said = "I'm Jane Doe, jane@acme.example, +1 415 555 0100. Do you ship to Norway?"
    question = unknown(agent, said).question
    lead = LeadFactory(session=question.session)
    FactFactory(lead=lead, key="name", kind="name", value="Jane Doe", message=question, words="Jane Doe")

    gather(agent.pk)
    document = answer(Gap.objects.get(), "Yes.")

    told = "I'm [name], [e-mail address], [telephone number]. Do you ship to Norway?"
    assert Gap.objects.get().question == told
    assert document.text.startswith(f"# {told}")
    assert "Jane" not in document.name


async def test_an_answer_that_does_not_know_is_a_gap_of_itself(agent):
    turn = await ask(agent, "Who won the cup in 1998?")
    await answered(turn)

    from django_tasks_db.models import DBTaskResult

    assert await until(lambda: DBTaskResult.objects.filter(task_path="evaluation.gaps.look").aexists())


def test_an_answered_gap_is_a_document_and_the_agent_answers_from_it(seller):
    unknown(seller, "Do you ship to Norway?")
    gather(seller.pk)

    document = answer(Gap.objects.get(), "Yes, we ship to Norway within 5 days.")

    CaseFactory(agent=seller, question="Do you ship to Norway?", must=["5 days"])
    assert document.name == "Do you ship to Norway?"
    assert worked(begin(seller.published_prompt)).status == "passed"
    assert Gap.objects.get().status == "answered"


def test_one_that_is_asked_again_after_its_answer_is_open_again(agent):
    unknown(agent, "Do you ship to Norway?", days_ago=1)
    gather(agent.pk)
    answer(Gap.objects.get(), "Yes.")
    Gap.objects.update(closed_at=timezone.now() - timedelta(hours=1))

    unknown(agent, "Do you ship to Norway?")
    gather(agent.pk)

    assert Gap.objects.get().status == "open"


def test_a_dismissed_one_stays_dismissed_and_is_closed_once(agent):
    unknown(agent, "Who won the cup?")
    gather(agent.pk)
    dismiss(Gap.objects.get())
    unknown(agent, "Who won the cup?")
    gather(agent.pk)

    assert Gap.objects.get().status == "dismissed"
    with pytest.raises(GapClosed):
        answer(Gap.objects.get(), "Brazil.")


# --- over the API -----------------------------------------------------------------------------------------------


@pytest.fixture
def program(db):
    return Client(headers=bearer(keys.create("tests")[1]))


def post(client, path, body=None):
    return client.post(f"/api/{path}", json.dumps(body or {}), content_type="application/json")


def test_a_program_lists_answers_and_dismisses(program, agent):
    asked = unknown(agent, "Do you ship to Norway?")
    unknown(agent, "Who won the cup?")

    listed = program.get(f"/api/agents/{agent.pk}/gaps").json()["gaps"]
    ids = {gap["question"]: gap["id"] for gap in listed}
    done = post(program, f"gaps/{ids['Do you ship to Norway?']}/answer", {"text": "Yes, within 5 days."})
    again = post(program, f"gaps/{ids['Do you ship to Norway?']}/answer", {"text": "Yes, within 5 days."})
    dismissed = post(program, f"gaps/{ids['Who won the cup?']}/dismiss")

    shipping = next(gap for gap in listed if gap["question"] == "Do you ship to Norway?")
    assert (shipping["count"], shipping["session_ids"]) == (1, [str(asked.message.session_id)])
    assert (done.status_code, done.json()["name"]) == (201, "Do you ship to Norway?")
    assert (again.status_code, dismissed.status_code) == (409, 204)
    assert program.get(f"/api/agents/{agent.pk}/gaps").json() == {"gaps": []}


def test_of_what_is_asked_without_end_the_newest_conversations_are_named(program, agent, monkeypatch):
    monkeypatch.setattr(api, "MAX_SESSIONS", 2)
    asked = [unknown(agent, "Do you ship to Norway?", days_ago=days) for days in (3, 1, 2, 4)]
    gather(agent.pk)

    with CaptureQueriesContext(connection) as queries:
        (gap,) = program.get(f"/api/agents/{agent.pk}/gaps").json()["gaps"]

    assert gap["count"] == 4
    assert gap["session_ids"] == [str(each.message.session_id) for each in (asked[1], asked[2])]
    assert [each["sql"] for each in queries if each["sql"].startswith('SELECT "conversations_message"')] == []


def test_what_is_not_there_or_says_nothing_is_refused(program, agent):
    unknown(agent, "Do you ship to Norway?")
    gather(agent.pk)

    assert post(program, f"gaps/{Gap.objects.get().pk}/answer", {"text": " "}).status_code == 422
    assert post(program, f"gaps/{uuid.uuid4()}/dismiss").status_code == 404
    assert program.get(f"/api/agents/{uuid.uuid4()}/gaps").status_code == 404
