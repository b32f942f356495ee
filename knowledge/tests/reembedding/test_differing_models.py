"""Processes that are set up with different embedding models: one model leads, and staff are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from agents.tests.factories import SuperuserFactory
from knowledge.models import EmbeddingModel
from knowledge.tests.reembedding.knowing import add, found, searched_by

pytestmark = pytest.mark.django_db
ONE_S = timedelta(seconds=1)


def test_of_processes_with_different_models_the_one_that_was_there_first_stays(agent, models, process):
    before, now = found(agent), timezone.now()
    read = len(models["first"].passages)

    steps = [process(name, now + seconds * ONE_S) for seconds in (1, 2, 3) for name in ("second", "first")]

    assert steps == [0] * 6
    assert (searched_by(agent), models["second"].passages, len(models["first"].passages)) == ("first", [], read)
    assert found(agent) == before


def test_a_model_that_no_process_uses_any_more_makes_room_and_does_not_come_back(agent, models, process):
    later = timezone.now() + EmbeddingModel.LEASE + ONE_S
    assert process("second", later) > 0
    assert searched_by(agent) == "second"

    assert process("first", later + ONE_S) == 0
    assert searched_by(agent) == "second"


def test_what_a_process_with_another_model_indexes_gets_the_vectors_of_the_leading_one(agent, models, process):
    now = timezone.now()
    process("second", now)
    first = models.pop("first")  # its folder is not on that machine
    document = add(agent, "Vases", "# Vases\n\nThe blue vase costs 12 euros.")
    document.refresh_from_db()
    assert (document.vectors_of, searched_by(agent)) == (models["second"].key, "first")

    models["first"] = first
    process("first", now + ONE_S)

    document.refresh_from_db()
    assert models["first"].key in (document.vectors_of, document.other_vectors_of)
    assert process("second", now + 2 * ONE_S) == 0


def test_staff_and_the_log_are_told_that_models_differ(agent, set_up, process, client, caplog):
    client.force_login(SuperuserFactory())
    pages = [reverse("admin:knowledge_document_changelist"), reverse("admin:index")]
    assert not any("different embedding models" in client.get(page).content.decode() for page in pages)

    process("second", timezone.now())
    call_command("reindex", verbosity=0)

    assert "compare EMBEDDING_MODEL_DIR" in caplog.text
    assert all("different embedding models" in client.get(page).content.decode() for page in pages)
    set_up("second")
    assert not any("different embedding models" in client.get(page).content.decode() for page in pages)
