"""What nothing bears out of a model's answer reaches nobody, is marked, and staff see it; the built-in agent quotes."""

import pytest
from django.urls import reverse

from agents.tests.factories import SuperuserFactory
from conversations.messages.events import Delta, MessageFinished
from conversations.replies.hub import hub
from conversations.rest.schemas import MessageOut
from conversations.tests.asking import answered, ask, reply_of
from fakes.scripts import Script
from knowledge.indexing import index_document
from knowledge.models import Document
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "# Lamps\n\n## Prices\n\nThe brass lamp costs 40 dollars. Call +43 1 234 56 78."
QUESTION = "How much is the brass lamp?"
WRONG = "The brass lamp costs 45 dollars."


@pytest.fixture
def checking(agent, settings, tmp_path):
    """The agent with a page of knowledge, whose answers are checked."""
    settings.EMBEDDING_MODEL_DIR = str(tmp_path / "none")
    agent.checks_answers = True
    agent.save()
    index_document(Document.objects.create(agent=agent, name="Lamps", text=PAGE))
    return agent


async def test_a_figure_that_no_page_holds_is_replaced_marked_and_logged_without_text(checking, upstream, caplog):
    upstream.then(Script(text=f"Gladly. {WRONG} It is nice."))
    caplog.set_level("INFO")

    message = await answered(turn := await ask(checking, QUESTION))

    assert "45" not in message.content
    assert "I find no confirmation" in message.content
    assert "+43 1 234 56 78" in message.content
    assert message.withheld == MessageOut.of(message).withheld == (await reply_of(turn)).withheld == 1
    assert "withheld for its figure: money" in caplog.text
    assert "45" not in caplog.text.replace(message.id, "")


async def test_what_the_pages_hold_is_said_as_the_model_wrote_it(checking, upstream):
    upstream.then(Script(text="The brass lamp costs 40 dollars. It is nice."))

    message = await answered(await ask(checking, QUESTION))

    assert message.content == "The brass lamp costs 40 dollars. It is nice."
    assert message.withheld == 0


async def test_nobody_who_listens_hears_what_is_withheld(checking, upstream):
    upstream.then(Script(text=f"Gladly. {WRONG} It is nice.", rate_per_s=200))
    turn = await ask(checking, QUESTION)

    deltas = []
    async with hub().subscribe(turn.answer.session_id) as subscription:
        async for event in subscription:
            if isinstance(event, Delta):
                deltas.append(event)
            if isinstance(event, MessageFinished):
                final = event.message
                break

    assert "".join(delta.text for delta in deltas) == final.content
    assert not any("45" in delta.text for delta in deltas)
    assert deltas[0].text == "Gladly. "


async def test_an_agent_that_does_not_check_says_what_its_model_says(checking, upstream):
    checking.checks_answers = False
    await in_database(checking.save)()
    upstream.then(Script(text=WRONG))

    message = await answered(await ask(checking, QUESTION))

    assert message.content == WRONG


async def test_the_built_in_agent_is_not_looked_at(checking):
    message = await answered(await ask(checking, QUESTION))

    assert "40 dollars" in message.content
    assert message.withheld == 0


async def test_what_a_model_wrote_before_it_failed_is_looked_at_too(checking, upstream):
    upstream.then(Script(text=f"Gladly. {WRONG} And so on", cut_after_tokens=8))

    message = await answered(await ask(checking, QUESTION))

    assert message.status == "failed"
    assert message.content.startswith("Gladly. I find no confirmation")
    assert "45" not in message.content


async def test_staff_find_and_see_what_was_withheld(checking, upstream, client):
    upstream.then(Script(text=WRONG))
    turn = await ask(checking, QUESTION)
    await answered(turn)
    await in_database(lambda: client.force_login(SuperuserFactory()))()

    listed = await in_database(client.get)(reverse("admin:conversations_session_changelist"), {"answers": "withheld"})
    address = reverse("admin:conversations_session_change", args=[turn.answer.session_id])
    transcript = await in_database(client.get)(address)

    assert "partly withheld" in listed.content.decode()
    assert "1 sentence of the model was replaced" in transcript.content.decode()


def test_a_copy_of_an_agent_checks_as_it_does(agent):
    assert agent.duplicate().checks_answers is False
    agent.checks_answers = True

    assert agent.duplicate().checks_answers is True
