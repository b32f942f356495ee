"""The brand on its agent's page in the admin."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agents.models import Brand
from agents.tests.factories import AgentFactory, SuperuserFactory
from agents.tests.staff.test_admin_agents import LIST, change_url, form_of

pytestmark = pytest.mark.django_db
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@pytest.fixture
def agent(client):
    client.force_login(SuperuserFactory())
    return AgentFactory()


def branded(agent, **changes):
    fields = {"company": "Tarnfield", "radius": "large", "accent_dark": "", "custom_css": "", "family": ""} | changes
    forms = {"brand-TOTAL_FORMS": 1, "brand-INITIAL_FORMS": 1, "brand-0-agent": agent.pk}
    return form_of(agent, **forms, **{f"brand-0-{name}": value for name, value in fields.items()})


def logo(content=PIXEL):
    return SimpleUploadedFile("logo.png", content, "image/png")


def test_it_is_saved_with_the_agent(client, agent):
    client.post(change_url(agent), branded(agent, accent_dark="#ffcc00", family="  One \n two "))

    brand = Brand.objects.get(agent=agent)
    assert (brand.company, brand.radius, brand.accent_dark, brand.family) == (
        "Tarnfield",
        "large",
        "#ffcc00",
        "One two",
    )
    assert not brand.shows_powered_by, "the box was not ticked"


def test_a_new_agent_is_made_without_it_and_has_it_afterwards(client, agent):
    assert "brand-0-company" not in client.get(f"{LIST}add/").content.decode()
    assert "brand-0-company" in client.get(change_url(agent)).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("accent_dark", "red", "Write a colour"),
        ("radius", "huge", "valid choice"),
        ("privacy_url", "javascript:alert(1)", "valid URL"),
        ("custom_css", "@import '/x.css';", "cannot be used here"),
        ("logo", logo(b"<svg></svg>"), "not a PNG"),
        ("logo", logo(PIXEL + bytes(512 * 1024)), "larger than 512"),
    ],
)
def test_bad_input_is_named_and_nothing_is_saved(client, agent, field, value, words):
    response = client.post(change_url(agent), branded(agent, **{field: value}))

    assert words in str(response.context["errors"])
    assert Brand.objects.get().company == ""


def test_a_logo_that_is_replaced_or_taken_off_leaves_no_file(
    client, agent, settings, django_capture_on_commit_callbacks
):
    logos = settings.MEDIA_ROOT / "public" / "logos"
    client.post(change_url(agent), branded(agent, logo=logo()))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(change_url(agent), branded(agent, logo=logo()))
    after_replacing = [path.name for path in logos.iterdir()]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(change_url(agent), branded(agent))
    after_saving = [path.name for path in logos.iterdir()]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(change_url(agent), branded(agent, **{"logo-clear": "on"}))

    assert after_replacing == after_saving
    assert len(after_replacing) == 1
    assert list(logos.iterdir()) == []
    assert not Brand.objects.get().logo


def test_the_form_names_the_agents_that_visitors_are_offered(client, agent):
    AgentFactory(name="Wren")
    assert "No other agent" in client.get(change_url(agent)).content.decode()

    Brand.objects.update(family="One")

    page = client.get(change_url(agent)).content.decode()
    assert "No other agent" not in page
    assert '<div class="readonly">Wren</div>' in page
