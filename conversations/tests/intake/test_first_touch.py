"""Where a visitor came from is kept with their first message, whatever comes later."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.intake.first_touch import first_touch
from conversations.models import Session

PAGE = "https://shop.example/lamps?utm_source=ad&utm_campaign=spring&q=1"


def test_the_campaign_is_read_out_of_the_page():
    found = first_touch(PAGE, "https://search.example/", "de-AT")

    assert found == {
        "page": PAGE,
        "referrer": "https://search.example/",
        "utm": {"utm_source": "ad", "utm_campaign": "spring"},
        "locale": "de-AT",
    }


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_a_browser_says_is_kept_short_and_raises_nothing(page, referrer):
    found = first_touch(page, referrer)

    assert len(json.dumps(found)) < 20_000
    assert "\x00" not in json.dumps(found)


@pytest.mark.parametrize("page", ["http://[", "x" * 5000, "?utm_source=" + "a" * 500, "?" + "&" * 100, "\x00"])
def test_odd_pages_are_cut_or_left_out(page):
    found = first_touch(page)

    assert len(found.get("page", "")) <= 2000
    assert all(len(value) <= 200 for value in found.get("utm", {}).values())


@pytest.mark.django_db(transaction=True)
def test_the_first_message_brings_it_and_later_ones_change_nothing(agent, client):
    first = {"content": "hi", "client_id": "1", "page": PAGE, "referrer": "https://search.example/"}
    client.post("/chat/ada/messages/", first, headers={"Accept-Language": "de-AT,en"})
    session = Session.objects.get()

    client.post(f"/chat/sessions/{session.pk}/messages/", {"content": "and", "page": "https://other.example/"})

    session.refresh_from_db()
    assert session.first_touch["page"] == PAGE
    assert session.first_touch["utm"]["utm_source"] == "ad"
    assert session.first_touch["referrer"] == "https://search.example/"


@pytest.mark.django_db
def test_a_program_tells_it_when_it_begins(agent, client):
    begun = client.post(
        "/api/chat/init", json.dumps({"page": PAGE, "locale": "de-AT"}), content_type="application/json"
    )

    session = Session.objects.get(pk=begun.json()["session_id"])
    assert session.first_touch["utm"] == {"utm_source": "ad", "utm_campaign": "spring"}
    assert session.first_touch["locale"] == "de-AT"
