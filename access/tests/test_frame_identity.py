"""A frame on another web site names its visitor itself: in a header, and in its socket's first frame."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from access.visitors import COOKIE, HEADER, new_visitor, says_who, set_cookie, visitor_of
from agents.tests.factories import AgentFactory
from conversations.models import Session

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_frame_says_counts_more_than_a_cookie():
    said, visitor = new_visitor()
    request = RequestFactory().get("/", headers={HEADER: said})
    request.COOKIES[COOKIE] = new_visitor()[0]

    assert visitor_of(request) == visitor
    assert says_who(request)


@pytest.mark.parametrize("forged", ["", "x", "a" * 5000, "é"])
def test_a_forged_header_is_nobody_and_no_cookie_steps_in(forged):
    request = RequestFactory().get("/", headers={HEADER: forged})
    request.COOKIES[COOKIE] = new_visitor()[0]

    assert visitor_of(request) == ""
    assert not says_who(request)


def test_the_frame_s_cookie_is_kept_apart_by_site():
    response = HttpResponse()
    said = new_visitor()[0]
    set_cookie(response, said, RequestFactory().get("/", headers={HEADER: said}))

    written = response.cookies[COOKIE].OutputString()
    for part in ("HttpOnly", "SameSite=None", "Secure", "Partitioned"):
        assert part in written


def test_a_post_that_names_its_visitor_needs_no_form_token_and_any_other_does():
    agent = AgentFactory.create()
    browser = Client(enforce_csrf_checks=True)
    said, visitor = new_visitor()
    post = {"content": "Hello", "client_id": "one"}
    address = f"/chat/{agent.slug}/messages/"

    assert browser.post(address, post).status_code == 403
    assert browser.post(address, post, headers={HEADER: "forged"}).status_code == 403
    taken = browser.post(address, post, headers={HEADER: said, "HX-Request": "true"})
    assert taken.status_code == 200
    assert taken.cookies[COOKIE].value == said
    assert Session.objects.get().visitor == visitor


def test_the_header_does_not_open_the_staff_s_pages(admin_client):
    staff = Client(enforce_csrf_checks=True)
    staff.cookies = admin_client.cookies
    agent = AgentFactory.create()

    response = staff.post(
        f"/admin/agents/agent/{agent.pk}/delete/", {"post": "yes"}, headers={HEADER: new_visitor()[0]}
    )

    assert response.status_code == 403
