"""A model that thinks before its answer, and in the middle of it, behind the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fakes.openai import Script

pytestmark = pytest.mark.browser

THOUGHT = tuple(f"SECRET{number} " for number in range(60))  # 10 s: a busy machine takes its time to show it


@pytest.fixture
def chat(visit, scripted_site):
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    return visit


def test_the_page_says_that_the_agent_thinks_until_it_speaks(chat, upstream):
    upstream.then(Script(tokens=("<think>", *THOUGHT, "</think>", "A lamp ", "costs ", "40 dollars."), rate_per_s=6))
    chat.ask("How much?")
    page = chat.page

    expect(page.get_by_text("Ada is thinking…")).to_be_visible()
    expect(page.locator(".message--assistant .prose")).to_contain_text("A lamp")
    expect(page.get_by_text("Ada is thinking…")).to_have_count(0)
    answer = chat.finished()

    assert "A lamp costs 40 dollars." in answer
    assert "SECRET" not in page.content()
    assert not chat.complaints


def test_a_pause_to_think_in_the_middle_of_an_answer_is_said_too(chat, upstream):
    upstream.then(Script(tokens=("A lamp ", "costs ", "<think>", *THOUGHT, "</think>", "40 dollars."), rate_per_s=6))
    chat.ask("How much?")
    page = chat.page

    expect(page.locator(".message--assistant .prose")).to_contain_text("costs")
    expect(page.get_by_text("Ada is thinking…")).to_be_visible()
    expect(page.get_by_text("Ada is thinking…")).to_have_count(0)

    assert "A lamp costs 40 dollars." in chat.finished()
