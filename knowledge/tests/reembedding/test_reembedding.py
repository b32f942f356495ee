"""Another embedding model reads all passages beside service: until it is done the agent is searched as before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from agents.tests.factories import AgentFactory, SuperuserFactory
from fakes.embedding import WordModel
from knowledge import reembedding, search
from knowledge.indexing import claim, index, index_document
from knowledge.models import AgentVectors, Chunk, Document, StoredPart
from knowledge.reembedding import MAX_TAKEOVERS, STEP_PARTS, embed_next, remaining
from knowledge.tests.reembedding.knowing import LAMPS, QUESTION, RUGS, add, finish, found, searched_by

pytestmark = pytest.mark.django_db
ONE_S = timedelta(seconds=1)
LONG = "# Parts\n\n" + "\n\n".join(f"## Part {n}\n\nPart number {n} costs {n} euros." for n in range(3 * STEP_PARTS))


def test_the_agent_is_searched_as_before_until_all_its_documents_are_done(agent, models, set_up):
    before = found(agent)
    second = set_up("second")

    assert embed_next()
    assert second.passages
    assert Document.objects.filter(other_vectors_of=second.key).count() == 1
    search._indexes.clear()  # in another process
    assert (found(agent), second.questions, searched_by(agent)) == (before, [], "first")

    finish()
    assert searched_by(agent) == "second"
    after = found(agent)
    assert after[0][0] == before[0][0]
    assert after != before
    assert second.questions[-1:] == [QUESTION]


def test_a_process_that_held_the_index_takes_the_new_vectors_from_the_next_question_on(agent, models, set_up):
    found(agent)
    second = set_up("second")
    finish()
    asked = len(models["first"].questions)

    held = found(agent)
    search._indexes.clear()

    assert second.questions
    assert len(models["first"].questions) == asked
    assert held == found(agent)


def test_the_vectors_of_the_model_before_are_deleted_afterwards(agent, set_up):
    second = set_up("second")

    finish()

    assert not Chunk.objects.filter(vectors__isnull=False).exists()
    assert not Chunk.objects.filter(other_vectors__isnull=True).exists()
    assert set(StoredPart.objects.values_list("vectors_of", flat=True)) == {second.key}
    assert set(Document.objects.values_list("vectors_of", "other_vectors_of", "vectors_for")) == {("", second.key, "")}
    assert not embed_next()


def test_a_killed_process_loses_no_more_than_a_step(agent, set_up):
    Document.objects.all().delete()
    document = add(agent, "Parts", LONG)
    second = set_up("second")
    second.dies_after = 2
    with pytest.raises(SystemExit):
        finish()
    done = list(second.passages)
    second.dies_after = None
    assert Chunk.objects.filter(document=document).exclude(other_vectors=None).count() == 2 * STEP_PARTS

    assert not embed_next()  # its lease is held as long as it may live
    Document.objects.update(lease_until=timezone.now())
    finish()

    assert searched_by(agent) == "second"
    assert len(second.passages) == len(set(second.passages)) > len(done)


def test_a_long_document_lets_others_be_indexed_in_between(agent, set_up, monkeypatch):
    add(agent, "Parts", LONG)
    second = set_up("second")
    monkeypatch.setattr(reembedding, "SLICE_S", 0.0)

    assert embed_next()
    assert not Document.objects.exclude(lease_owner="").exists()
    monkeypatch.undo()
    assert second.passages == []


def test_what_is_added_meanwhile_is_found_by_the_vectors_of_before_and_then_of_the_new(agent, set_up, models):
    second = set_up("second")
    embed_next()

    document = add(agent, "Vases", "# Vases\n\nThe blue vase costs 12 euros.")

    document.refresh_from_db()
    assert document.vectors_of == models["first"].key
    assert searched_by(agent) == "first"
    finish()
    document.refresh_from_db()
    assert (document.other_vectors_of, searched_by(agent)) == (second.key, "second")


def test_a_document_that_is_changed_while_its_vectors_are_made_has_those_of_its_new_text(agent, set_up):
    second = set_up("second")
    document = Document.objects.get(name="Lamps")

    def change(texts, threads=1):
        second.encode_tokens = WordModel.encode_tokens.__get__(second)
        Document.objects.filter(pk=document.pk).update(text=RUGS.replace("rug", "mat"))
        index_document(document)
        return second.encode_tokens(texts)

    Document.objects.filter(name="Rugs").delete()
    second.encode_tokens = change
    finish()

    document.refresh_from_db()
    assert second.key in (document.vectors_of, document.other_vectors_of)
    assert "mat costs" in search.search(agent.pk, "wool mat", 1)[0].text
    assert searched_by(agent) == "second"


def test_a_document_that_is_indexed_while_its_agent_changes_models_gets_the_right_vectors(agent, set_up, models):
    second = set_up("second")
    finish()
    set_up("first")
    document = Document.objects.create(agent=agent, name="Vases", text="# Vases\n\nThe blue vase costs 12 euros.")
    first = models["first"]

    def switch(texts, threads=1):
        second.encode_tokens = WordModel.encode_tokens.__get__(second)
        AgentVectors.objects.update(key=first.key)
        return second.encode_tokens(texts)

    second.encode_tokens = switch
    index(claim(timezone.now(), document.pk))
    document.refresh_from_db()
    assert (document.is_owed, document.lease_owner) == (True, "")  # begun anew

    index(claim(timezone.now(), document.pk))
    document.refresh_from_db()
    assert (document.status, document.vectors_of) == ("ready", first.key)


def test_a_model_that_is_set_up_again_before_the_change_is_done_reads_nothing_anew(agent, set_up, models):
    before = found(agent)
    set_up("second")
    embed_next()
    read = len(models["first"].passages)

    set_up("first")
    finish()

    assert (len(models["first"].passages), searched_by(agent), found(agent)) == (read, "first", before)
    assert not Chunk.objects.exclude(other_vectors=None).exists()
    assert not StoredPart.objects.exclude(vectors_of=models["first"].key).exists()


def test_a_third_model_takes_the_place_of_a_second_that_was_not_done(agent, set_up, models):
    before = found(agent)
    set_up("second")
    embed_next()
    third = set_up("third")

    embed_next()
    assert (found(agent), searched_by(agent)) == (before, "first")
    finish()

    assert searched_by(agent) == "third"
    assert set(StoredPart.objects.values_list("vectors_of", flat=True)) == {third.key}


def test_models_may_be_changed_again_and_again(agent, set_up):
    for name in ("second", "first", "third", "second"):
        set_up(name)
        finish()

        assert searched_by(agent) == name
        assert "40 euros" in found(agent)[0][0]
    assert Chunk.objects.exclude(vectors=None).exclude(other_vectors=None).count() == 0


def test_each_agent_changes_by_itself(agent, set_up):
    other = AgentFactory()
    add(other, "Lamps", LAMPS)
    set_up("second")

    while searched_by(agent) == searched_by(other) == "first":
        assert embed_next()

    assert {searched_by(agent), searched_by(other)} == {"first", "second"}
    assert "40 euros" in found(agent)[0][0]
    assert "40 euros" in found(other)[0][0]


def test_where_the_model_before_is_gone_words_alone_find_until_the_change_is_done(agent, set_up, models):
    second = set_up("second")
    del models["first"]
    search._indexes.clear()

    assert "40 euros" in found(agent)[0][0]
    assert second.questions == []
    finish()
    assert "40 euros" in found(agent)[0][0]
    assert second.questions == [QUESTION]


def test_where_the_model_is_switched_off_vectors_are_kept_and_used_once_it_is_back(agent, set_up, models):
    before = found(agent)
    set_up("nothing")
    words_alone = found(agent)
    assert not embed_next()

    set_up("first")

    assert words_alone != before
    assert not embed_next()
    assert found(agent) == before


def test_what_was_indexed_without_a_model_gets_its_vectors_beside_service(set_up, agent):
    other = AgentFactory()
    set_up("nothing")
    add(other, "Lamps", LAMPS)
    add(other, "Rugs", RUGS)
    words_alone = found(other)
    chunks = set(Chunk.objects.filter(document__agent=other).values_list("pk", flat=True))

    set_up("first")
    embed_next()
    assert found(other) == words_alone  # half of the vectors would hide the passages without
    finish()

    assert found(other) != words_alone
    assert set(Chunk.objects.filter(document__agent=other).values_list("pk", flat=True)) == chunks
    assert not StoredPart.objects.filter(vectors_of="").exists()


def test_the_command_does_it_at_once(agent, set_up):
    set_up("second")

    call_command("reindex", verbosity=0)

    assert searched_by(agent) == "second"


def test_a_document_that_ends_every_process_leaves_its_agent_as_it_was(agent, set_up):
    before = found(agent)
    set_up("second")
    Document.objects.filter(name="Lamps").update(takeovers=MAX_TAKEOVERS + 1)

    finish()

    assert (searched_by(agent), found(agent)) == ("first", before)
    assert remaining(agent.pk).done == 1


def test_a_document_deleted_last_lets_its_agent_change(agent, set_up):
    set_up("second")
    embed_next()

    Document.objects.filter(other_vectors_of="").delete()
    finish()

    assert searched_by(agent) == "second"


def test_staff_see_how_far_the_change_is(agent, set_up, client):
    client.force_login(SuperuserFactory())
    url = reverse("admin:knowledge_document_changelist")
    assert "Another embedding model" not in client.get(url).content.decode()

    set_up("second")
    embed_next()
    shown = client.get(f"{url}?agent__id__exact={agent.pk}").content.decode()
    finish()

    assert "1 of 2 are done" in shown
    assert "Another embedding model" not in client.get(url).content.decode()
