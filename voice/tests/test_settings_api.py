"""How an agent sounds can be read and set through the API, as on the agent's page in the admin."""

from __future__ import annotations

import json
import uuid

import pytest
from django.contrib.admin.models import LogEntry

from access import keys
from access.models import ApiKey
from agents.tests.factories import AgentFactory, StaffFactory
from voice.models import AgentVoice, Pronunciation, settings_of
from voice.reading.normalise import SpokenAs
from voice.settings_api import TO_CHANGE, TO_READ, TO_REPLACE, VoiceChange
from voice.staff.voice_settings import VoiceForm
from voice.tts.speaker import Voice

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "name": "",
    "speed": 1.0,
    "language": "en",
    "spoken_greeting": "",
    "may_dictate": False,
    "pronunciations": [],
}
WHOLE = {
    "name": "olivia",
    "speed": 1.2,
    "language": "de",
    "spoken_greeting": "Guten Tag.",
    "may_dictate": True,
    "pronunciations": [{"word": "Pharos", "spoken": "fair os"}, {"word": "SQL", "spoken": "sequel"}],
}


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def ask(client, agent):
    raw = keys.create("Test")[1]

    def ask(method, body=None, *, agent_id=agent.pk, key=raw):
        return client.generic(
            method,
            f"/api/agents/{agent_id}/voice",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )

    return ask


def stored(agent) -> list[tuple[int, str, str]]:
    return list(Pronunciation.objects.filter(agent=agent).values_list("pk", "word", "spoken"))


def test_an_agent_without_settings_has_the_defaults_and_reading_stores_none(ask, agent):
    response = ask("GET")

    assert response.status_code == 200
    assert response.json() == DEFAULTS | {"agent_id": str(agent.pk), "is_heard": True}
    assert not AgentVoice.objects.exists()


def test_every_field_of_the_admin_can_be_given(ask, agent, settings):
    settings.STT_PROVIDERS = ["builtin"]

    response = ask("PUT", WHOLE)

    assert response.status_code == 200, response.content
    assert set(VoiceForm.Meta.fields) | {"pronunciations"} == set(VoiceChange.model_fields)
    assert response.json() == WHOLE | {"agent_id": str(agent.pk), "is_heard": False}
    assert ask("GET").json() == response.json()
    voice = settings_of.sync(agent.pk)
    assert voice.voice == Voice("olivia", 1.2, "de")
    assert (voice.greeting, voice.may_dictate) == ("Guten Tag.", True)
    assert voice.pronunciations == (SpokenAs("Pharos", "fair os"), SpokenAs("SQL", "sequel"))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_is_left_out_stays(ask, method):
    before = ask("PUT", WHOLE).json()

    assert ask(method, {"speed": 0.8}).json() == before | {"speed": 0.8}
    assert ask(method, {}).json() == before | {"speed": 0.8}


def test_pronunciations_are_replaced_as_a_whole_and_those_that_stay_keep_their_rows(ask, agent):
    ask("PUT", WHOLE)
    pharos = stored(agent)[0]

    ask("PATCH", {"pronunciations": [{"word": "sql", "spoken": "es queue el"}, *WHOLE["pronunciations"][:1]]})

    assert {word: said for _pk, word, said in stored(agent)} == {"Pharos": "fair os", "sql": "es queue el"}
    assert pharos in stored(agent)
    assert ask("PATCH", {"pronunciations": []}).json()["pronunciations"] == []


def test_another_agent_is_left_alone(ask):
    other = AgentFactory()
    Pronunciation.objects.create(agent=other, word="SQL", spoken="sequel")

    ask("PUT", WHOLE)

    assert [(word, said) for _pk, word, said in stored(other)] == [("SQL", "sequel")]
    assert settings_of.sync(other.pk).voice == Voice()


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"speed": 3}, "speed: may be at most 2.0."),
        ({"speed": 0.1}, "speed: must be at least 0.5."),
        ({"speed": "fast"}, "speed: must be a number."),
        ({"language": "english"}, "language: "),
        ({"language": "EN"}, "language: "),
        ({"may_dictate": 1}, "may_dictate: must be true or false."),
        ({"name": "x" * 101}, "name: may have at most 100 characters."),
        ({"spoken_greeting": None}, "spoken_greeting: must be text."),
        ({"pronunciations": [{"word": "SQL"}]}, "pronunciations.0.spoken: is required."),
        ({"pronunciations": [{"word": " ", "spoken": "x"}]}, "pronunciations.0.word: "),
        (
            {"pronunciations": [{"word": "SQL", "spoken": "a"}, {"word": "sql", "spoken": "b"}]},
            "pronunciations: “sql” is there twice.",
        ),
    ],
)
def test_what_no_voice_can_do_is_refused_and_nothing_is_stored(ask, agent, body, detail):
    response = ask("PATCH", {"name": "olivia"} | body)

    assert response.status_code == 422
    assert response.json()["error"] == "Validation Failed"
    assert detail in response.json()["detail"]
    assert settings_of.sync(agent.pk).voice == Voice()
    assert stored(agent) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
@pytest.mark.parametrize("agent_id", [uuid.uuid4(), "no-id"])
def test_the_voice_of_no_agent_is_not_found(ask, method, agent_id):
    response = ask(method, None if method == "GET" else {"speed": 1.2}, agent_id=agent_id)

    assert (response.status_code, response.json()["detail"]) == (404, "Agent not found")


def test_a_key_that_reads_changes_nothing_and_without_a_key_there_is_nothing(ask, agent):
    reads = keys.create("Reports", [ApiKey.Scope.READ])[1]

    assert ask("GET", key=reads).status_code == 200
    assert ask("PATCH", {"speed": 1.2}, key=reads).status_code == 403
    assert ask("GET", key="").status_code == 401
    assert not AgentVoice.objects.exists()


def test_a_change_stands_in_the_log_of_the_agent_and_none_does_not(ask, agent):
    ask("GET")
    ask("PATCH", {})
    ask("PATCH", {"speed": 9})
    assert not LogEntry.objects.exists()

    ask("PATCH", {"name": "olivia", "pronunciations": []})

    entry = LogEntry.objects.get()
    assert entry.get_edited_object() == agent
    assert entry.get_change_message().endswith(": voice changed: voice, pronunciations")


READING = ("agents.view_agent", *TO_READ)
CHANGING = ("agents.change_agent", *TO_READ, *TO_CHANGE)
REPLACING = ("agents.change_agent", *TO_READ, *TO_REPLACE)


# What the admin asks of staff who change a voice on the agent's page, the API asks as well.
@pytest.mark.parametrize(
    ("needed", "body", "lacked"),
    [
        *((READING, None, each) for each in READING),
        *((CHANGING, {"speed": 1.2}, each) for each in ("agents.change_agent", *TO_CHANGE)),
        *((REPLACING, {"pronunciations": []}, each) for each in ("agents.change_agent", *TO_REPLACE)),
    ],
)
def test_staff_need_what_they_need_in_the_admin(client, agent, needed, body, lacked):
    def ask(may):
        client.force_login(StaffFactory(may=may))
        path = f"/api/agents/{agent.pk}/voice"
        return client.get(path) if body is None else client.patch(path, body, content_type="application/json")

    refused = ask([each for each in needed if each != lacked])

    assert refused.status_code == 403
    assert f"“{lacked}”" in refused.json()["detail"]
    assert ask(needed).status_code == 200
