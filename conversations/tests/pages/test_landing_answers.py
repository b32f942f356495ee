"""The landing page's answers: each once, none without knowledge, and staff know which."""

import pytest
from django.urls import reverse

from agents.tests.factories import AgentFactory, LandingPageFactory, SuperuserFactory
from knowledge.models import Document
from knowledge.tests.factories import ChunkFactory, DocumentFactory

pytestmark = pytest.mark.django_db


def test_staff_are_told_which_questions_have_no_answer_and_are_not_on_the_page(client):
    client.force_login(SuperuserFactory())
    agent = AgentFactory(is_default=True)
    document = DocumentFactory(agent=agent, status=Document.Status.READY)
    ChunkFactory(document=document, text="You may return a machine within 30 days of delivery for any reason.")
    page = LandingPageFactory(
        agent=agent,
        how_question="Can I return a machine within 30 days?",
        questions="Who won the football world cup in 1998?",
    )

    form = client.get(reverse("admin:agents_landingpage_change", args=[page.pk])).content.decode()

    warning = form[form.index("Not on the page") :].partition("<")[0]
    assert "football world cup" in warning
    assert "return a machine" not in warning
    assert "football world cup" not in client.get("/").content.decode()


def test_the_landing_page_shows_the_answer_once_with_where_it_stands(client):
    agent = AgentFactory(is_default=True)
    document = DocumentFactory(agent=agent, name="Returns", status=Document.Status.READY)
    ChunkFactory(document=document, text="You may return a machine within 30 days of delivery for any reason.")
    LandingPageFactory(agent=agent, how_question="Can I return a machine within 30 days?", questions="")

    html = client.get("/").content.decode()

    assert html.count("within 30 days of delivery") == 1
    assert "Returns" in html
    assert 'class="picture__svg"' in html
