"""The page in the frame: for listed hosts only, with the visitor's own conversation, and a note of who was refused."""

import json
import re

import pytest
from django.test import Client

from access.visitors import COOKIE, HEADER, new_visitor
from agents.tests.factories import AgentFactory
from conversations.models import Session
from conversations.tests.factories import MessageFactory, SessionFactory
from embed.identity import signature
from embed.models import EmbedSettings, RefusedHost

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = "https://shop.example"


@pytest.fixture
def ada():
    return AgentFactory.create(slug="ada", name="Ada", hosts=[SHOP, "https://*.shop.example"])


def opened(client, host=SHOP, slug="ada", **headers):
    return client.get(f"/embed/{slug}/", {"host": host} if host else {}, headers=headers)


def ancestors(response):
    return re.search(r"frame-ancestors ([^;]*)", response["Content-Security-Policy"])[1].split()


def test_a_listed_host_gets_the_panel_and_the_browser_the_list(client, ada):
    response = opened(client)

    assert response.status_code == 200
    assert 'data-mode="frame"' in response.content.decode()
    assert ancestors(response) == ["'self'", SHOP, "https://*.shop.example"]
    assert "X-Frame-Options" not in response
    assert COOKIE not in response.cookies  # not before something is said
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "host", ["https://evil.example", "http://shop.example", "https://shop.example.evil.example", ""]
)
def test_any_other_host_gets_no_chat(client, ada, host):
    response = opened(client, host)

    assert response.status_code == 403
    assert "panel" not in response.content.decode()
    assert ancestors(response) == ["*"]


def test_who_asked_in_vain_is_told_to_staff_once_with_a_count(client, ada):
    for _ in range(3):
        opened(client, "https://evil.example")
    opened(client, "", Referer="https://other.example/page?secret=1")
    opened(client, "no host; at all")

    assert set(RefusedHost.objects.values_list("host", "count")) == {
        ("https://evil.example", 3),
        ("https://other.example", 1),
    }


def test_no_more_of_them_are_kept_than_staff_can_read(client, ada, settings):
    settings.RATE_LIMITS = False
    for number in range(RefusedHost.MAX_PER_AGENT + 5):
        opened(client, f"https://evil{number}.example")

    assert RefusedHost.objects.count() == RefusedHost.MAX_PER_AGENT
    assert not RefusedHost.objects.filter(host="https://evil0.example").exists()


@pytest.mark.parametrize("slug", ["off", "nobody"])
def test_an_agent_that_is_off_is_not_shown(client, slug):
    AgentFactory.create(slug="off", hosts=[SHOP], is_active=False)

    assert opened(client, slug=slug).status_code in (403, 404)
    assert "panel" not in opened(client, slug=slug).content.decode()


def test_no_other_page_may_be_framed(client, ada):
    for path in ("/", "/chat/ada/", "/privacy/", "/admin/login/"):
        response = client.get(path)
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert ancestors(response) == ["'self'"]


def test_a_visitor_goes_on_by_cookie_or_by_the_kept_token(client, ada):
    said, visitor = new_visitor()
    session = SessionFactory.create(agent=ada, visitor=visitor)
    MessageFactory.create(session=session, content="What do you sell?")
    cookie = Client()
    cookie.cookies[COOKIE] = said

    for response in (opened(client, **{HEADER: said}), opened(cookie)):
        page = response.content.decode()
        assert "What do you sell?" in page
        assert f'data-visitor="{said}"' in page
        assert "data-is-known" in page
    assert "What do you sell?" not in opened(client).content.decode()
    assert "What do you sell?" not in opened(client, **{HEADER: new_visitor()[0]}).content.decode()


def first_message(client, **more):
    said, _visitor = new_visitor()
    body = {"content": "Hello", "client_id": "one", "page": f"{SHOP}/lamps?utm_source=ad", **more}
    client.post("/chat/ada/messages/", body, headers={HEADER: said, "HX-Request": "true"})
    return Session.objects.get().first_touch


def test_page_facts_come_with_the_first_message(client, ada):
    touch = first_message(client, told=json.dumps({"plan": "pro", "seats": 12, "list": [1], "": "x", "n": None}))

    assert touch["page"] == f"{SHOP}/lamps?utm_source=ad"
    assert touch["utm"] == {"utm_source": "ad"}
    assert touch["told"] == {"plan": "pro", "seats": "12"}
    assert touch["is_verified"] is False


@pytest.mark.parametrize(("secret_of", "verified"), [("ada", True), ("bob", False), ("", False)])
def test_a_user_is_known_when_their_host_has_signed_their_id(client, ada, secret_of, verified):
    bob = AgentFactory.create(slug="bob")
    secrets = {agent.slug: EmbedSettings.objects.create(agent=agent).secret for agent in (ada, bob)}
    signed = signature(secrets[secret_of], "user-7") if secret_of else "forged"

    touch = first_message(client, told=json.dumps({"id": "user-7", "name": "Jo", "signature": signed}))

    assert touch["told"] == {"id": "user-7", "name": "Jo"}
    assert touch["is_verified"] is verified


@pytest.mark.parametrize("told", ["", "[]", "{", "1", "[" * 5000, json.dumps({"a": "x" * 20_000}), '{"a": "\\u0000"}'])
def test_odd_facts_are_left_out(client, ada, told):
    touch = first_message(client, told=told)

    assert len(json.dumps(touch)) < 1000
    assert "\\u0000" not in json.dumps(touch)


def test_the_frame_wears_the_agent_s_brand(client, ada):
    brand = ada.brand
    brand.custom_css = ".panel__name { letter-spacing: 1px }"
    brand.legal_url = "https://shop.example/imprint"
    brand.save()

    page = opened(client).content.decode()

    assert brand.custom_css_url in page
    assert "https://shop.example/imprint" in page
    assert "Powered by Salesagent" in page


def test_a_copy_has_the_launcher_but_neither_hosts_nor_secret(ada):
    EmbedSettings.objects.create(agent=ada, launcher_text="Ask us")

    copy = ada.duplicate()

    assert copy.hosts == []
    assert copy.embed_settings.launcher_text == "Ask us"
    assert copy.embed_settings.secret != ada.embed_settings.secret


def test_staff_find_the_line_and_who_was_refused(admin_client, ada):
    opened(admin_client, "https://evil.example")

    page = admin_client.get(f"/admin/agents/agent/{ada.pk}/change/").content.decode()

    assert "&lt;script async src=&quot;http://testserver/embed.js&quot; data-agent=&quot;ada&quot;&gt;" in page
    assert "https://evil.example (1×" in page


@pytest.mark.parametrize("verified", [True, False])
def test_staff_see_what_the_site_told_and_whether_it_signed_that(admin_client, ada, verified):
    touch = {"told": {"plan": "pro <b>"}, "is_verified": verified}
    session = SessionFactory.create(agent=ada, first_touch=touch)
    MessageFactory.create(session=session, content="Hello")

    for path in (f"/admin/inbox/{session.pk}/", f"/admin/conversations/session/{session.pk}/change/"):
        page = admin_client.get(path).content.decode()
        assert "pro &lt;b&gt;" in page
        assert (">signed<" in page) is verified
        assert (">not signed<" in page) is not verified


def test_a_frame_is_sent_no_side_bar_which_it_does_not_have(client, ada):
    said, _visitor = new_visitor()
    body = {"content": "Hello", "client_id": "one"}

    in_frame = client.post("/chat/ada/messages/", body, headers={HEADER: said, "HX-Request": "true"}).content.decode()
    on_page = client.post("/chat/ada/messages/", body, headers={"HX-Request": "true"}).content.decode()

    assert 'class="message message--user' in in_frame
    assert 'id="sessions"' in on_page
    assert 'id="sessions"' not in in_frame
