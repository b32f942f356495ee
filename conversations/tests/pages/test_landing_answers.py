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


def test_a_passage_that_is_named_as_its_document_is_named_once(client):
    agent = AgentFactory(is_default=True)
    document = DocumentFactory(agent=agent, name="Returns", status=Document.Status.READY)
    ChunkFactory(document=document, heading="Returns", text="You may return a machine within 30 days of delivery.")
    LandingPageFactory(agent=agent, how_question="Can I return a machine within 30 days?")

    found = client.get("/").content.decode().partition('<figure class="how__passage">')[2].partition("</figure>")[0]

    assert found.count("Returns") == 1


def test_what_was_left_out_of_the_words_has_plain_ones(client):
    agent = AgentFactory(is_default=True)
    document = DocumentFactory(agent=agent, status=Document.Status.READY)
    ChunkFactory(document=document, text="You may return a machine within 30 days of delivery for any reason.")
    empty = dict.fromkeys(("subline", "primary_action", "secondary_action", "how_title"), "")
    words = LandingPageFactory(agent=agent, how_question="Can I return a machine within 30 days?", **empty)

    shown = client.get("/").content.decode()
    words.how_question = ""
    words.save()

    assert [text in shown for text in ("Ask a question", "See how it answers", "How it answers")] == [True] * 3
    assert "How it answers" not in client.get("/").content.decode()
