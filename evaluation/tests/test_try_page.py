"""A draft is tried beside the published prompt, and leaves nothing behind."""

import asyncio
import json

import pytest
from django.test import AsyncClient

from agents.tests.factories import StaffFactory, SuperuserFactory
from conversations.models import Message, Reply, Session
from evaluation.staff.try_page import TurnsField
from fakes.patience import wait_until
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())
    return client


def url(agent):
    return f"/admin/evaluation/evaluation/try/{agent.pk}/"


def test_the_same_question_goes_to_both_prompts(staff, seller, model):
    model.then(Script(text="Forty."))
    model.then(Script(text="Forty."))

    page = staff.post(url(seller), {"system_prompt": "Be loud.", "question": "How much?", "turns": ""})

    prompts = sorted(request.body["messages"][0]["content"].split("\n")[0] for request in model.requests)
    assert any("Be loud." in prompt for prompt in prompts)
    assert any("You sell lamps." in prompt for prompt in prompts)
    assert page.content.decode().count("Forty.") >= 2
    assert not Session.objects.exists()
    assert seller.prompt_versions.count() == 1


def test_each_goes_on_with_its_own_conversation(staff, seller, model):
    for text in ("One.", "One.", "Two.", "Two."):
        model.then(Script(text=text))
    first = staff.post(url(seller), {"system_prompt": "Be loud.", "question": "How much?", "turns": ""})
    turns = TurnsField().prepare_value(first.context["form"].initial["turns"])

    staff.post(url(seller), {"system_prompt": "Be loud.", "question": "And the other?", "turns": turns})

    for request in model.requests[2:]:
        assert [message["content"] for message in request.body["messages"]][-3:-1] == ["How much?", "One."]


def test_a_draft_comes_from_the_form_of_the_agent_and_is_not_asked_yet(staff, seller):
    page = staff.post(url(seller), {"system_prompt": "Be loud.", "name": "Ada"})

    assert page.context["form"].initial["system_prompt"] == "Be loud."
    assert page.context["exchanges"] == []


@pytest.mark.parametrize("turns", ["{", '[{"boss": 1}]', '[{"question": 1, "published": "a", "draft": "b"}]', "7"])
def test_a_conversation_that_somebody_wrote_by_hand_is_refused(staff, seller, turns):
    page = staff.post(url(seller), {"system_prompt": "Be loud.", "question": "How much?", "turns": turns})

    assert "could not be read" in page.content.decode()


def asked(seller, on_line=lambda line: None, **values):
    """The page's script asks: the status, and the lines of the answer, each told when it has come."""
    client = AsyncClient()
    client.force_login(SuperuserFactory())
    data = {"system_prompt": "Be loud.", "question": "How much?", "turns": ""} | values

    async def lines():
        response = await client.post(url(seller), data, headers={"Accept": "application/x-ndjson"})
        if not response.streaming:
            return response.status_code, response.json()
        found = []
        async for piece in response:
            for line in filter(None, piece.splitlines()):
                found.append(json.loads(line))
                on_line(found[-1])
        return response.status_code, found

    return asyncio.run(lines())


def of_side(lines, side):
    return [line for line in lines if line.get("side") == side]


def test_the_answers_come_while_they_are_made(seller, model):
    begun = set()
    for _ in range(2):
        model.then(Script(text="It costs **40 euros** [1]. That is all.", hold_after_tokens=6))

    def look(line):  # nothing more is made until both have begun to show
        begun.update({line["side"]} if "tail" in line else ())
        if len(begun) == 2:
            model.go_on()

    status, lines = asked(seller, look)

    assert status == 200
    assert begun == {"published", "draft"}
    for side in begun:
        (*_, end) = of_side(lines, side)
        assert "<strong>40 euros</strong>. That is all." in end["html"]
        assert "Taken from: Lamps" in end["foot"]
        assert "scripted" in end["foot"]
    assert json.loads(lines[-1]["turns"])[0]["question"] == "How much?"
    for stored in (Session, Message, Reply):
        assert not stored.objects.exists()


def test_who_leaves_stops_both_models(seller, model):
    for _ in range(2):
        model.then(Script(text="It costs 40 euros. That is all.", hold_after_tokens=5))

    class Left(Exception):
        pass

    def leave(line):
        raise Left

    with pytest.raises(Left):
        asked(seller, leave)

    wait_until(lambda: all(request.gone_at for request in model.requests))  # the server's own loop notices it
    assert not any(request.is_finished for request in model.requests)


def test_what_was_no_answer_is_taken_back_in_the_page_too(seller, model):
    for _ in range(2):
        model.then(Script(text="I think so: forty is forty.</think>It costs 40 euros."))

    _status, lines = asked(seller)

    (*_, end) = of_side(lines, "draft")
    assert "forty is forty" not in end["html"]
    assert "It costs 40 euros." in end["html"]
    assert "forty is forty" not in lines[-1]["turns"]


def test_a_model_that_fails_is_said_under_its_own_side(seller, model, settings):
    settings.OPENAI_FALLBACK_MODEL = ""
    seller.documents.all().delete()
    for _ in range(8):
        model.then(Script(status=401, error={"message": "no"}))

    _status, lines = asked(seller)

    (*_, end) = of_side(lines, "draft")
    assert end["html"]
    assert "Taken from no document." in end["foot"]


def test_without_a_key_the_built_in_agent_streams_too(seller):
    _status, lines = asked(seller, question="How much is the desk lamp?")

    (*_, end) = of_side(lines, "published")
    assert "40 euros" in end["html"]
    assert "Built-in agent" in end["foot"]


def test_what_cannot_be_asked_is_refused_in_words(seller):
    assert asked(seller, question=" ")[0] == 422
    status, told = asked(seller, turns="7")

    assert (status, told) == (422, {"error": "The conversation could not be read. Begin anew."})


def test_who_asks_without_an_end_is_told_to_wait(seller, settings):
    settings.RATE_LIMITS = True
    client = AsyncClient()
    client.force_login(SuperuserFactory())

    async def statuses():
        data = {"system_prompt": "Be loud.", "question": "How much?", "turns": ""}
        found = []
        for _ in range(31):
            response = await client.post(url(seller), data, headers={"Accept": "application/x-ndjson"})
            found.append(response.status_code)
            if response.streaming:
                async for _piece in response:
                    pass
        return found

    assert asyncio.run(statuses()) == [200] * 30 + [422]


def test_who_may_not_change_agents_tries_nothing(client, seller):
    client.force_login(StaffFactory(may=["agents.view_agent", "evaluation.view_evaluation"]))

    assert client.get(url(seller)).status_code == 403
