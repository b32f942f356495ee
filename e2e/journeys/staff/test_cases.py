"""Staff make a case of what a visitor asked, and a prompt that fails it is not published unless they say why."""

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import admin as admin

pytestmark = pytest.mark.browser


def test_a_question_of_a_transcript_becomes_a_case(admin, demo_site):
    page = admin.page
    page.goto(f"{demo_site.url}/chat/demo/")
    admin.ask("I am at jo@acme.example: how much is a case of that?")
    admin.finished()

    page.goto(f"{demo_site.url}/admin/conversations/session/?q=jo@acme.example")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Make this a case").click()
    expect(page.locator("#id_question")).to_have_value("I am at [e-mail address]: how much is a case of that?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errorlist").first).to_contain_text("at least one thing")
    page.fill("#id_must", "a case")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#result_list")).to_contain_text("[e-mail address]")
    demo_site.shell("from evaluation.models import Case\nCase.objects.all().delete()")  # others publish its prompt


def test_a_prompt_that_fails_a_case_is_held_and_published_with_a_reason(admin, demo_site):
    demo_site.shell(
        "from agents.models import Agent\n"
        "a = Agent.objects.create(slug='gated', name='Gated')\n"
        "a.publish('Be short.')\n"
        "a.cases.create(question='Who won the cup?', must=['Brazil'])"
    )
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.get_by_role("link", name="Gated", exact=True).click()
    page.fill("#id_system_prompt", "Be short and kind.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Version 2 is not published yet")
    page.get_by_role("link", name="See how far it is").click()

    expect(page.locator("#content")).to_contain_text("Version 2 is not published.")
    expect(page.locator("#content")).to_contain_text("Does not say “Brazil”.")
    page.get_by_text("Publish all the same").click()
    page.get_by_label("Why?").fill("The case is about football.")
    page.get_by_role("button", name="Publish although cases failed").click()
    expect(page.locator(".messagelist")).to_contain_text("Version 2 of the prompt is published.")
    page.get_by_role("link", name="version 2").click()

    expect(page.locator("#content")).to_contain_text("boss although cases failed: The case is about football.")


def test_an_evaluation_is_followed_to_its_end_past_a_case_that_failed(admin, demo_site):
    """A failed case stands open; that nobody opened it, the page has to know, or it would stay as it was then."""
    pk = demo_site.shell(
        "from agents.models import Agent\nfrom evaluation.models import CaseRun, EvaluatedCase, Evaluation\n"
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        "a = Agent.objects.create(slug='followed', name='Followed')\nv = a.publish('Be short.')\n"
        "e = Evaluation.objects.create(agent=a, version=v, total=2, status='running',"
        " lease_until=timezone.now() + timedelta(hours=1))\n"  # no worker takes it
        "one, two = [EvaluatedCase.objects.create(evaluation=e, position=n, question=q)"
        " for n, q in ((1, 'Who won the cup?'), (2, 'What is a lamp?'))]\n"
        "CaseRun.objects.create(case=one, number=1, answer='I do not know.', faults=['Does not say “Brazil”.'])\n"
        "print(e.pk)"
    )
    page = admin.page
    page.goto(f"{demo_site.url}/admin/evaluation/evaluation/{pk}/change/")
    expect(page.locator(".case-result details[open]")).to_have_count(1)

    demo_site.shell(
        "from evaluation.models import CaseRun, Evaluation\n"
        f"e = Evaluation.objects.get(pk='{pk}')\n"
        "CaseRun.objects.create(case=e.cases.get(position=2), number=1, answer='A lamp gives light.')\n"
        "e.status, e.passed, e.failed = 'failed', 1, 1\ne.save()"
    )

    expect(page.locator("dl.facts--summary")).to_contain_text("1 of 2")


def test_a_gap_is_answered_and_the_agent_answers_from_that(admin, demo_site):
    page = admin.page
    page.goto(f"{demo_site.url}/chat/demo/")
    admin.ask("Do you repair typewriters from Olympia?")
    admin.finished()

    # The worker gathers it within a second or two; the same again does no harm.
    demo_site.shell(
        "from agents.models import Agent\nfrom evaluation.gaps import gather\ngather(Agent.objects.get(slug='demo').pk)"
    )
    page.goto(f"{demo_site.url}/admin/evaluation/gap/?q=typewriters")
    expect(page.locator("#result_list")).to_contain_text("typewriters")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_label("Answer this").fill("Yes, we repair typewriters from Olympia for $80.")
    page.get_by_role("button", name="Add to the knowledge").click()
    expect(page.locator(".messagelist")).to_contain_text("is in the knowledge now")

    page.goto(f"{demo_site.url}/chat/demo/")
    admin.ask("Do you repair typewriters from Olympia?")

    assert "$80" in admin.finished()
