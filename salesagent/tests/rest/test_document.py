"""The OpenAPI document is the contract: committed, complete, and shown on a page that keeps the strict policy."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import call_command
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from salesagent.management.commands.openapi import SNAPSHOT
from salesagent.rest.api import api
from salesagent.rest.schema import document

pytestmark = pytest.mark.django_db
DOCUMENT = document(api)
OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for operation in methods.values()
}


def test_the_contract_changes_only_on_purpose():
    assert json.loads(SNAPSHOT.read_text()) == DOCUMENT, (
        "The API's contract has changed. If that is what you want, write it down with `manage.py openapi`, look at the"
        " difference of docs/openapi.json, and follow docs/api-versions.md for what others rely on."
    )


def test_it_is_an_openapi_document():
    """By the schema that the makers of OpenAPI publish. Generators of clients refuse what is not."""
    assert [(list(fault.instance_path), fault.message) for fault in OPENAPI_31_VALIDATOR.iter_errors(DOCUMENT)] == []


def test_the_command_writes_the_document(tmp_path):
    call_command("openapi", "--output", str(tmp_path / "openapi.json"), verbosity=0)

    assert json.loads((tmp_path / "openapi.json").read_text()) == DOCUMENT


@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
def test_the_document_is_served_to_everybody(client, prefix):
    response = client.get(f"{prefix}/openapi.json")

    assert response["Content-Type"] == "application/json"
    assert response.json() == DOCUMENT
    assert DOCUMENT["openapi"] == "3.1.0"
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/api", "/api/v1"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_how_it_may_end(name):
    path, operation = OPERATIONS[name]
    expected = {"health": {"200", "503"}}.get(name, {"429", "500", "503"})
    if operation["security"]:
        expected |= {"401", "403"}
    if "{" in path:
        expected |= {"404"}
    if "requestBody" in operation:
        expected |= {"413", "415", "422"}

    assert expected <= set(operation["responses"])
    assert any(status < "300" for status in operation["responses"])
    assert operation["summary"]
    assert operation["tags"]


def test_every_error_has_the_one_shape_and_an_example():
    for response in DOCUMENT["components"]["responses"].values():
        content = response["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Error"}
        assert set(content["example"]) == {"error", "detail", "fallback_message"}


def test_every_reference_leads_somewhere():
    for reference in re.findall(r'"#/([^"]+)"', json.dumps(DOCUMENT)):
        found = DOCUMENT
        for part in reference.split("/"):
            found = found[part]


def test_operations_are_named_once():
    names = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
def test_the_docs_page_keeps_the_strict_policy(client, prefix):
    response = client.get(f"{prefix}/docs")

    html = response.content.decode()
    assert response.status_code == 200
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", html)
    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert 'src="/static/' in attributes or 'type="application/json"' in attributes
        if content:
            assert json.loads(content)["url"] == "openapi.json"
