"""What two documents say differently or twice is found once, by whichever is compared, and goes when it is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from agents.tests.factories import AgentFactory
from knowledge.conflicts import comparing
from knowledge.conflicts.comparing import MAX_ALIKE, MAX_TAKEOVERS, compare_next, owe_anew
from knowledge.indexing import index_document
from knowledge.models import Comparison, Conflict, Document, Website
from knowledge.tests.factories import DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_vectors")]
RETURNS = (
    "You may return goods within 30 days if they are unused and in the box they came in. Write to us first, and we "
    "send you a label. Once the parcel is back we look at it, and pay back the price by the way you paid."
)


@pytest.fixture
def agent():
    return AgentFactory()


def added(agent, text, name="Page", **fields) -> Document:
    document = DocumentFactory(agent=agent, text=text, name=name, **fields)
    index_document(document)
    return document


def compared() -> None:
    while compare_next():
        pass


def rewritten(document: Document, text: str) -> None:
    document.text = text
    document.change_text()
    document.save()
    index_document(document)
    compared()


def figures(conflict: Conflict) -> set[str]:
    return {
        conflict.one_quote[conflict.one_start : conflict.one_end],
        conflict.other_quote[conflict.other_start : conflict.other_end],
    }


def test_two_values_are_found_once_with_both_passages_whichever_comes_first(agent):
    one = added(agent, "The Brook costs $1,249.")
    other = added(agent, "| Bike | Price |\n|---|---|\n| Brook | $1,199 |", "Prices")

    compared()
    Comparison.objects.update(is_owed=True)
    compared()

    found = Conflict.objects.get()
    assert found.kind == Conflict.Kind.CONTRADICTION
    assert {found.one, found.other} == {one, other}
    assert figures(found) == {"$1,249", "$1,199"}
    assert {found.one_text, found.other_text} == {chunk.text for chunk in (one.chunks.get(), other.chunks.get())}


def test_the_same_passage_in_two_documents_is_found(agent):
    added(agent, RETURNS, "Terms")
    added(agent, f"# Returns\n\n{RETURNS}", "Questions")

    compared()

    assert Conflict.objects.get().kind == Conflict.Kind.DUPLICATE


def test_what_pages_of_one_website_share_is_no_duplicate(agent):
    website = Website.objects.create(agent=agent, url="https://shop.example/")
    for name in ("One", "Two"):
        added(agent, RETURNS, name, website=website)

    compared()

    assert not Conflict.objects.exists()


def test_documents_of_other_agents_are_not_compared(agent):
    added(agent, "The Brook costs $1,249.")
    added(AgentFactory(), "The Brook costs $1,199.")

    compared()

    assert not Conflict.objects.exists()


def test_a_conflict_is_resolved_when_a_passage_is_mended_and_open_again_when_it_is_undone(agent):
    document = added(agent, "The Brook costs $1,249.")
    added(agent, "The Brook costs $1,199.")
    compared()

    rewritten(document, "The Brook costs $1,199.")
    mended = Conflict.objects.get().state
    rewritten(document, "The Brook costs $1,249.")

    assert (mended, Conflict.objects.get().state) == ("resolved", "open")


def test_a_conflict_stays_when_something_else_in_its_passage_changes(agent):
    document = added(agent, "The Brook costs $1,249.")
    added(agent, "The Brook costs $1,199.")
    compared()

    rewritten(document, "The Brook costs $1,249. It is blue.")

    conflict = Conflict.objects.get()
    assert conflict.state == Conflict.State.OPEN
    assert any(text.endswith("It is blue.") for text in (conflict.one_text, conflict.other_text))


def test_a_conflict_goes_with_a_document_and_is_not_shown_while_its_page_is_gone(agent):
    document = added(agent, "The Brook costs $1,249.")
    other = added(agent, "The Brook costs $1,199.")
    compared()

    Document.objects.filter(pk=other.pk).update(gone_at=timezone.now())
    shown = Conflict.objects.open().count()
    document.delete()

    assert (shown, Conflict.objects.count()) == (0, 0)


def test_what_was_dismissed_stays_so_when_it_is_found_again_and_elsewhere(agent):
    document = added(agent, "The Brook costs $1,249.")
    added(agent, "The Brook costs $1,199.")
    compared()

    Conflict.objects.get().dismiss(Conflict.Reason.KNOWN, "until May", "ada")
    rewritten(document, "The Brook costs $1,249. It is blue.")
    added(agent, "The Brook costs $1,199.", "Copy")
    compared()

    assert {(each.state, each.note) for each in Conflict.objects.all()} == {("dismissed", "until May")}


def test_what_stands_on_every_page_makes_few_rows(agent):
    for number in range(MAX_ALIKE + 3):
        added(agent, "Call us on 555 0142 100.", f"Page {number}", content_hash=str(number))
    added(agent, "Call us on 555 0142 199.", "Contact")

    compared()

    assert Conflict.objects.filter(kind=Conflict.Kind.CONTRADICTION).count() == MAX_ALIKE


def test_of_two_documents_compared_at_the_same_time_one_finds_the_other(agent, monkeypatch):
    added(agent, "The Brook costs $1,249.")
    added(agent, "The Brook costs $1,199.")
    looked = comparing.candidates

    def beside(own, others):
        monkeypatch.setattr(comparing, "candidates", looked)
        compared()  # the other document, by another process, before this one looks
        return looked(own, others)

    monkeypatch.setattr(comparing, "candidates", beside)
    compared()

    assert Conflict.objects.count() == 1


def test_what_a_dead_process_left_is_compared_when_its_lease_is_over(agent):
    added(agent, "The Brook costs $1,249.")
    added(agent, "The Brook costs $1,199.")
    held = timezone.now() + Comparison.LEASE
    Comparison.objects.update(lease_owner="dead", lease_until=held)

    before = compare_next()
    Comparison.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    compared()

    assert not before
    assert Conflict.objects.count() == 1
    assert not Comparison.objects.filter(is_owed=True).exists()


def test_a_document_that_ends_every_process_is_not_tried_for_ever(agent):
    added(agent, "The Brook costs $1,249.")
    Comparison.objects.update(lease_owner="dead", takeovers=MAX_TAKEOVERS, lease_until=None)

    assert compare_next()

    assert not compare_next()


def test_passages_that_change_meanwhile_are_compared_as_they_are_then(agent, monkeypatch):
    document = added(agent, "The Brook costs $1,249.")
    added(agent, "The Brook costs $1,199.")
    looked = comparing.candidates

    def meanwhile(own, others):
        monkeypatch.setattr(comparing, "candidates", looked)
        document.text = "The Brook costs $1,199."
        document.change_text()
        document.save()
        index_document(document)
        return looked(own, others)

    monkeypatch.setattr(comparing, "candidates", meanwhile)
    compared()

    assert not Conflict.objects.open().exists()


def test_a_stop_leaves_it_to_another_process_at_once(agent):
    added(agent, "The Brook costs $1,249.")
    looks = iter([False])

    compare_next(lambda: next(looks, True))

    assert Comparison.objects.unattended(timezone.now()).count() == 1


def test_other_rules_compare_all_anew(agent, monkeypatch):
    added(agent, "The Brook costs $1,249.")
    compared()

    monkeypatch.setattr(comparing, "RULES", comparing.RULES + 1)

    assert owe_anew() == 1
    assert Comparison.objects.get().is_owed
