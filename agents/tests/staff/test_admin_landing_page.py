"""The landing page in the admin: one row, never two, never none by accident."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agents.models import LandingPage
from agents.tests.factories import LandingPageFactory, StaffFactory, SuperuserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/agents/landingpage/"
ADD = f"{LIST}add/"
WORDS = {
    "company": "Tarnfield",
    "headline": "Good coffee",
    "subline": "Machines and beans",
    "primary_action": "Ask",
    "secondary_action": "See how",
    "how_title": "How it answers",
    "how_question": "How much?",
    "questions": "",
    "features-TOTAL_FORMS": 1,
    "features-INITIAL_FORMS": 0,
    "features-0-position": 0,
    "features-0-title": "Roasted weekly",
    "features-0-text": "Every Monday.",
    "features-0-proof": "",
}


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


def test_the_list_goes_straight_to_the_row(client, staff):
    page = LandingPageFactory()

    assert client.get(LIST).url == reverse("admin:agents_landingpage_change", args=[page.pk])


def test_without_a_row_the_list_goes_to_the_form(client, staff):
    assert client.get(LIST).url == ADD


def test_the_page_is_saved_with_its_features(client, staff):
    client.post(ADD, WORDS)

    assert LandingPage.objects.get().features.get().title == "Roasted weekly"


def test_there_is_no_second_page(client, staff):
    LandingPageFactory()

    assert client.get(ADD).status_code == 403
    assert client.post(ADD, WORDS).status_code == 403
    assert LandingPage.objects.count() == 1


def test_it_cannot_be_deleted(client, staff):
    page = LandingPageFactory()

    assert client.post(reverse("admin:agents_landingpage_delete", args=[page.pk]), {"post": "yes"}).status_code == 403


def test_a_missing_headline_is_named(client, staff):
    response = client.post(ADD, WORDS | {"headline": ""})

    assert "required" in str(response.context["errors"])
    assert not LandingPage.objects.exists()


def test_others_are_refused(client):
    LandingPageFactory()
    assert client.get(LIST).url.startswith("/admin/login/")

    client.force_login(StaffFactory())
    assert client.get(LIST).status_code == 403


def test_staff_who_may_only_look_cannot_save(client):
    page = LandingPageFactory()
    client.force_login(StaffFactory(may=["agents.view_landingpage"]))
    url = reverse("admin:agents_landingpage_change", args=[page.pk])

    assert 'name="_save"' not in client.get(url).content.decode()
    assert client.post(url, WORDS).status_code == 403


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def with_logo(**more):
    return WORDS | {"logo": SimpleUploadedFile("logo.png", PIXEL, "image/png")} | more


def test_a_logo_that_is_replaced_or_taken_off_leaves_no_file(
    client, staff, settings, django_capture_on_commit_callbacks
):
    client.post(ADD, with_logo())
    page = LandingPage.objects.get()
    change = reverse("admin:agents_landingpage_change", args=[page.pk])
    kept = {"features-INITIAL_FORMS": 1, "features-0-id": page.features.get().pk, "features-0-page": page.pk}
    logos = settings.MEDIA_ROOT / "public" / "logos"

    with django_capture_on_commit_callbacks(execute=True):
        client.post(change, with_logo(**kept))
    after_replacing = [path.name for path in logos.iterdir()]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(change, WORDS | kept)
    after_saving = [path.name for path in logos.iterdir()]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(change, WORDS | kept | {"logo-clear": "on"})

    page.refresh_from_db()
    assert after_replacing == after_saving
    assert len(after_replacing) == 1
    assert list(logos.iterdir()) == []
    assert not page.logo
