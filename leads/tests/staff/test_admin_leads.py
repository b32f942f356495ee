"""The staff pages of leads: whom to call first, the proof beside the facts, and what is forgotten."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from agents.tests.staff.test_admin_agents import change_url, form_of
from conversations.models import Session
from conversations.tests.factories import MessageFactory
from leads.models import Lead, LeadSettings, Question
from leads.staff.proof import highlighted
from leads.staff.unseen import unseen
from leads.tests.factories import FactFactory, LeadFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/leads/lead/"


def page(lead):
    return f"{LIST}{lead.pk}/change/"


def test_the_list_says_whom_to_call_first(admin_client):
    agent = LeadFactory(name="Seen").agent
    Lead.objects.update(seen_at="2026-01-01T00:00Z", score=90)
    LeadFactory(session__agent=agent, name="Cold", score=10)
    LeadFactory(session__agent=agent, name="Hot", score=80, email="hot@x.example")

    text = admin_client.get(LIST).content.decode()

    assert text.index("Hot") < text.index("Cold") < text.index("Seen")
    assert "mailto:hot@x.example" in text


def test_a_lead_shows_each_facts_words_where_they_were_said(admin_client):
    lead = LeadFactory()
    message = MessageFactory(session=lead.session, content="we <b> are 40, with a budget of 5k")
    FactFactory(lead=lead, message=message, words="40", start=message.content.index("40"))
    gone = FactFactory(lead=lead, key="budget", label="Budget", kind="money", value="5000", message=message, words="5k",
                       start=message.content.index("5k"), is_current=False)  # fmt: skip

    text = admin_client.get(page(lead)).content.decode()

    assert ">40</mark>" in text
    assert "we &lt;b&gt; are" in text
    assert f'id="fact-{gone.pk}"' in text
    lead.refresh_from_db()
    assert lead.seen_at is not None


def test_what_a_person_of_the_team_said_has_their_name_and_not_the_agents(admin_client):
    lead = LeadFactory()
    MessageFactory(session=lead.session, content="Do you rent?")
    MessageFactory(session=lead.session, role="assistant", content="I do not know.")
    MessageFactory(session=lead.session, role="staff", author="Mara", content="Yes, we *do*.")

    text = " ".join(admin_client.get(page(lead)).content.decode().split())

    said = [text.index(f"<strong>{who}</strong>") for who in ("Visitor", str(lead.agent), "Mara")]
    assert said == sorted(said)
    assert text.count(f"<strong>{lead.agent}</strong>") == 1
    assert "we *do*" in text  # what a person types is no Markdown


def test_an_owner_is_only_chosen_there(admin_client):
    text = admin_client.get(page(LeadFactory())).content.decode()

    assert 'id="id_owner"' in text
    assert not any(f'id="{verb}_id_owner"' in text for verb in ("add", "change", "delete", "view"))


def test_a_score_says_which_fact_each_of_its_points_is_for(admin_client):
    lead = LeadFactory(reasons=[
        {"rule": "required", "label": "A required question is answered", "points": 5, "fact": "people"},
        {"rule": "messages", "label": "Four messages or more were written", "points": 10, "fact": ""},
    ])  # fmt: skip
    fact = FactFactory(lead=lead, key="people", label="Coffee drinkers")

    text = " ".join(admin_client.get(page(lead)).content.decode().split())

    assert f'A required question is answered: <a href="#fact-{fact.pk}">Coffee drinkers</a>' in text
    assert "Four messages or more were written</li>" in text


def test_words_that_overlap_are_marked_once():
    outer = FactFactory(words="40 people", start=0, value="40 people")
    inner = FactFactory(lead=outer.lead, key="x", words="40", start=0, value="40")

    html = highlighted("40 people here", [inner, outer])

    assert html.count("<mark") == 1
    assert ">40 people</mark> here" in html


def test_staff_change_status_and_notes_and_nothing_else(admin_client):
    lead = LeadFactory(name="Jo")

    admin_client.post(page(lead), {"status": "won", "notes": "good", "name": "Somebody else"})

    lead.refresh_from_db()
    assert (lead.status, lead.notes, lead.name) == ("won", "good", "Jo")


def test_without_the_permission_there_is_nothing_to_see(client, django_user_model):
    lead = LeadFactory(name="Jo")
    user = django_user_model.objects.create_user("ann", password="x", is_staff=True)
    client.force_login(user)

    assert client.get(LIST).status_code == 403
    assert client.get(page(lead)).status_code == 403
    assert client.get(f"{LIST}export.csv").status_code == 403

    user.user_permissions.add(Permission.objects.get(codename="view_lead"))
    client.force_login(django_user_model.objects.get(pk=user.pk))
    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}export.csv").status_code == 403  # a right of its own


def test_the_list_is_downloaded_as_it_is_filtered(admin_client):
    LeadFactory(name="Won", status="won")
    LeadFactory(name="Lost", status="lost")

    response = admin_client.get(f"{LIST}export.csv?status__exact=won")

    text = b"".join(response.streaming_content).decode()
    assert "Won" in text
    assert "Lost" not in text


def test_deleting_forgets_the_person_also_in_the_log(admin_client):
    lead = LeadFactory(name="Jo Smith")
    MessageFactory(session=lead.session, content="I am Jo Smith")
    admin_client.post(page(lead), {"status": "open", "notes": ""})

    asked = admin_client.get(f"{LIST}{lead.pk}/delete/").content.decode()
    admin_client.post(f"{LIST}{lead.pk}/delete/", {"post": "yes"})

    assert "Messages" in asked
    assert "Sessions" in asked
    assert not Session.objects.exists()
    assert not LogEntry.objects.filter(object_repr__contains="Jo").exists()


def test_a_person_of_two_sessions_is_one_and_can_be_taken_apart(admin_client):
    main = LeadFactory(name="Jo", email="jo@x.example")
    other = LeadFactory(session__agent=main.agent, name="Jo again", email="JO@x.example", merged_into=main)

    assert "Jo again" in admin_client.get(page(main)).content.decode()
    admin_client.post(f"{LIST}{other.pk}/apart/")

    other.refresh_from_db()
    assert (other.merged_into, other.is_apart) == (None, True)


QUESTION = {
    "questions-TOTAL_FORMS": 1,
    "questions-0-position": 1,
    "questions-0-label": "People",
    "questions-0-key": "people",
    "questions-0-kind": "number",
    "questions-0-ask": "How many?",
}
SETTINGS = {
    "lead_settings-TOTAL_FORMS": 1,
    "lead_settings-0-takes_contact": "on",
    "lead_settings-0-consent_text": "Yes",
}


class TestTheAgentsPage:
    def test_questions_and_alerts_are_set_there(self, admin_client, agent):
        rows = {
            "questions-0-kind": "choice",
            "questions-0-choices": "few\nmany\nfew",
            "lead_settings-0-alert_addresses": "a@x.example\nb@x.example",
        }

        response = admin_client.post(change_url(agent), form_of(agent, **QUESTION | SETTINGS | rows))

        assert response.status_code == 302
        assert Question.objects.get().choices == ["few", "many"]
        assert LeadSettings.objects.get().addresses == ["a@x.example", "b@x.example"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"lead_settings-0-alert_addresses": "nobody"}, "is not an e-mail address"),
            ({"questions-0-kind": "choice"}, "Name at least two choices"),
            ({"questions-0-when": "other"}, "no question has that key"),
        ],
    )
    def test_what_makes_no_sense_is_said(self, admin_client, agent, change, words):
        text = admin_client.post(change_url(agent), form_of(agent, **QUESTION | SETTINGS | change)).content.decode()

        assert words in text
        assert not Question.objects.exists()

    def test_it_says_what_is_promised_and_what_is_missing(self, admin_client, agent, settings):
        address = f"/admin/agents/agent/{agent.pk}/change/"
        assert "The team is told" in admin_client.get(address).content.decode()  # the admin may see leads

        LeadSettings.objects.create(agent=agent, alert_addresses="a@x.example")
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        assert "Set EMAIL_URL" in admin_client.get(address).content.decode()

    def test_a_copy_asks_the_same(self, admin_client, agent):
        LeadSettings.objects.create(agent=agent, answer_time="Soon.")
        agent.questions.create(key="people", label="People", ask="How many?", kind="number")

        copy = agent.duplicate()

        assert copy.questions.get().key == "people"
        assert copy.lead_settings.answer_time == "Soon."
        assert agent.questions.count() == 1


@pytest.mark.parametrize("path", ["/admin/", "/admin/agents/agent/"])
def test_the_navigation_counts_the_leads_that_nobody_has_seen(admin_client, path):
    LeadFactory.create_batch(2)
    LeadFactory(seen_at="2026-01-01T00:00Z")
    LeadFactory(merged_into=Lead.objects.first())

    text = admin_client.get(path).content.decode()
    Lead.objects.update(seen_at="2026-01-01T00:00Z")
    seen = admin_client.get(path).content.decode()

    assert "2 that nobody has seen" in text
    assert "nobody has seen" not in seen


def test_the_number_is_counted_once_a_page_and_not_for_who_may_not_see_leads(
    admin_client, client, django_user_model, django_assert_max_num_queries
):
    LeadFactory()
    clerk = django_user_model.objects.create_user("clerk", password="x", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_session", content_type__app_label="conversations"))
    client.force_login(clerk)

    with django_assert_max_num_queries(99) as may_see:
        admin_client.get("/admin/conversations/session/")
    with django_assert_max_num_queries(99) as may_not:
        text = client.get("/admin/conversations/session/").content.decode()

    assert sum("leads_lead" in query["sql"] for query in may_see) == 1
    assert not any("leads_lead" in query["sql"] for query in may_not)
    assert "nobody has seen" not in text
    assert unseen(clerk) == 0
    assert unseen(django_user_model.objects.get(username="admin")) == 1


class TestOnePerson:
    def test_leads_are_merged_on_the_page_and_taken_apart_there(self, admin_client, agent):
        main = LeadFactory(session__agent=agent, name="Jo")
        other = LeadFactory(session__agent=agent, name="Jo", email="jo@x.example")

        assert f'value="{other.pk}"' in admin_client.get(page(main)).content.decode()
        merged = admin_client.post(f"{LIST}{main.pk}/merge/", {"lead": str(other.pk)}, follow=True).content.decode()
        assert "1 lead is merged into this one" in merged
        assert f"{other.pk}/apart/" in merged
        assert "merged into another" in admin_client.get(page(other)).content.decode()

        admin_client.post(f"{LIST}{other.pk}/apart/")
        other.refresh_from_db()
        assert (other.merged_into, other.is_apart) == (None, False)

    def test_those_chosen_in_the_list_become_one_row(self, admin_client, agent):
        leads = [LeadFactory(session__agent=agent, name=name) for name in ("Jo", "Kim", "Lee")]
        leads[2].facts.set([FactFactory(lead=leads[2], label="Budget", value="90")])
        chosen = {"action": "merge_chosen", "_selected_action": [str(lead.pk) for lead in leads]}

        answer = admin_client.post(LIST, chosen)

        assert answer.url == page(leads[0])
        listed = admin_client.get(LIST)
        assert [lead.pk for lead in listed.context["cl"].result_list] == [leads[0].pk]
        assert "Budget: 90" in listed.content.decode()
        assert [lead.pk for lead in admin_client.get(LIST, {"q": "90"}).context["cl"].result_list] == [leads[0].pk]
        rows = json.loads(b"".join(admin_client.get(f"{LIST}export.json")))["leads"]
        assert [(row["name"], row["facts"]) for row in rows] == [("Jo", {"people": "90"})]

    def test_who_may_only_look_merges_nothing(self, client, agent, django_user_model):
        clerk = django_user_model.objects.create_user("clerk", is_staff=True)
        clerk.user_permissions.add(Permission.objects.get(codename="view_lead"))
        client.force_login(clerk)
        main, other = LeadFactory(session__agent=agent), LeadFactory(session__agent=agent)

        assert client.post(f"{LIST}{main.pk}/merge/", {"lead": str(other.pk)}).status_code == 403
        assert client.post(f"{LIST}{other.pk}/apart/").status_code == 403
        assert b"merge/" not in client.get(page(main)).content
