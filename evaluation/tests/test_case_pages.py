"""What staff do with cases in the admin."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from conversations.tests.factories import MessageFactory, SessionFactory
from evaluation.models import Case
from evaluation.tests.factories import CaseFactory
from knowledge.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/evaluation/case/"


@pytest.fixture
def agent():
    return AgentFactory()


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())
    return client


def filled(agent, **fields):
    return {"agent": agent.pk, "question": "How much?", "history": "", "must": "$2,400", "must_not": ""} | fields


def test_a_case_is_added_with_phrases_and_turns_a_line_each(staff, agent):
    history = "Visitor: Hello\r\nAgent: Hi!\r\nHow can I help?"

    response = staff.post(f"{LIST}add/", filled(agent, must="$2,400\r\n\r\n$2,400\r\n30 days", history=history))

    case = Case.objects.get()
    assert response.status_code == 302
    assert case.must == ["$2,400", "30 days"]
    assert case.history == [{"role": "user", "text": "Hello"}, {"role": "assistant", "text": "Hi!\nHow can I help?"}]
    assert "Agent: Hi!\nHow can I help?" in staff.get(f"{LIST}{case.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"must": ""}, "at least one thing"),
        ({"must": "/(/"}, "no pattern"),
        ({"history": "Hello"}, "Begin each turn"),
        ({"question": " "}, "This field is required"),
    ],
    ids=["nothing expected", "broken pattern", "turn of nobody", "no question"],
)
def test_a_case_that_says_nothing_is_refused_in_words(staff, agent, fields, told):
    response = staff.post(f"{LIST}add/", filled(agent, **fields))

    assert told in response.content.decode()
    assert not Case.objects.exists()


def test_a_document_of_another_agent_is_refused(staff, agent):
    other = DocumentFactory(name="Theirs")

    response = staff.post(f"{LIST}add/", filled(agent, cites=[other.pk]))

    assert "is no document of" in response.content.decode()


def test_the_order_is_changed_in_the_list(staff, agent):
    first, second = CaseFactory(agent=agent), CaseFactory(agent=agent)

    rows = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    rows |= {"form-0-id": first.pk, "form-0-position": 2, "form-1-id": second.pk, "form-1-position": 1}
    staff.post(f"{LIST}?agent__id__exact={agent.pk}", rows)

    assert list(agent.cases.all()) == [second, first]


@pytest.mark.parametrize("written", ["nonsense", "z" * 32, "z" * 36, "00000000-0000-0000-0000-000000000000"])
def test_an_address_with_an_agent_that_is_not_there_lists_no_agents_cases(staff, agent, written):
    page = staff.get(LIST, {"agent__id__exact": written}, follow=True)

    assert page.status_code == 200
    assert page.context["agent"] is None


def test_cases_go_out_as_a_file_and_come_in_again(staff, agent):
    CaseFactory(agent=agent, question="How much?")
    other = AgentFactory()

    file = staff.get(f"{LIST}of/{agent.pk}/export/")
    upload = SimpleUploadedFile("cases.yaml", file.content)
    response = staff.post(f"{LIST}of/{other.pk}/import/", {"file": upload}, follow=True)

    assert file.headers["Content-Type"].startswith("application/yaml")
    assert [case.question for case in other.cases.all()] == ["How much?"]
    assert "1 case is taken in." in response.content.decode()


def test_a_bad_file_is_refused_on_its_page(staff, agent):
    upload = SimpleUploadedFile("cases.yaml", b"- must: [x]")

    page = staff.post(f"{LIST}of/{agent.pk}/import/", {"file": upload}).content.decode()

    assert "Case 1: has no question." in page


def test_who_may_not_read_conversations_makes_no_case_of_one(client):
    said = MessageFactory(session=SessionFactory(), content="secret words")
    client.force_login(StaffFactory(may=["evaluation.add_case", "evaluation.view_case"]))

    response = client.get(f"{LIST}add/?message={said.pk}")

    assert response.status_code == 403
    assert "secret words" not in response.content.decode()


def test_who_may_add_no_case_is_not_led_to_it(client):
    said = MessageFactory(session=SessionFactory())
    client.force_login(StaffFactory(may=["conversations.view_session"]))

    page = client.get(f"/admin/conversations/session/{said.session_id}/change/").content.decode()

    assert "Make this a case" not in page


def test_who_may_only_look_takes_no_file_in(client, agent):
    client.force_login(StaffFactory(may=["evaluation.view_case"]))

    assert client.get(f"{LIST}of/{agent.pk}/export/").status_code == 200
    assert client.get(f"{LIST}of/{agent.pk}/import/").status_code == 403
