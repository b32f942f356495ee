"""`manage.py evaluate`: what it prints, and how it ends."""

from io import StringIO
from xml.etree import ElementTree as Tree

import pytest
from django.core.management import CommandError, call_command

from evaluation.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tested(seller):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])
    CaseFactory(agent=seller, question="How much is the floor lamp? \x0c", must=["100 euros"])
    return seller


def evaluate(*args):
    out = StringIO()
    call_command("evaluate", *args, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_ends_with_one_when_too_few_pass_and_says_what_failed(tested):
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("evaluate", "ada", stdout=out, stderr=StringIO())

    assert ended.value.code == 1
    assert "FAILED  How much is the floor lamp?" in out.getvalue()
    assert "run 1: Does not say “100 euros”." in out.getvalue()
    assert "1 of 2 cases passed" in out.getvalue()


def test_it_says_how_many_answers_of_a_case_passed(tested):
    assert "(0 of 2 answers passed)" in evaluate("ada", "--repeat", "2", "--fail-under", "0")


def test_it_ends_well_when_enough_pass(tested):
    assert "1 of 2 cases passed" in evaluate("ada", "--fail-under", "0.5")


def test_one_case_is_not_several(seller):
    CaseFactory(agent=seller, question="How much is the desk lamp?", must=["40 euros"])

    assert "1 of 1 case passed" in evaluate("ada")


def test_the_results_are_a_junit_file(tested, tmp_path):
    file = tmp_path / "results.xml"

    evaluate(str(tested.pk), "--fail-under", "0", "--junit", str(file), "--repeat", "2")

    suite = Tree.parse(file).getroot()  # noqa: S314 a file of ours
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failed = suite.findall("testcase")[1]
    assert failed.get("name").startswith("How much is the floor lamp?")
    assert [each.get("message") for each in failed.findall("failure")] == [
        "Answer 1 of 2: Does not say “100 euros”.",
        "Answer 2 of 2: Does not say “100 euros”.",
    ]
    assert [test.findtext("system-out") for test in suite.findall("testcase")] == [
        "2 of 2 answers passed.",
        "0 of 2 answers passed.",
    ]


def test_it_says_what_no_case_touches(tested):
    tested.documents.create(name="Delivery", text="x", is_owed=False, status="ready")
    tested.questions.create(key="people", label="People", ask="How many?", kind="number", position=0)
    tested.questions.create(key="day", label="Day", ask="Which day?", kind="date", position=1)

    told = evaluate("ada", "--fail-under", "0", "--coverage")

    assert "No case touches 1 of 2 documents.\n        Delivery" in told
    assert "No case touches 1 of 2 questions.\n        Day" in told


def test_another_version_is_tried_by_its_number(tested):
    tested.publish("You sell lamps, kindly.")

    assert "version 1)." in evaluate("ada", "--version", "1", "--fail-under", "0")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["nobody"], "no agent"),
        (["ada", "--version", "7"], "no such prompt version"),
        (["ada", "--repeat", "0"], "1 to 10"),
        (["ada", "--fail-under", "90"], "0 to 1"),
    ],
    ids=["agent", "version", "repeat", "share"],
)
def test_what_cannot_be_asked_is_said(tested, args, told):
    with pytest.raises(CommandError, match=told):
        evaluate(*args)
