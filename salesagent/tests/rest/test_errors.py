"""Whatever goes wrong under /api/ is said in one shape: never HTML, never a stack trace."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from agents.models import Agent
from salesagent.rest.validation_words import sentence
from salesagent.tests.rest.conftest import is_problem

pytestmark = pytest.mark.django_db

VALID = {"name": "Bob", "system_prompt": "Sell."}


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/v1", "/api/v2/agents", "/api/nothing", "/api/agents/", "/api/health/x", "/api//agents"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_not_found(ask, method, path):
    is_problem(ask(method, path), 404, "Not Found")


@pytest.mark.parametrize(
    "path", ["/agents/%2e%2e/%2e%2e/etc/passwd", "/agents/..%2f..%2fsettings.py", "/%00", "/agents/%00", "/agents/%ff"]
)
def test_traversal_and_odd_paths_lead_nowhere(ask, path):
    is_problem(ask("GET", path), 404, "Not Found")


@pytest.mark.parametrize("agent_id", ["x", "1", "00000000-0000-0000-0000-000000000000", "' OR 1=1", "%F0%9F%92%A1"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_agent_that_is_not_there_is_not_found_malformed_ids_too(ask, method, agent_id):
    body = None if method in {"GET", "DELETE"} else {"name": "x"}

    assert is_problem(ask(method, f"/agents/{agent_id}", body), 404) == {
        "error": "Not Found",
        "detail": "Agent not found",
        "fallback_message": None,
    }


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "OPTIONS", "BREW"])
def test_a_method_an_address_does_not_take_is_named_with_those_it_takes(ask, method):
    response = ask(method, "/agents")

    assert set(re.findall(r"\w+", response["Allow"])) == {"GET", "POST"}
    is_problem(response, 405, "Method Not Allowed")


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
def test_the_document_is_only_read(ask, path):
    is_problem(ask("POST", path, {}), 405)


def test_a_packed_body_is_refused_as_such(ask):
    packed = gzip.compress(json.dumps(VALID).encode())

    body = is_problem(ask("POST", "/agents", packed, headers={"Content-Encoding": "gzip"}), 415)
    assert "Content-Encoding" in body["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "x"])
def test_a_body_of_another_type_is_refused(ask, content_type):
    body = is_problem(ask("POST", "/agents", VALID, content_type=content_type), 415, "Unsupported Media Type")

    assert "application/json" in body["detail"]
    assert not Agent.objects.exists()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "not JSON"),
        (b'{"name": "Bob",}', "not JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"name": "\xe9"}', "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"name": "a", "name": "b", "system_prompt": "x"}', "name: is given twice"),
        (b'{"name": "a", "system_prompt": "x", "temperature": NaN}', "NaN"),
        (b'{"name": "a", "system_prompt": "x", "max_tokens": ' + b"9" * 5000 + b"}", "too long"),
        (b'{"name": "a\\u0000", "system_prompt": "x"}', "name: must hold some text, and no null byte"),
        (b'{"name": "a", "system_prompt": "x", "starter_questions": ["\\u0000"]}', "starter_questions"),
        (b'{"name": "a\\ud800", "system_prompt": "x"}', "name: must be text without broken characters"),
        (b"", "The body: is required"),
        (b"null", "The body: must be a JSON object"),
        (b"[]", "The body: must be a JSON object"),
        (b'"x"', "The body: must be a JSON object"),
    ],
)
def test_a_body_that_cannot_be_understood_is_refused_in_plain_words(ask, raw, words):
    assert words in is_problem(ask("POST", "/agents", raw), 422, "Validation Failed")["detail"]
    assert not Agent.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "name: must not be empty."),
        ({"name": " \t\n"}, "name: must hold some text"),
        ({"name": "\x01\x1f"}, "name: must hold some text"),
        ({"name": "x" * 101}, "name: may have at most 100 characters."),
        ({"name": 5}, "name: must be text."),
        ({"name": None}, "name: must be text."),
        ({"system_prompt": "  "}, "system_prompt: must hold some text"),
        ({"temperature": "0.5"}, "temperature: must be a number."),
        ({"temperature": 2.1}, "temperature: may be at most 2"),
        ({"max_tokens": 1.5}, "max_tokens: must be a whole number."),
        ({"max_tokens": 10**30}, "max_tokens: "),
        ({"is_active": 1}, "is_active: must be true or false."),
        ({"accent": "red"}, "accent: must be a colour such as #3355cc."),
        ({"slug": "a b"}, "slug: may have letters, digits"),
        ({"starter_questions": "Hello?"}, "starter_questions: must be a list."),
        ({"starter_questions": ["x"] * 11}, "starter_questions: may have at most 10 entries."),
        ({"starter_questions": [1]}, "starter_questions.0: must be text."),
    ],
)
def test_a_wrong_field_is_named_in_plain_words(ask, changes, words):
    assert words in is_problem(ask("POST", "/agents", {**VALID, **changes}), 422)["detail"]
    assert not Agent.objects.exists()


def _patterns(part):
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    own = {part["pattern"]} if isinstance(part, dict) and isinstance(part.get("pattern"), str) else set()
    return own.union(*map(_patterns, inner))


def test_no_field_answers_with_its_regular_expression():
    contract = json.loads((Path(__file__).parents[3] / "docs/openapi.json").read_text("utf-8"))

    for pattern in _patterns(contract):
        error = {"loc": ("body", "value", "field"), "type": "string_pattern_mismatch", "ctx": {"pattern": pattern}}
        assert pattern not in sentence(error)


def test_every_wrong_field_is_named(ask):
    detail = is_problem(ask("POST", "/agents", {"name": 1, "accent": "red"}), 422)["detail"]

    assert "name:" in detail
    assert "accent:" in detail
    assert "system_prompt: is required." in detail


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=%00", "cursor=x", "cursor=%00", "cursor=é", "cursor=1-1"]
)
def test_a_wrong_question_is_refused(ask, query):
    detail = is_problem(ask("GET", f"/agents?{query}"), 422)["detail"]

    assert detail.startswith(query.split("=")[0])


def test_a_body_that_is_too_large_is_refused(ask):
    big = {**VALID, "system_prompt": "x" * 10_000_000}

    is_problem(ask("POST", "/agents", big), 413, "Content Too Large")
    assert not Agent.objects.exists()


def test_a_huge_header_is_no_way_in(ask):
    is_problem(ask("GET", "/agents", token="x" * 200_000), 401)


def test_an_unknown_host_is_refused_in_shape(ask, settings):
    is_problem(ask("GET", "/agents", headers={"Host": "evil.example"}), 400)


def test_a_database_that_refuses_is_said_to_be_away(ask, monkeypatch):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("connection refused: password=secret")

    with connection.execute_wrapper(refuse):
        response = ask("GET", "/agents")

    body = is_problem(response, 503, "Service Unavailable")
    assert body["fallback_message"]
    assert int(response["Retry-After"]) > 0
    assert "secret" not in response.content.decode()


def test_health_says_so_too_and_keeps_its_own_fields(client):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        response = client.get("/api/health")
        head = client.head("/api/health")

    assert (response.status_code, head.status_code) == (503, 503)
    body = response.json()
    assert (body["status"], body["database"]) == ("unavailable", "unavailable")
    assert (body["error"], bool(body["detail"])) == ("Service Unavailable", True)


@pytest.mark.parametrize("debug", [False, True])
def test_what_nobody_expected_has_a_request_id_and_no_stack_trace(ask, settings, caplog, debug):
    settings.DEBUG = debug

    def break_down(execute, sql, params, many, context):
        raise ZeroDivisionError("a secret of the inside")

    with connection.execute_wrapper(break_down):
        response = ask("GET", "/agents")

    body = is_problem(response, 500, "Internal Server Error")
    assert response["X-Request-Id"] in body["detail"]
    assert "secret" not in response.content.decode()
    logged = next(record for record in caplog.records if response["X-Request-Id"] in record.getMessage())
    assert logged.exc_info[0] is ZeroDivisionError


def test_what_breaks_outside_of_the_handlers_has_the_same_shape(client, settings, caplog):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "salesagent.tests.rest.test_errors.Broken"]
    client.raise_request_exception = False

    response = client.get("/api/agents")

    assert response["X-Request-Id"] in is_problem(response, 500)["detail"]
    assert "inside" not in response.content.decode()


class Broken:
    def __init__(self, get_response):
        pass

    def __call__(self, request):
        raise RuntimeError("inside")


def test_pages_keep_their_own_errors(client):
    response = client.get("/nothing/")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_file_where_json_is_asked_for_stores_nothing(client, key):
    file = SimpleUploadedFile("x.pdf", b"%PDF")

    response = client.post("/api/agents", {"file": file}, headers={"Authorization": f"Bearer {key}"})

    is_problem(response, 415)


def test_no_answer_is_kept_by_a_cache(ask):
    for path in ("/agents", "/nothing"):
        assert ask("GET", path)["Cache-Control"] == "no-store"
