"""The Postman collection has every operation of the OpenAPI document, and is current."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import call_command

from salesagent.management.commands.postman import SNAPSHOT
from salesagent.rest.api import api
from salesagent.rest.postman import KEPT, VARIABLES, collection
from salesagent.rest.schema import document

DOCUMENT = document(api)
COLLECTION = collection(DOCUMENT)
ITEMS = {item["name"]: item for folder in COLLECTION["item"] for item in folder["item"]}
OPERATIONS = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]


def test_the_committed_collection_is_current():
    assert json.loads(SNAPSHOT.read_text()) == COLLECTION, "Run `manage.py postman`: the API's contract has changed."


def test_the_command_writes_the_collection(tmp_path):
    call_command("postman", "--output", str(tmp_path / "postman.json"), verbosity=0)

    assert json.loads((tmp_path / "postman.json").read_text()) == COLLECTION


def test_every_operation_is_there_once():
    assert sorted(ITEMS) == sorted(operation["summary"] for operation in OPERATIONS)


def test_everything_it_uses_is_a_variable_and_no_secret_is_in_it():
    used = set(re.findall(r"\{\{(\w+)\}\}", json.dumps(COLLECTION)))

    assert used <= set(VARIABLES)
    assert all(not value for name, value in VARIABLES.items() if name != "base_url")


@pytest.mark.parametrize(
    ("name", "auth"),
    [
        ("Is it up?", "noauth"),
        ("Send a message", "{{visitor_token}}"),
        ("Create an agent", ""),
    ],
)
def test_each_request_has_the_credential_it_needs(name, auth):
    assert auth in json.dumps(ITEMS[name]["request"].get("auth", ""))


def test_bodies_are_examples_that_can_be_sent():
    agent = json.loads(ITEMS["Create an agent"]["request"]["body"]["raw"])
    upload = ITEMS["Add a document, or several"]["request"]["body"]["formdata"]
    message = json.loads(ITEMS["Send a message"]["request"]["body"]["raw"])

    assert {"name", "system_prompt"} <= set(agent)
    assert message["content"]
    assert {field["key"]: field["type"] for field in upload} == {"file": "file", "name": "text"}


def test_what_is_kept_is_of_operations_that_are_there():
    assert set(KEPT) <= {operation["operationId"] for operation in OPERATIONS}
