"""Whatever bytes arrive at whatever operation: an answer in shape, never a 500, and nothing stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesagent.rest.api import api
from salesagent.rest.schema import document

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
WRITES = [
    pytest.param(method.upper(), path, id=operation["operationId"])
    for path, methods in document(api)["paths"].items()
    for method, operation in methods.items()
    if "requestBody" in operation
]
TYPES = [
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=b",
    "application/x-www-form-urlencoded",
    "é",
    "",
]

odd_text = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(["\x00", "\ud800", "../../etc/passwd", "‮"])
odd_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | odd_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner, max_size=3),
    max_leaves=10,
)
FIELDS = ("name", "system_prompt", "slug", "content", "title", "agent", "session_id", "token", "temperature", "accent")
odd_body = st.dictionaries(st.sampled_from(FIELDS), odd_json, max_size=4).filter(lambda body: not _may_be_right(body))


def _may_be_right(body: dict[str, Any]) -> bool:
    """Leave out what some operation takes: this is about what none does."""
    return all(isinstance(value, str | None) for value in body.values())


@pytest.fixture
def browser(settings) -> Client:
    """A caller who may everything, so that only the input can be wrong."""
    settings.API_AUTH = "off"
    settings.RATE_LIMITS = False
    return Client(raise_request_exception=True)


@pytest.fixture
def places(agent, session) -> dict[str, str]:
    return {"{agent_id}": str(agent.pk), "{session_id}": str(session.pk)}


def stored() -> dict[str, int]:
    models = [
        model for app in ("agents", "knowledge", "conversations") for model in apps.get_app_config(app).get_models()
    ]
    return {model.__name__: model._default_manager.count() for model in models}


def is_in_shape(response: Any) -> bool:
    return (
        400 <= response.status_code < 500
        and response["Content-Type"].startswith("application/json")
        and set(response.json()) == {"error", "detail", "fallback_message"}
    )


def at(path: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        path = path.replace(name, value)
    return "/api" + path


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_bytes_that_mean_nothing_store_nothing(browser, places, method, path):
    before = stored()

    @QUICK
    @given(body=st.binary(max_size=200), content_type=st.sampled_from(TYPES))
    def refused(body: bytes, content_type: str) -> None:
        assert is_in_shape(browser.generic(method, at(path, places), body or b"{", content_type=content_type))

    refused()
    assert stored() == before


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_values_of_the_wrong_kind_break_nothing_and_are_stored_only_where_they_are_ignored(
    browser, places, method, path
):
    before, taken = stored(), []

    @QUICK
    @given(body=odd_body)
    def refused(body: dict[str, Any]) -> None:
        raw = json.dumps(body, ensure_ascii=True)
        response = browser.generic(method, at(path, places), raw, content_type="application/json")
        if response.status_code < 300:
            taken.append(body)  # fields that this operation does not know
        else:
            assert is_in_shape(response), (body, response.status_code)

    refused()
    assert taken or stored() == before


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":' * 50_000,
        b"[" * 50_000 + b"]" * 50_000,
        b'{"name":"a","name":"b"}',
        b'{"x":"' + b"y" * 10_000_000 + b'"}',
    ],
    ids=["deep objects", "deep lists", "twice", "10 MB"],
)
def test_what_is_too_deep_too_large_or_said_twice_is_refused(browser, places, method, path, raw):
    before = stored()

    assert is_in_shape(browser.generic(method, at(path, places), raw, content_type="application/json"))
    assert stored() == before


@QUICK
@given(
    rest=st.lists(
        st.sampled_from(["..", ".", "%2e%2e", "%2f", "%00", "agents", "sessions", "", "é", "x" * 300]), max_size=6
    )
)
def test_no_path_leads_anywhere_odd(rest: list[str]) -> None:
    path = "/api/" + "/".join(rest)

    response = Client().get(path)

    assert response.status_code in {400, 401, 404, 405}
    assert set(response.json()) == {"error", "detail", "fallback_message"}


@QUICK
@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["Authorization", "Accept", "Cookie", "Origin", "Last-Event-ID", "Idempotency-Key", "Accept-Language"]
        ),
        st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=50) | st.just("x" * 100_000),
    )
)
def test_no_header_breaks_anything(headers: dict[str, str]) -> None:
    response = Client().get("/api/agents", headers=headers)

    assert response.status_code in {400, 401, 429}
    assert set(response.json()) == {"error", "detail", "fallback_message"}
