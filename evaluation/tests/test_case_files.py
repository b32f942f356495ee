"""Cases as YAML: what is written can be read, and a bad file says where it is bad."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tests.factories import AgentFactory
from evaluation.case_files import CaseFileInvalid, _rows, read, write
from evaluation.models import Case
from evaluation.tests.factories import CaseFactory
from knowledge.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return AgentFactory()


def test_what_is_written_for_one_agent_can_be_read_for_another(agent):
    case = CaseFactory(
        agent=agent, must=["$2,400", "/30.days/"], must_not=["discount: yes"], history=[{"role": "user", "text": "Hi"}]
    )
    case.cites.add(DocumentFactory(agent=agent, name="Prices"))
    CaseFactory(agent=agent, question="Who won in 1998?", must=[], refuses=True)
    other = AgentFactory()
    DocumentFactory(agent=other, name="Prices")

    count = read(other, write(agent).encode())

    first, second = other.cases.all()
    assert count == 2
    assert (first.question, first.must, first.must_not) == (case.question, case.must, case.must_not)
    assert first.history == case.history
    assert [document.name for document in first.cites.all()] == ["Prices"]
    assert second.refuses
    assert write(other) == write(agent)


def test_a_question_that_is_there_is_replaced(agent):
    CaseFactory(agent=agent, question="How much?", must=["$1"])

    read(agent, b"cases:\n- question: How much?\n  must: [$2]\n")

    assert [case.must for case in agent.cases.all()] == [["$2"]]


def test_a_number_is_a_phrase_too(agent):
    read(agent, b"- question: How many?\n  must: 40\n")

    assert agent.cases.get().must == ["40"]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"cases: [", "line"),
        (b"\xff\xfe\x00", "not YAML"),
        (b"cases: {}", "no list"),
        (b"- must: [x]", "Case 1: has no question"),
        (b"- question: A?\n  must: [x]\n- question: B?\n", "Case 2: Say at least one"),
        (b"- question: A?\n  must: [/(/]", "no pattern"),
        (b"- question: A?\n  musst: [x]", "musst"),
        (b"- question: A?\n  must: [x]\n  cites: [Nowhere]", "Nowhere"),
        (b"- question: A?\n  must: [x]\n  history: [{boss: Hi}]", "visitor"),
        (b"- question: A?\n  must: [x]\n  refuses: 7", "true or false"),
        (b"a: &a [x, x]\nb: [*a, *a]\n", "alias"),
        (b"- !!python/object:os.system {}\n", "not YAML"),
    ],
    ids=lambda value: value[:20].decode(errors="replace") if isinstance(value, bytes) else "",
)
def test_a_bad_file_says_where_it_is_bad_and_nothing_is_stored(agent, file, told):
    with pytest.raises(CaseFileInvalid, match=told):
        read(agent, file)

    assert not Case.objects.exists()


@given(st.binary(max_size=200))
def test_any_file_is_taken_or_refused_in_words(file):
    with contextlib.suppress(CaseFileInvalid):
        assert _rows(file)
