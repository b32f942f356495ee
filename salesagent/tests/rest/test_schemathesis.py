"""The whole OpenAPI document against a running site: whatever schemathesis thinks of, the document has foretold it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from fakes.site import Site, site
from salesagent.rest.api import api
from salesagent.rest.schema import document

pytestmark = pytest.mark.process
EXAMPLES = int(os.environ.get("API_EXAMPLES", "4"))  # per operation; CI tries 8 on SQLite; 500 are for a release
KEY = "the key of the contract tests"
EXISTING = """
import json
from django.core.files.base import ContentFile
from agents.models import Agent
from conversations.models import Message, Session
from knowledge.models import Document, Website
agent = Agent.objects.create(name="Ada", slug="ada", is_default=True)
agent.publish("You sell lamps.")
document = Document.objects.create(agent=agent, name="Lamps", text="# Lamps\\n\\nA lamp is 40 dollars.")
website = Website.objects.create(agent=agent, url="https://shop.invalid/", status="ready")
session = Session.objects.create(agent=agent, last_seq=1)
message = Message(session=session, seq=1, role="user")
message.audio.save("question.webm", ContentFile(b"sound" * 100))
found = {"agent_id": agent, "document_id": document, "website_id": website, "session_id": session}
print(json.dumps({**{name: str(row.pk) for name, row in found.items()}, "path": message.audio.name}))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("contract")
    with site(folder, RATE_LIMITS="off", API_KEY=KEY, LOG_LEVEL="warning") as made:
        made.existing = json.loads(made.shell(EXISTING).splitlines()[-1])  # type: ignore[attr-defined]
        made.start()
        yield made


NOTES = {"title", "description", "examples"}  # of a schema; whatever else it has, a value can break
ANY_TEXT = {"type": "string"}


def _can_be_wrong(operation: Any) -> bool:
    """Whether anything that is sent could be: where a text is asked for, any text is right."""
    told = document(api)["paths"][operation.path][operation.method]
    schemas = [parameter["schema"] for parameter in told.get("parameters", [])]
    is_bound = [{name: part for name, part in one.items() if name not in NOTES} != ANY_TEXT for one in schemas]
    return "requestBody" in told or any(is_bound)


CONTRACT = schemathesis.openapi.from_dict(document(api))
OPERATIONS = [
    pytest.param(operation, mode, id=f"{operation.label} {mode.value}")
    for operation in (result.ok() for result in CONTRACT.get_all_operations())
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or _can_be_wrong(operation)
]


@pytest.mark.parametrize(("operation", "mode"), OPERATIONS)
def test_every_answer_is_one_the_document_tells_of(operation: Any, mode: GenerationMode, running: Site) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def answered_as_told(case: Case) -> None:
        if mode is GenerationMode.POSITIVE and case.method != "DELETE":  # ask for what is there
            case.path_parameters.update(_of(running, case.path_parameters))
        assume(mode is GenerationMode.POSITIVE or _is_wrong_without_its_credential(case))
        case.cookies.clear()  # a made-up credential beside the right one
        # No schema can say what a file must hold, so one that cannot be read is no untruth.
        beside = [positive_data_acceptance] if case.media_type == "multipart/form-data" else []
        case.call_and_validate(
            base_url=f"{running.url}/api", headers={"Authorization": f"Bearer {KEY}"}, excluded_checks=beside
        )

    answered_as_told()


def _of(running: Site, names: Iterable[str]) -> dict[str, str]:
    existing: dict[str, str] = running.existing  # type: ignore[attr-defined]
    return {name: existing[name] for name in names if name in existing}


def _is_wrong_without_its_credential(case: Case) -> bool:
    """Whether more is wrong than the made-up credential, which the right one replaces."""
    wrong = {location.value for location, part in case.meta.components.items() if part.mode.is_negative}
    return bool(wrong - {"header", "cookie"})
