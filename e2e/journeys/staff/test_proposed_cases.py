"""Staff have cases proposed from the demo's knowledge, change one, and add it."""

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import admin as admin

pytestmark = pytest.mark.browser


def test_a_proposed_case_is_changed_and_added_and_the_others_are_not(admin, demo_site):
    page = admin.page
    agent = demo_site.shell("from agents.models import Agent\nprint(Agent.objects.get(slug='demo').pk)").strip()
    page.goto(f"{demo_site.url}/admin/evaluation/case/?agent__id__exact={agent}")
    page.get_by_role("link", name="Propose cases from knowledge").click()
    page.get_by_role("button", name="Propose cases").click()

    expect(page.locator(".proposal")).to_have_count(6)
    expect(page.get_by_role("status")).to_have_text("6 proposals.")
    expect(page.locator("#content")).to_contain_text("the questions are made by rules")
    expected = page.locator(".proposal textarea").nth(1).input_value()
    page.locator(".proposal summary").nth(1).click()
    expect(page.locator(".proposal").nth(1).locator("details")).to_contain_text(expected)
    assert admin.axe_light_and_dark() == []
    page.locator(".proposal input[type=text]").nth(1).fill("how long till my code is no good??")
    page.locator(".proposal").nth(1).get_by_label("Add this case").check()
    page.get_by_role("button", name="Add the chosen cases").click()

    expect(page.locator(".messagelist")).to_contain_text("1 case is added.")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text("how long till my code is no good??")
    demo_site.shell("from evaluation.models import Case\nCase.objects.all().delete()")  # others publish its prompt


# Firefox remembers over a reload which buttons a script had switched off. Here it is done before scripts of ours run.
SWITCHED_OFF = """document.addEventListener('readystatechange', () => {
  for (const button of document.querySelectorAll('[data-ask], #files-form [type=submit]')) button.disabled = true
}, { once: true })"""


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/admin/evaluation/case/of/{agent}/propose/", "[data-ask]"),
        ("/admin/knowledge/document/files/", "#files-form [type=submit]"),
    ],
)
def test_a_page_that_was_loaded_anew_while_it_was_busy_can_be_used(admin, demo_site, path, button):
    agent = demo_site.shell("from agents.models import Agent\nprint(Agent.objects.get(slug='demo').pk)").strip()
    admin.page.add_init_script(SWITCHED_OFF)
    admin.page.goto(demo_site.url + path.format(agent=agent))

    expect(admin.page.locator(button)).to_be_enabled()
