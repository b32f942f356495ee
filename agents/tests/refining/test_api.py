"""POST /agents/refine: a proposal, stored nowhere."""

from __future__ import annotations

import pytest

from access import keys, rates, tokens
from agents.models import PromptVersion
from agents.refining import api
from agents.refining.refine import MAX_CHARS
from conversations.models import Session
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)
BODY = {"name": "Ada", "system_prompt": "You sell lamps. Delivery takes 3 days.", "instructions": "Be warmer."}


@pytest.fixture
def ask(async_client, db):
    raw = keys.create("Test")[1]

    async def ask(body, token=raw):
        return await async_client.post(
            "/api/agents/refine", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
        )

    return ask


async def test_without_a_model_the_template_proposes(ask):
    response = await ask(BODY)

    assert response.status_code == 200
    assert set(response.json()) == {"system_prompt", "changes"}
    assert "# Facts\n\n- Delivery takes 3 days." in response.json()["system_prompt"]
    assert response.json()["changes"]
    assert not await PromptVersion.objects.aexists()


async def test_with_a_model_it_proposes(ask, upstream):
    better = "# Role\n\nYou sell lamps, warmly.\n\n# Facts\n\nDelivery takes 3 days."
    upstream.then(Script(tokens=(f"<changes>\n- Warmer.\n</changes>\n<prompt>{better}</prompt>",)))

    assert (await ask(BODY)).json() == {"system_prompt": better, "changes": ["Warmer."]}


async def test_a_description_is_enough(ask):
    response = await ask({"description": "A shop for lamps in Oslo."})

    assert "A shop for lamps in Oslo." in response.json()["system_prompt"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "system_prompt"),
        ({"system_prompt": " \n", "description": ""}, "system_prompt"),
        ({"name": "Ada", "instructions": "Be warmer."}, "system_prompt"),
        ({"system_prompt": "x" * (MAX_CHARS + 1)}, "system_prompt"),
        ({"system_prompt": "x", "instructions": "x" * 2001}, "instructions"),
        ({"system_prompt": 1}, "system_prompt"),
        ({"system_prompt": None}, "system_prompt"),
    ],
)
async def test_nothing_to_refine_or_too_much_is_refused(ask, body, word):
    response = await ask(body)

    assert response.status_code == 422
    assert word in response.json()["detail"]


async def test_others_are_refused(ask, agent):
    session = await Session.objects.acreate(agent=agent)

    assert (await ask(BODY, token="wrong")).status_code == 401
    assert (await ask(BODY, token=tokens.issue(session.pk))).status_code == 403


async def test_it_can_be_asked_so_often_and_no_model_is_asked_after(ask, upstream, monkeypatch):
    monkeypatch.setattr(api, "PER_CALLER", rates.parse("1/minute"))
    await ask(BODY)
    asked = len(upstream.requests)

    response = await ask(BODY)

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert len(upstream.requests) == asked
