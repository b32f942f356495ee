"""Each answer keeps how it came about: what was given, what was left out, who answered, what was checked, how long."""

import hashlib

import pytest

from conversations.models import Receipt
from conversations.tests.asking import answered, ask, reply_of
from fakes.scripts import Script
from knowledge.indexing import index_document
from knowledge.models import Document
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "# Lamps\n\n## Prices\n\nThe brass lamp costs 40 dollars.\n\n## Care\n\nWipe the shade with a dry cloth."
QUESTION = "How much is the brass lamp?"


@pytest.fixture
def knowing(agent, settings, tmp_path):
    settings.EMBEDDING_MODEL_DIR = str(tmp_path / "none")
    agent.checks_answers, agent.temperature, agent.max_tokens = True, 0.2, 300
    agent.save()
    index_document(Document.objects.create(agent=agent, name="Lamps", text=PAGE))
    return agent


async def receipt_of(turn):
    return await Receipt.objects.aget(reply__message=turn.answer.id)


async def test_a_receipt_tells_what_was_given_and_what_the_check_found(knowing, upstream):
    upstream.then(Script(text="The brass lamp costs 40 dollars [1]. The oak lamp costs 50 dollars."))

    await answered(turn := await ask(knowing, QUESTION))

    receipt = await receipt_of(turn)
    first = receipt.passages[0]
    assert (first["document"], first["heading"], first["is_source"]) == ("Lamps", "Lamps › Prices", True)
    assert first["hash"] == hashlib.sha256(b"The brass lamp costs 40 dollars.").hexdigest()
    assert first["score"] > 0
    assert receipt.left_out == {"passages": [], "messages": 0}
    assert receipt.parameters == {"temperature": 0.2, "max_tokens": 300, "max_completion_tokens": 300}
    assert receipt.checks == {
        "checks_answers": True,
        "figures": {"given": 1},
        "withheld": [{"reason": "figure", "kinds": ["money"]}],
    }


async def test_a_receipt_tells_what_did_not_fit(knowing, upstream, settings):
    settings.CONTEXT_TOKENS = 1
    upstream.then(Script(text="Hello."))

    await answered(turn := await ask(knowing, QUESTION))

    receipt = await receipt_of(turn)
    assert [each["heading"] for each in receipt.left_out["passages"]][:1] == ["Lamps › Prices"]
    assert not any(each["heading"] == "Lamps › Prices" for each in receipt.passages)


async def test_a_server_that_takes_less_is_told_of(knowing, upstream):
    too_long = {
        "message": "maximum context length is 10 tokens",
        "code": "context_length_exceeded",
        "param": "messages",
    }
    upstream.then(Script(status=400, error=too_long), Script(text="It is nice [1]."))

    await answered(turn := await ask(knowing, QUESTION))

    receipt = await receipt_of(turn)
    assert receipt.left_out["passages"]
    assert not any(each["is_source"] for each in receipt.passages)  # the model had no passage to name


async def test_an_answer_that_is_made_anew_has_one_receipt(knowing, upstream):
    upstream.then(Script(text="Hello."))
    await answered(turn := await ask(knowing, QUESTION))
    reply = await reply_of(turn)

    await in_database(Receipt.objects.keep)(reply.pk, {"passages": [{"document": "New"}], "checks": {}})

    assert [receipt.passages async for receipt in Receipt.objects.all()] == [[{"document": "New"}]]


async def test_the_built_in_agent_leaves_a_receipt_too(knowing):
    await answered(turn := await ask(knowing, QUESTION))

    receipt = await receipt_of(turn)
    assert receipt.passages[0]["is_source"]
    assert receipt.checks["figures"] == {}


async def test_text_of_passages_and_messages_is_not_in_it(knowing, upstream):
    upstream.then(Script(text="The brass lamp is made in Portugal."))

    await answered(turn := await ask(knowing, QUESTION))

    receipt = await receipt_of(turn)
    stored = f"{receipt.passages}{receipt.left_out}{receipt.parameters}{receipt.checks}"
    assert not any(words in stored for words in ("dollars", "Portugal", QUESTION))
