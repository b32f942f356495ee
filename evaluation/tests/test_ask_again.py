"""A visitor's message is asked again beside its answer, says what differs, and leaves nothing behind."""

import json

import pytest
from django.test import AsyncClient
from django.urls import reverse

from agents.tests.factories import StaffFactory, SuperuserFactory
from conversations.models import Message, Receipt, Reply, Session
from conversations.tests.asking import answered, ask
from evaluation.rerunning import passage_changes
from evaluation.tests.conftest import PAGE
from fakes.scripts import Script
from knowledge.indexing import index_document
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "How much is the desk lamp?"


@in_database
def staff(**may):
    client = AsyncClient()
    client.force_login(StaffFactory(**may) if may else SuperuserFactory())
    return client


@in_database
def counts():
    return [model.objects.count() for model in (Session, Message, Reply, Receipt)]


@in_database
def rewritten(agent, text):
    document = agent.documents.get()
    document.text = text
    document.change_text()
    document.save()
    index_document(document)


def url(message_id):
    return reverse("admin:evaluation_evaluation_again", args=[message_id])


async def asked_again(message_id, **values):
    """The page's script asks: the lines of the answer."""
    client = await staff()
    data = {"version": 1, "knowledge": "today"} | values
    response = await client.post(url(message_id), data, headers={"Accept": "application/x-ndjson"})
    body = b"".join([piece async for piece in response])
    return [json.loads(line) for line in body.splitlines() if line]


def now(lines):
    return next(line for line in lines if "html" in line)


def result(lines):
    return " ".join(lines[-1]["result"].split())


async def test_it_is_asked_with_another_prompt_in_the_conversation_as_it_was(seller, upstream):
    upstream.then(Script(text="It costs 40 euros."))
    await answered(turn := await ask(seller, QUESTION))
    await in_database(seller.publish)("You sell lamps. Say hurray.")
    before = await counts()
    upstream.then(Script(text="Hurray, it costs 40 euros."))

    lines = await asked_again(turn.answer.id, version=2)

    said = [message["content"] for message in upstream.requests[-1].body["messages"]]
    assert "Say hurray." in said[0]
    assert said[-1].endswith(QUESTION)
    assert "Hurray, it costs 40 euros." in now(lines)["html"]
    assert "<mark>Hurray, it</mark> costs 40 euros." in result(lines)
    assert '<th scope="row">Prompt version</th><td>1</td> <td>2' in result(lines)
    assert "The same passages." in result(lines)
    assert await counts() == before


async def test_a_later_message_is_asked_with_what_was_said_before_it_and_nothing_after(seller, upstream):
    upstream.then(Script(text="Hello."), Script(text="40 euros."), Script(text="Bye."), Script(text="It is 40."))
    await answered(first := await ask(seller, "Good morning"))
    from conversations.intake import announcing, turns

    session_id = first.answer.session_id
    second = await turns.accept(session_id, QUESTION)
    announcing.announce(second)
    await answered(second)
    third = await turns.accept(session_id, "Thanks and goodbye")
    announcing.announce(third)
    await answered(third)

    await asked_again(second.answer.id)

    said = [message["content"] for message in upstream.requests[-1].body["messages"]]
    assert said[1:3] == ["Good morning", "Hello."]
    assert QUESTION in said[-1]
    assert not any("goodbye" in text for text in said)


async def test_todays_knowledge_shows_what_has_changed_of_the_passages(seller):
    await answered(turn := await ask(seller, QUESTION))
    await rewritten(seller, PAGE.replace("40 euros", "45 euros"))

    lines = await asked_again(turn.answer.id)

    assert "45 euros" in now(lines)["html"]
    assert "its text has changed" in result(lines)
    assert "<mark>45</mark>" in result(lines)


async def test_the_passages_of_then_are_given_where_they_are_still_there(seller):
    await answered(turn := await ask(seller, QUESTION))
    await rewritten(seller, PAGE + "\n\n## Desk lamp offer\n\nThe desk lamp costs 30 euros in May.")
    client = await staff()

    page = await client.get(url(turn.answer.id))
    then = await asked_again(turn.answer.id, knowledge="then")
    today = await asked_again(turn.answer.id)

    assert "(1 of 1 are still there)" in page.content.decode()
    assert "30 euros" not in now(then)["html"]
    assert "The same passages." in result(then)
    assert "passage-change--added" in result(today)


async def test_passages_that_are_gone_cannot_be_given_again(seller):
    await answered(turn := await ask(seller, QUESTION))
    await rewritten(seller, "# Chairs\n\nThe oak chair costs 80 euros.")
    client = await staff()

    page = await client.get(url(turn.answer.id))
    lines = await client.post(
        url(turn.answer.id), {"version": 1, "knowledge": "then"}, headers={"Accept": "application/x-ndjson"}
    )

    assert "still there" not in page.content.decode()
    assert lines.status_code == 422


async def test_without_scripts_the_form_is_answered_by_a_page(seller):
    await answered(turn := await ask(seller, QUESTION))
    client = await staff()

    page = await client.post(url(turn.answer.id), {"version": 1, "knowledge": "today"})

    assert "Word for word the same." in page.content.decode()
    assert "40 euros" in page.context["now"]["html"]


async def test_the_transcript_leads_to_it_from_an_answer_alone(seller):
    await answered(turn := await ask(seller, QUESTION))
    client = await staff()

    transcript = await client.get(reverse("admin:conversations_session_change", args=[turn.answer.session_id]))

    assert transcript.content.decode().count("Ask again") == 1
    assert url(turn.answer.id) in transcript.content.decode()
    assert (await client.get(url(turn.question.id))).status_code == 404


@pytest.mark.parametrize("may", [["evaluation.add_evaluation"], ["conversations.view_session"]])
async def test_who_may_not_read_conversations_or_ask_the_model_asks_nothing_again(seller, may):
    await answered(turn := await ask(seller, QUESTION))
    client = await staff(may=may)

    assert (await client.get(url(turn.answer.id))).status_code == 403


def line(text, heading="Prices", **more):
    return {"document_id": "d", "document": "Lamps", "heading": heading, "page": None, "hash": text} | more


def test_passages_differ_by_their_text_and_are_paired_by_their_place():
    before = [line("a"), line("b", "Care", is_source=True), line("c", "Hours")]
    after = [line("a"), line("b2", "Care", is_source=True), line("d", "Delivery")]

    kinds = [(change.kind, change.hash) for change in passage_changes(before, after)]

    assert kinds == [("added", "d"), ("changed", "b2"), ("gone", "c"), ("same", "a")]
