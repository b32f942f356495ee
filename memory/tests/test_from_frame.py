"""Who writes in a frame on another site reads and deletes what is remembered of them, in a tab of their own."""

from __future__ import annotations

import html
import time

import pytest
from django.test import Client

from access import rates
from access.visitors import COOKIE, HEADER, new_visitor
from agents.tests.factories import AgentFactory
from memory.models import SessionSummary, VisitorChoice
from memory.switch import decide
from memory.tests.two_browsers import remembered

pytestmark = pytest.mark.django_db
PAGE = "/chat/ada/memory/frame/"
OWN_PAGE = "/chat/ada/memory/"
LAMP, BOAT = "They want a red lamp.", "They want a boat."
CLOSED = "Open it in that chat again."


@pytest.fixture
def framed(remembers):
    """The token of a visitor in a frame, who allows it and is remembered, and their hash."""
    token, who = new_visitor()
    decide(who, remembers.brand, True)
    remembered(remembers, who, LAMP)
    return token, who


def seen(client, url=PAGE, status=200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return html.unescape(response.content.decode())


def opened(client, token, **headers):
    return client.post(PAGE, {"visitor": token}, headers=headers)


def test_the_tab_shows_what_is_remembered_and_knows_nothing_else_of_the_visitor(client, framed):
    token = framed[0]

    answer = opened(client, token)

    assert answer["Location"] == PAGE
    assert set(answer.cookies) == {"memory_visitor"}
    given = answer.cookies["memory_visitor"]
    assert (given["path"], given["max-age"]) == (PAGE, 1800)
    assert (given["httponly"], given["samesite"]) == (True, "Lax")
    assert token not in given.value
    page = seen(client)
    assert LAMP in page
    assert "You have allowed it." in page
    assert "Open the conversation" not in page  # which is open to them in the frame alone
    assert token not in page
    assert LAMP not in seen(client, OWN_PAGE)


def test_the_address_alone_shows_nothing_and_says_where_to_open_it(client, framed):
    opened(Client(), framed[0])

    page = seen(client, status=403)

    assert LAMP not in page
    assert CLOSED in page
    assert f'href="{OWN_PAGE}"' in page


def test_after_half_an_hour_it_shows_and_changes_nothing(client, framed, monkeypatch):
    opened(client, framed[0])
    later = time.time() + 1801
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    assert CLOSED in seen(client, status=403)
    assert client.post(f"{PAGE}forget/").status_code == 403
    assert client.post(f"{PAGE}choose/", {"choice": "refuse"}).status_code == 403
    assert SessionSummary.objects.kept().get().text == LAMP
    assert VisitorChoice.objects.get().is_allowed


def test_one_is_deleted_or_all_and_the_frame_knows_it(client, framed, remembers):
    token, who = framed
    other = remembered(remembers, who, BOAT).session
    opened(client, token)

    assert client.post(f"{PAGE}forget/", {"session": str(other.pk)})["Location"] == PAGE
    assert SessionSummary.objects.kept().get().text == LAMP
    client.post(f"{PAGE}choose/", {"choice": "refuse"})

    assert not SessionSummary.objects.kept().exists()
    assert VisitorChoice.objects.get(visitor=who).is_allowed is False
    page = seen(client)
    assert "You have said no; nothing is remembered." in page
    assert "Nothing is remembered of you in that chat." in page


def test_the_browsers_own_visitor_stays_and_the_two_are_not_mixed(client, visitor, framed, remembers):
    before = client.cookies[COOKIE].value
    remembered(remembers, visitor, BOAT)

    opened(client, framed[0])

    assert client.cookies[COOKIE].value == before
    framed_page, own_page = seen(client), seen(client, OWN_PAGE)
    assert (LAMP in framed_page, BOAT in framed_page) == (True, False)
    assert (LAMP in own_page, BOAT in own_page) == (False, True)
    client.post(f"{OWN_PAGE}choose/", {"choice": "refuse"})
    assert SessionSummary.objects.kept().get().text == LAMP
    client.post(f"{PAGE}choose/", {"choice": "refuse"})
    assert set(VisitorChoice.objects.values_list("visitor", flat=True)) == {visitor, framed[1]}


def test_the_frame_that_was_opened_last_counts(client, framed, remembers):
    token, who = new_visitor()
    remembered(remembers, who, BOAT)
    opened(client, framed[0])

    opened(client, token)

    page = seen(client)
    assert (LAMP in page, BOAT in page) == (False, True)


def test_it_lets_in_for_one_agent_and_is_no_visitors_cookie(client, framed):
    AgentFactory(slug="bob")
    given = opened(client, framed[0]).cookies["memory_visitor"].value
    stranger = Client()
    stranger.cookies["memory_visitor"] = given

    seen(stranger, "/chat/bob/memory/frame/", status=403)
    stranger.cookies["memory_visitor"] = framed[0]
    seen(stranger, status=403)
    stranger.cookies[COOKIE] = given
    assert LAMP not in seen(stranger, OWN_PAGE)


@pytest.mark.parametrize("forged", ["", "nonsense", "é", "a" * 5000])
def test_a_forged_token_opens_nothing(client, framed, forged):
    answer = opened(client, forged)

    assert answer.status_code == 403
    assert not answer.cookies.get("memory_visitor")


@pytest.mark.parametrize(("said", "status"), [("same-origin", 302), ("same-site", 403), ("cross-site", 403)])
def test_another_site_cannot_open_it_in_the_name_of_its_own_visitor(client, framed, said, status):
    assert opened(client, framed[0], Sec_Fetch_Site=said).status_code == status


def test_opening_needs_no_form_token_and_what_changes_something_does(framed):
    browser = Client(enforce_csrf_checks=True)

    assert opened(browser, framed[0]).status_code == 302
    assert browser.post(f"{PAGE}forget/").status_code == 403
    assert SessionSummary.objects.kept().exists()
    form_token = {"csrfmiddlewaretoken": browser.get(PAGE).context["csrf_token"]}
    browser.post(f"{PAGE}forget/", form_token)
    assert not SessionSummary.objects.kept().exists()


def test_what_is_posted_is_not_asked_for_by_an_address(client, framed):
    opened(client, framed[0])

    assert client.get(f"{PAGE}forget/").status_code == client.get(f"{PAGE}choose/").status_code == 405
    assert client.get(PAGE, {"visitor": framed[0]}).status_code == 200
    assert Client().get(PAGE, {"visitor": framed[0]}).status_code == 403


def test_a_visitor_opens_it_twenty_times_a_minute(client, framed, settings):
    settings.RATE_LIMITS = True
    rates.forget()
    assert {opened(client, framed[0]).status_code for _ in range(20)} == {302}

    refused = opened(client, framed[0])

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Wait a minute" in refused.content.decode()
    assert opened(client, new_visitor()[0]).status_code == 302
    rates.forget()


def test_a_frame_has_a_button_that_says_who_asks_and_our_own_page_a_link(client, framed, remembers):
    token = framed[0]
    remembers.hosts = ["https://shop.example"]
    remembers.save()
    named = {HEADER: token}

    frame = client.get("/embed/ada/", {"host": "https://shop.example"}, headers=named).content.decode()
    asks = client.get("/embed/ada/", {"host": "https://shop.example"}, headers={HEADER: new_visitor()[0]})

    assert f'<button class="memory-more" name="visitor" value="{token}">What we remember of you</button>' in frame
    assert f'href="{OWN_PAGE}"' not in frame
    assert f'formaction="{PAGE}" formtarget="_blank">More about it</button>' in asks.content.decode()
    client.cookies[COOKIE] = token
    own = client.get("/chat/ada/").content.decode()
    assert f'<a href="{OWN_PAGE}" target="_blank" rel="noopener">What we remember of you</a>' in own
    assert token not in own
    assert "on another web site is remembered apart" in seen(client, OWN_PAGE)
