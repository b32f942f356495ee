"""An agent has a brand from the first moment; a copy has the same look, and is offered to nobody."""

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError

from agents.brand.sheets import Look, theme
from agents.models import Agent, Brand
from agents.tests.factories import AgentFactory

pytestmark = pytest.mark.django_db


def test_it_is_made_with_the_agent():
    agent = Agent.objects.create(name="Ada", slug="ada")

    assert Brand.objects.get().agent == agent
    assert str(agent.brand) == "Ada"
    agent.save()
    assert Brand.objects.count() == 1


def test_without_the_agent_there_is_none():
    AgentFactory(slug="ada")

    with pytest.raises(IntegrityError):
        AgentFactory(slug="ada")


def test_a_copy_has_the_look_with_a_logo_of_its_own_and_no_family():
    agent = AgentFactory()
    brand = agent.brand
    brand.company, brand.radius, brand.family, brand.custom_css = "Tarnfield", "large", "One", ".log { color: red }"
    brand.logo.save("logo.png", ContentFile(b"a picture"))

    copy = Brand.objects.get(agent=agent.duplicate())

    assert (copy.company, copy.radius, copy.custom_css) == ("Tarnfield", "large", ".log { color: red }")
    assert copy.family == ""
    assert copy.logo.name != brand.logo.name
    assert copy.logo.read() == b"a picture"


def test_agents_with_the_same_word_are_offered_together_and_without_one_alone():
    ada, bob, eve, jo = (AgentFactory(name=name) for name in ("Ada", "Bob", "Eve", "Jo"))
    Brand.objects.filter(agent__in=[ada, bob]).update(family="One")
    Brand.objects.filter(agent=eve).update(family="Two")

    def offered(agent):
        return set(Agent.objects.offered_by(Brand.objects.get(agent=agent)))

    assert offered(ada) == offered(bob) == {ada, bob}
    assert offered(eve) == {eve}
    assert offered(jo) == {jo}


def test_an_agent_is_on_the_landing_page_only_when_it_was_put_there():
    agent = AgentFactory()
    assert Agent.objects.default() is None

    Agent.objects.filter(pk=agent.pk).update(is_default=True)
    assert Agent.objects.default() == agent


def test_the_theme_says_light_and_dark_apart_only_where_they_differ():
    assert "--accent:#3355cc;" in theme(Look("#3355cc"))
    assert "--accent:light-dark(#3355cc,#ffcc00)" in theme(Look("#3355cc", "#ffcc00"))
    assert "--on-accent:light-dark(#ffffff,#111111)" in theme(Look("#3355cc", "#ffcc00"))


@pytest.mark.parametrize(("radius", "panel"), [("none", "0px"), ("small", "10px"), ("large", "28px")])
def test_the_theme_sets_the_corners_that_are_not_the_usual_ones(radius, panel):
    assert f"--radius-panel:{panel}" in theme(Look("#3355cc", radius=radius))
    assert "--radius" not in theme(Look("#3355cc"))


def test_the_address_of_a_sheet_changes_with_what_it_says():
    brand = AgentFactory(slug="ada").brand
    before = brand.theme_url
    assert brand.custom_css_url == ""

    brand.radius, brand.custom_css = "none", ".log { color: red }"

    assert before.startswith("/chat/ada/theme.css?v=")
    assert brand.theme_url != before
    assert brand.custom_css_url.startswith("/chat/ada/own.css?v=")
