"""A receipt over the API: for keys that may read, for nobody else."""

import uuid

import pytest

from access import keys
from conversations.models import Receipt, Reply
from conversations.tests.factories import ReplyFactory

pytestmark = pytest.mark.django_db
LINE = {
    "document_id": "7",
    "document": "Lamps",
    "heading": "Prices",
    "page": None,
    "hash": "ab" * 32,
    "score": 0.9,
    "is_source": True,
}


@pytest.fixture
def reply():
    reply = ReplyFactory(provider="openai", model="scripted", input_tokens=50, output_tokens=9, first_token_ms=80)
    Receipt.objects.keep(
        reply.pk,
        {
            "passages": [LINE],
            "left_out": {"passages": [], "messages": 2},
            "parameters": {"temperature": 0.2},
            "checks": {
                "checks_answers": True,
                "figures": {"given": 1},
                "withheld": [{"reason": "figure", "kinds": ["money"]}],
            },
        },
    )
    return reply


def read(client, message_id, **headers):
    return client.get(f"/api/messages/{message_id}/receipt", headers=headers)


def with_key():
    return {"Authorization": f"Bearer {keys.create('Test', ['read'])[1]}"}


def test_a_key_that_may_read_reads_it(client, reply):
    response = read(client, reply.message_id, **with_key())

    assert response.status_code == 200
    receipt = response.json()
    assert receipt["message_id"] == str(reply.message_id)
    assert receipt["passages"] == [LINE]
    assert receipt["left_out"] == {"passages": [], "messages": 2}
    assert receipt["checks"]["withheld"] == [{"reason": "figure", "kinds": ["money"]}]
    assert (receipt["prompt_version"], receipt["provider"], receipt["model"]) == (1, "openai", "scripted")
    assert (receipt["input_tokens"], receipt["output_tokens"], receipt["first_token_ms"]) == (50, 9, 80)
    assert receipt["asked_at"].endswith("Z")


def test_who_has_no_key_does_not(client, reply):
    assert read(client, reply.message_id).status_code == 401


@pytest.mark.parametrize("which", ["none", "question", "older", "malformed"])
def test_what_has_no_receipt_is_not_found(client, reply, which):
    older = ReplyFactory()
    asked = {
        "none": uuid.uuid4(), "question": reply.question_id, "older": older.message_id, "malformed": "no-id",
    }[which]  # fmt: skip

    response = read(client, asked, **with_key())

    assert response.status_code == 404
    assert set(response.json()) == {"error", "detail", "fallback_message"}


def test_an_answer_that_is_made_anew_has_none_of_its_last_attempt(client, reply):
    reply.reopen()

    assert read(client, reply.message_id, **with_key()).status_code == 404
    stored = Reply.objects.get(pk=reply.pk)
    assert (stored.provider, stored.model, stored.input_tokens, stored.output_tokens) == ("", "", None, None)
    assert (stored.first_token_ms, stored.total_ms) == (None, None)
