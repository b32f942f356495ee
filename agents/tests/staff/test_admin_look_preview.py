"""The preview beside the form: what it is given of a look that is not saved, and who may ask."""

import pytest
from django.urls import reverse

from agents.brand.sheets import Look, corrections
from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from agents.tests.staff.test_admin_agents import LIST, change_url

pytestmark = pytest.mark.django_db
LOOK = reverse("admin:agents_agent_look")
ASKED = {"accent": "#ffe100", "accent_dark": "", "radius": "none", "custom_css": ".log { color: red }"}


@pytest.fixture
def agent(client):
    client.force_login(SuperuserFactory())
    return AgentFactory(slug="ada", is_active=False)


def test_the_sheets_of_a_look_are_made_without_saving_it(client, agent):
    shown = client.post(LOOK, ASKED).json()

    assert "--accent:#ffe100" in shown["theme"]
    assert "--radius-panel:0px" in shown["theme"]
    assert shown["own"].startswith("@scope (#panel)")
    assert "text in the light #857500" in shown["told"]
    agent.refresh_from_db()
    assert agent.accent == "#3355cc"


def test_what_is_wrong_is_left_out_and_a_wrong_sheet_is_named(client, agent):
    shown = client.post(LOOK, {"accent": "red", "custom_css": "@import '/x.css';"}).json()

    assert set(shown) == {"refused"}
    assert "cannot be used here" in shown["refused"]


def test_others_may_not_ask(client):
    AgentFactory(slug="ada")
    page = reverse("chat_preview", args=["ada"])
    assert client.post(LOOK, ASKED).status_code == 302
    assert client.get(page).status_code == 404

    client.force_login(StaffFactory(may=["conversations.view_session"]))

    assert client.post(LOOK, ASKED).status_code == 403
    assert client.get(page).status_code == 404
    assert client.get(LOOK).status_code == 405


def test_the_form_says_how_its_colour_is_corrected_and_may_show_our_pages_in_a_frame(client, agent):
    page = client.get(change_url(agent))

    assert corrections(Look("#3355cc")) in page.content.decode()
    assert f'data-frame-url="{reverse("chat_preview", args=["ada"])}"' in page.content.decode()
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-src" not in client.get(f"{LIST}add/").headers["Content-Security-Policy"]


def test_the_preview_is_the_chat_without_scripts_also_of_an_agent_that_is_off(client, agent):
    html = client.get(reverse("chat_preview", args=["ada"])).content.decode()

    assert 'id="panel"' in html
    assert "AI assistant" in html
    assert "<script" not in html
    agent.refresh_from_db()
    assert not agent.is_active


@pytest.mark.parametrize(
    ("look", "told"),
    [
        (Look("#777777"), "Corrected so that text can be read: areas in the light #727272"),
        (Look("#3355cc", "#ffcc00"), "Shown as it is"),
    ],
)
def test_corrections_name_the_tones_that_are_shown_instead(look, told):
    assert corrections(look).startswith(told)
