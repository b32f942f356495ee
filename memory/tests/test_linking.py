"""Only the browser in which the address was left can confirm a link, once, within an hour, by a button."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from memory.linking import hash_of, token_of
from memory.models import LinkRequest, VisitorLink
from memory.switch import decide
from memory.tests.two_browsers import ADDRESS, EARLIER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("remembers")]


def link_for(lead, earlier) -> str:
    """The address that the e-mail holds."""
    pair = {"visitor": lead.session.visitor, "earlier": earlier.session.visitor}
    rest = {"lead": lead, "earlier_lead": earlier, "address": hash_of(ADDRESS)}
    return f"/privacy/memory/link/{token_of(LinkRequest.objects.create(agent=lead.agent, **pair, **rest))}/"


def test_opening_it_changes_nothing_and_its_button_links_once(client, lead, earlier):
    link = link_for(lead, earlier)

    assert "Yes, it was me" in client.get(link).content.decode()
    assert not VisitorLink.objects.exists()
    assert client.post(link)["Location"] == "/chat/ada/memory/"
    assert "They want a red lamp." in client.get("/privacy/memory/").content.decode()
    assert client.post(link).status_code == 410
    assert client.get(link).status_code == 410
    assert VisitorLink.objects.count() == 1


@pytest.mark.parametrize("side", ["lead", "earlier"])
@pytest.mark.parametrize("how", ["deleted", "corrected"])
def test_it_needs_both_leads_with_the_address(client, lead, earlier, side, how):
    link = link_for(lead, earlier)
    of = lead if side == "lead" else earlier
    if how == "deleted":
        of.session.delete()
    else:
        type(of).objects.filter(pk=of.pk).update(email="other@x.example")

    assert client.post(link).status_code == 410
    assert not VisitorLink.objects.exists()


def test_no_other_browser_can_use_the_link(lead, earlier):
    link = link_for(lead, earlier)
    stranger = Client()

    for send in (stranger.get, stranger.post):
        answer = send(link)
        assert answer.status_code == 403
        assert "in the browser in which you wrote" in answer.content.decode()
    assert not VisitorLink.objects.exists()


def test_a_form_of_another_site_cannot_confirm(lead, earlier, client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    assert strict.post(link_for(lead, earlier)).status_code == 403
    assert not VisitorLink.objects.exists()


def test_a_link_that_is_tampered_with_or_too_old_does_nothing(client, lead, earlier, monkeypatch):
    link = link_for(lead, earlier)
    assert client.post(link[:-3] + "xx/").status_code == 410
    assert client.post("/privacy/memory/link/nonsense/").status_code == 410

    later = time.time() + 3601
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    assert client.post(link).status_code == 410
    assert not VisitorLink.objects.exists()


@pytest.mark.parametrize("side", ["here", "there"])
def test_a_refusal_withdraws_an_email_that_is_not_answered_yet(client, lead, earlier, side):
    link = link_for(lead, earlier)
    who = lead.session.visitor if side == "here" else EARLIER
    decide(who, lead.agent.brand, False)
    decide(who, lead.agent.brand, True)

    assert client.post(link).status_code == 410
