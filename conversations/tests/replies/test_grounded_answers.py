"""Answers rest on the agent's knowledge, whoever makes them, and name it."""

import re

import pytest

from conversations.intake import announcing, turns
from conversations.tests.asking import answered, ask, reply_of
from fakes.scripts import Script
from knowledge.indexing import index_document
from knowledge.models import Document
from knowledge.search import knowledge_version, known_index
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "# Lamps\n\n## Prices\n\nThe brass lamp costs 40 dollars.\n\n## Care\n\nWipe the shade with a dry cloth."
QUESTION = "How much is the brass lamp?"


@pytest.fixture
def knowing(agent, settings, tmp_path):
    """The agent with a page of knowledge, found by its words alone, which is quick."""
    settings.EMBEDDING_MODEL_DIR = str(tmp_path / "none")
    document = Document.objects.create(agent=agent, name="Lamps", text=PAGE)
    index_document(document)
    return agent


async def test_the_built_in_agent_quotes_the_page_and_names_it(knowing):
    message = await answered(await ask(knowing, QUESTION))

    assert "40 dollars" in message.content
    assert message.sources[0]["document"] == "Lamps"
    assert "40 dollars" in message.sources[0]["excerpt"]


async def test_the_built_in_agent_offers_a_way_on_where_the_pages_say_nothing(knowing):
    message = await answered(await ask(knowing, "Who won the football world cup in 1998?"))

    assert message.status == "complete"
    assert message.sources == ()
    assert "other words" in message.content


@pytest.mark.parametrize(
    ("said", "is_asked_if_it_helped"),
    [
        (QUESTION, True),
        ("How do I clean the shade?", True),
        ("thanks", False),
        ("hello", False),
        ("who are you?", False),
        ("this is useless", False),
        ("call me on +1 401 555 0123", False),
    ],
)
async def test_nobody_is_asked_whether_thanks_and_greetings_helped(knowing, said, is_asked_if_it_helped):
    message = await answered(await ask(knowing, said))

    assert message.offers_feedback is is_asked_if_it_helped


async def test_a_model_gets_the_prompt_the_passages_and_the_question(knowing, upstream):
    upstream.then(Script(text="It costs 40 dollars."))

    await answered(await ask(knowing, QUESTION))

    messages = upstream.requests[0].body["messages"]
    assert messages[0]["role"] == "system"
    assert "You sell lamps." in messages[0]["content"]
    assert "The brass lamp costs 40 dollars." in messages[0]["content"]
    assert messages[-1] == {"role": "user", "content": QUESTION}


async def test_two_questions_of_one_message_are_looked_up_apart(knowing, upstream, settings):
    settings.CONTEXT_TOKENS = 100_000
    upstream.then(Script(text="Both."))
    rows = "\n\n".join(f"## Brass {at}\n\nThe brass lamp {at} is sold with a brass foot." for at in range(12))
    page = await Document.objects.acreate(agent=knowing, name="More", text=f"# More\n\n{rows}")
    await in_database(index_document)(page)

    await answered(await ask(knowing, "Which brass lamp has a brass foot? How do I wipe the shade?"))

    prompt = upstream.requests[0].body["messages"][0]["content"]
    assert "sold with a brass foot" in prompt
    assert "Wipe the shade with a dry cloth." in prompt


async def test_what_staff_add_counts_from_the_next_question_on(knowing, upstream):
    upstream.then(Script(text="It costs 40 dollars."), Script(text="Three days."))

    await answered(await ask(knowing, QUESTION))
    page = await Document.objects.acreate(agent=knowing, name="Delivery", text="# Delivery\n\nIt takes three days.")
    await in_database(index_document)(page)
    await answered(await ask(knowing, "How long does delivery take?"))

    before, after = (request.body["messages"][0]["content"] for request in upstream.requests)
    assert "It takes three days." not in before
    assert "It takes three days." in after


async def test_the_index_is_built_for_the_first_question_only(knowing):
    await answered(await ask(knowing, QUESTION))
    version = await in_database(knowledge_version)(knowing.pk)
    built = known_index(knowing.pk, version)

    await answered(await ask(knowing, QUESTION))

    assert built is not None
    assert known_index(knowing.pk, version) is built


async def test_a_models_answer_has_the_passages_that_bear_it_out_as_sources(knowing, upstream):
    upstream.then(Script(text="The brass lamp costs 40 dollars."), Script(text="Lovely weather today."))

    grounded = await answered(await ask(knowing, QUESTION))
    chatter = await answered(await ask(knowing, QUESTION))

    assert [source["heading"] for source in grounded.sources] == ["Lamps › Prices"]
    assert chatter.sources == ()


async def test_the_passages_that_a_model_names_are_its_sources_and_their_numbers_are_not_shown(knowing, upstream):
    upstream.then(Script(text="Wipe it with a dry cloth [2], and it lasts [9]."), Script(text="Made up [9]."))

    cited = await answered(await ask(knowing, QUESTION))
    invented = await answered(await ask(knowing, QUESTION))

    prompt = upstream.requests[0].body["messages"][0]["content"]
    second = re.search(r'<passage number="2" document="Lamps" heading="([^"]+)"', prompt)[1]
    assert cited.content == "Wipe it with a dry cloth, and it lasts."
    assert [source["heading"] for source in cited.sources] == [second]
    assert invented.sources == ()


async def test_a_model_that_is_down_leaves_the_pages_and_the_visitor_is_told(knowing, upstream):
    upstream.then(*[Script(status=401)] * 3)
    turn = await ask(knowing, QUESTION)

    message = await answered(turn)

    assert message.status == "complete"
    assert "40 dollars" in message.content
    assert "cannot be reached" in message.notice
    assert (await reply_of(turn)).provider == "builtin"


async def test_the_agents_own_model_settings_are_used(knowing, upstream):
    knowing.model, knowing.temperature, knowing.max_tokens = "special", 0.2, 77
    await in_database(knowing.save)()
    upstream.then(Script(text="Ok."))

    await answered(await ask(knowing, QUESTION))

    body = upstream.requests[0].body
    assert (body["model"], body["temperature"], body["max_completion_tokens"]) == ("special", 0.2, 77)


async def test_the_history_is_cut_to_what_the_settings_allow(knowing, upstream, settings):
    settings.HISTORY_MESSAGES = 3
    upstream.then(*[Script(text=f"Answer {n}.") for n in range(4)])
    turn = await ask(knowing, "Question 0")
    await answered(turn)
    for number in range(1, 4):
        turn = await turns.accept(turn.question.session_id, f"Question {number}")
        announcing.announce(turn)
        await answered(turn)

    said = [message["content"] for message in upstream.requests[-1].body["messages"][1:]]
    assert said == ["Question 2", "Answer 2.", "Question 3"]
