"""HEAD answers what GET would, without the body: monitors and clients that look before they load ask so."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

SAME = ("Content-Type", "Cache-Control")


@pytest.mark.parametrize(
    "path",
    [
        *("/agents", "/v1/agents", "/agents/{agent}", "/agents/{agent}/documents", "/agents/{agent}/sessions"),
        *("/sessions/{session}", "/sessions/{session}/messages", "/leads", "/openapi.json", "/docs", "/health"),
        *("/agents/00000000-0000-0000-0000-000000000000", "/nothing"),
    ],
)
def test_head_has_the_status_and_headers_of_get(ask, session, path):
    path = f"/api{path.format(agent=session.agent_id, session=session.pk)}"

    got, head = ask("GET", path), ask("HEAD", path)

    assert head.status_code == got.status_code
    assert {name: head.get(name) for name in SAME} == {name: got.get(name) for name in SAME}
    assert head.content == b""


def test_the_length_is_that_of_the_body_of_get(ask, session):
    head = ask("HEAD", f"/agents/{session.agent_id}")

    assert int(head["Content-Length"]) == len(ask("GET", f"/agents/{session.agent_id}").content) > 0


def test_head_needs_a_key_as_get_does(ask, session):
    assert ask("HEAD", "/agents", token=None).status_code == 401
    assert ask("HEAD", f"/sessions/{session.pk}", token="wrong").status_code == 401


def test_head_stays_refused_where_nothing_is_read(ask, agent):
    response = ask("HEAD", "/chat/init")

    assert response.status_code == 405
    assert response["Allow"] == "POST"
