"""A whole conversation: the agent answers, asks for what is missing, notes what is told, and asks nothing twice."""

import pytest
from django.contrib.auth import get_user_model

from conversations.intake import announcing, turns
from conversations.models import Message, Reply
from conversations.tests.asking import answered, ask
from fakes.scripts import Script
from knowledge.indexing import index_document
from knowledge.models import Document
from leads.models import Fact, Lead, LeadSettings
from leads.reading import read_now
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

PRICES = "The desk lamp costs 40 euros. The floor lamp costs 90 euros."
PAGE = f"# Lamps\n\n## Prices\n\n{PRICES}\n\n## Delivery\n\nDelivery takes 3 days."


@pytest.fixture
def selling(agent):
    LeadSettings.objects.create(agent=agent, alert_addresses="sales@x.example")
    for position, (key, kind, words) in enumerate(
        [
            ("people", "number", "How many people work in your office?"),
            ("needed_by", "date", "When do you need the lamps?"),
            ("email", "email", "Which e-mail address may we write to?"),
        ]
    ):
        agent.questions.create(key=key, label=key.title(), ask=words, kind=kind, is_required=True, position=position)
    index_document(Document.objects.create(agent=agent, name="lamps.md", text=PAGE))
    return agent


async def say(first, text):
    """The next message of the same session; its facts are read as the worker does."""
    turn = await turns.accept(first.question.session_id, text)
    announcing.announce(turn)
    answer = await answered(turn)
    await in_database(read_now)(turn.question.id)
    return answer.content


async def test_one_question_a_reply_each_once_and_what_is_told_is_kept(selling):
    first = await ask(selling, "How much is the desk lamp?")
    said = [(await answered(first)).content]
    for text in ("we are 40 people", "by the end of March", "jo@example.org", "How long is delivery?"):
        said.append(await say(first, text))

    assert "40 euros" in said[0]
    assert said[0].endswith("How many people work in your office?")
    assert said[1].endswith("When do you need the lamps?")
    assert said[2].endswith("Which e-mail address may we write to?")
    assert said[3] == "Saved for the team: jo@example.org."
    assert "3 days" in said[4]
    assert "?" not in said[4]
    lead = await Lead.objects.aget()
    assert lead.email == "jo@example.org"
    assert lead.score > 0
    facts = {fact.key: fact.value async for fact in lead.facts.filter(is_current=True)}
    assert facts["people"] == "40"
    assert facts["needed_by"].startswith("20")
    asked = [reply.asked async for reply in Reply.objects.order_by("message__seq")]
    assert asked == ["people", "needed_by", "email", "", ""]


async def test_who_corrects_is_believed_and_who_declines_is_not_asked_again(selling):
    first = await ask(selling, "How much is the desk lamp?")
    await answered(first)
    await say(first, "40")
    await say(first, "I'd rather not say")
    await say(first, "sorry, 14 people not 40")
    said = [await say(first, text) for text in ("How much is the floor lamp?", "How long is delivery?")]

    lead = await Lead.objects.aget()
    history = [fact.value async for fact in lead.facts.filter(key="people")]
    assert history == ["40", "14"]
    assert not any("When do you need" in text for text in said)


async def test_why_do_you_ask_is_answered(selling):
    first = await ask(selling, "How much is the desk lamp?")
    await answered(first)

    said = await say(first, "why do you want to know?")

    assert said.startswith("I ask because the size decides")
    assert said.endswith("How many people work in your office?")


async def test_a_model_is_told_what_to_ask_and_what_it_may_promise(selling, upstream):
    upstream.then(Script(text="It costs 40 euros. How many of you are there?"))

    turn = await ask(selling, "How much is the desk lamp?")
    await answered(turn)

    system = upstream.requests[0].body["messages"][0]["content"]
    assert "How many people work in your office?" in system
    assert "the team is told" in system
    assert (await Reply.objects.aget(message=turn.answer.id)).asked == "people"


async def test_a_model_that_left_the_question_out_has_not_asked(selling, upstream):
    upstream.then(Script(text="It costs 40 euros."))

    turn = await ask(selling, "How much is the desk lamp?")
    await answered(turn)

    assert (await Reply.objects.aget(message=turn.answer.id)).asked == ""


async def test_where_nobody_would_see_them_no_contact_details_are_asked_for(selling):
    await LeadSettings.objects.aupdate(takes_contact=False)
    first = await ask(selling, "How much is the desk lamp?")
    await answered(first)
    said = [await say(first, text) for text in ("40 people", "next Tuesday", "How long is delivery?")]

    assert not any("e-mail" in text for text in said)


async def test_an_assistants_words_are_never_a_fact(selling):
    first = await ask(selling, "How much is the desk lamp?")
    await answered(first)
    async for message in Message.objects.filter(role=Message.Role.ASSISTANT):
        assert await in_database(read_now)(str(message.pk)) is None
    assert not await Fact.objects.aexists()


async def test_an_agent_that_asks_nothing_costs_no_query_of_its_own(agent):
    await in_database(get_user_model().objects.create_superuser)("boss", password="x")

    turn = await ask(agent, "hello")

    assert "?" in (await answered(turn)).content


async def test_a_correction_and_a_decline_are_taken_up_and_no_page_is_quoted_for_them(selling):
    first = await ask(selling, "How much is the desk lamp?")
    await answered(first)
    said = [await say(first, text) for text in ("we are 40 people", "I'd rather not say", "sorry, 14 not 40")]

    assert said[0].startswith("Thank you, I have noted that.")
    assert said[1] == "That is fine, there is no need to say. What else would you like to know?"
    assert said[2].startswith("Thank you, I have noted that.")
    assert await Fact.objects.filter(is_current=True, value="14").aexists()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("call me on 020 7946 0123", "02079460123"),
        ("my number is +44 20 7946 0123", "+442079460123"),
        ("you can ring 0171 5550142", "01715550142"),
    ],
)
async def test_a_number_that_is_confirmed_is_kept_also_without_its_country(selling, text, number):
    first = await ask(selling, "How much is the desk lamp?")
    await answered(first)

    said = await say(first, text)

    assert said.startswith("Saved for the team: ")
    assert (await Lead.objects.aget()).phone == number


@pytest.mark.parametrize("told", ["Our wedding is in May.", "It's for my mum's 60th.", "we're planning a baby shower"])
async def test_an_occasion_that_is_told_is_not_asked_for(selling, told):
    await in_database(selling.questions.create)(
        key="occasion", label="Occasion", ask="What is the occasion?", kind="text", is_required=True, position=0
    )
    first = await ask(selling, f"{told} How much is the desk lamp?")
    said = [(await answered(first)).content]
    await in_database(read_now)(first.question.id)
    said += [await say(first, text) for text in ("How much is the floor lamp?", "How long is delivery?")]

    assert not any("occasion" in each for each in said)
    assert any("How many people" in each for each in said)
