"""A model that thinks before its answer, and in the middle of it, behind the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

THOUGHT = tuple(f"SECRET{number} " for number in range(10))


@pytest.fixture
def chat(visit, scripted_site):
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    return visit


def test_the_page_says_that_the_agent_thinks_until_it_speaks(chat, upstream):
    tokens = ("<think>", *THOUGHT, "</think>", "A lamp ", "costs ", "40 dollars.")
    upstream.then(Script(tokens=tokens, hold_after_tokens=(len(THOUGHT), len(tokens) - 1)))
    chat.ask("How much?")
    page = chat.page

    expect(page.get_by_text("Ada is thinking…")).to_be_visible()
    upstream.go_on_once()
    expect(page.locator(".message--assistant .prose")).to_contain_text("A lamp")
    expect(page.get_by_text("Ada is thinking…")).to_have_count(0)
    upstream.go_on()
    answer = chat.finished()

    assert "A lamp costs 40 dollars." in answer
    assert "SECRET" not in page.content()
    assert not chat.complaints


def test_a_pause_to_think_in_the_middle_of_an_answer_is_said_too(chat, upstream):
    tokens = ("A lamp ", "costs ", "<think>", *THOUGHT, "</think>", "40 ", "dollars.")
    upstream.then(Script(tokens=tokens, hold_after_tokens=(2 + len(THOUGHT), len(tokens) - 1)))
    chat.ask("How much?")
    page = chat.page

    expect(page.locator(".message--assistant .prose")).to_contain_text("costs")
    expect(page.get_by_text("Ada is thinking…")).to_be_visible()
    upstream.go_on_once()
    expect(page.get_by_text("Ada is thinking…")).to_have_count(0)
    upstream.go_on()

    assert "A lamp costs 40 dollars." in chat.finished()
