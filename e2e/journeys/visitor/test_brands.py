"""Two companies on one installation: a visitor of both sees each by itself, until staff offer them together."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser
MAKE = """
from agents.models import Agent, Brand
for name, colour in (("Acme", "#aa1100"), ("Borg", "#0011aa")):
    agent, made = Agent.objects.update_or_create(
        slug=name.lower(), defaults={"name": f"{name}bot", "accent": colour, "greeting": f"Welcome to {name}."})
    agent.publish("You sell lamps.")
    Brand.objects.filter(agent=agent).update(
        company=f"{name} Ltd", family="", legal_url=f"https://{name.lower()}.example/imprint",
        shows_powered_by=name == "Acme", custom_css=".greeting { text-transform: uppercase } body { color: red }")
"""
TOGETHER = (
    "from agents.models import Brand; Brand.objects.filter(company__in=['Acme Ltd', 'Borg Ltd']).update(family='One')"
)
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}


@pytest.mark.parametrize("visit", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_a_visitor_of_both_sees_each_by_itself(visit, scripted_site, upstream):
    scripted_site.shell(MAKE)
    upstream.then(Script(text="Forty dollars."), Script(text="Fifty dollars."))
    page = visit.page
    for slug in ("acme", "borg"):
        page.goto(f"{scripted_site.url}/chat/{slug}/")
        visit.ask(f"What does {slug} sell?")
        visit.finished()

    expect(page.get_by_role("heading", name="Borgbot")).to_be_visible()
    expect(page.locator(".session__title")).to_have_text(["What does borg sell?"])
    expect(page.locator(".menu--picker")).to_have_count(0)
    expect(page.locator(".brand__mark")).to_have_css("background-color", "rgb(0, 17, 170)")
    expect(page.locator(".greeting")).to_have_css("text-transform", "uppercase")
    expect(page.locator("body")).not_to_have_css("color", "rgb(255, 0, 0)")
    expect(page.get_by_role("link", name="Imprint")).to_have_attribute("href", "https://borg.example/imprint")
    expect(page.locator(".panel__powered")).to_have_count(0)
    assert "acme" not in page.content().lower()
    assert visit.axe_light_and_dark() == []
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Privacy").click()
    expect(opened.value.locator(".site-header")).to_contain_text("Borg Ltd")
    assert "acme" not in opened.value.content().lower()

    page.goto(f"{scripted_site.url}/chat/acme/")
    expect(page.locator(".panel__powered")).to_have_text("Powered by Salesagent")
    expect(page.locator(".session__title")).to_have_text(["What does acme sell?"])
    assert "borg" not in page.content().lower()

    scripted_site.shell(TOGETHER)
    page.reload()
    expect(page.locator(".session__title")).to_have_text(["What does borg sell?", "What does acme sell?"])
    page.locator(".menu--picker summary").click()
    page.get_by_role("link", name="Borgbot").click()
    expect(page).to_have_title("Borgbot · Borg Ltd")


def test_a_change_of_the_look_is_seen_with_the_next_page(visit, scripted_site):
    scripted_site.shell(MAKE)
    visit.page.goto(f"{scripted_site.url}/chat/acme/")
    expect(visit.page.locator(".brand__mark")).to_have_css("background-color", "rgb(170, 17, 0)")

    scripted_site.shell("from agents.models import Agent; Agent.objects.filter(slug='acme').update(accent='#006633')")
    visit.page.reload()

    expect(visit.page.locator(".brand__mark")).to_have_css("background-color", "rgb(0, 102, 51)")


# The colours of a button at rest and under the pointer, as they are drawn.
DRAWN = """accent => {
  const root = document.documentElement;
  root.style.setProperty("--accent", accent);
  const box = root.appendChild(document.createElement("div"));
  const context = document.createElement("canvas").getContext("2d");
  const drawn = ["--accent", "--accent-hover"].map((name) => {
    box.style.background = `var(${name})`;
    context.fillStyle = getComputedStyle(box).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  });
  box.remove();
  return drawn;
}"""


@pytest.mark.parametrize("visit", [DESKTOP, PHONE], indirect=True, ids=["light", "dark"])
def test_a_button_under_the_pointer_keeps_the_hue_of_its_colour(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/chat/")

    for accent in ("#aa1100", "#0011aa", "#0b6e4f", "#c2410c", "#0e7490", "#ffd400", "#333333"):
        (plain, pointed) = page.evaluate(DRAWN, accent)

        assert plain != pointed, accent
        assert not set(_order(pointed)) - set(_order(plain)), (accent, plain, pointed)


def _order(colour: list[int]) -> set[tuple[int, int]]:
    """Which channel is clearly stronger than which: what makes a blue blue, and none of them for a grey."""
    return {(a, b) for a in range(3) for b in range(3) if colour[a] > colour[b] + 12}
