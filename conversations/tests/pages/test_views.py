"""The visitor's pages: what they show, to whom, and what they answer to bad input."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.urls import reverse

from access.visitors import COOKIE, new_visitor
from agents.models import Agent, Brand
from conversations.intake import turns
from conversations.models import Message, Reply, Session
from salesagent.serving.media import public_media

pytestmark = pytest.mark.django_db(transaction=True)  # the views read through connections of their own


@pytest.fixture
def visitor(client):
    value, visitor = new_visitor()
    client.cookies[COOKIE] = value
    return visitor


@pytest.fixture
def session(agent, visitor):
    turn = turns.begin.sync(agent, visitor, "How much is the lamp?")
    Reply.objects.update(state=Reply.State.COMPLETE)
    Message.objects.filter(role="assistant").update(content="It is **40 dollars**.")
    return Session.objects.get(pk=turn.question.session_id)


def page_of(session):
    return reverse("chat_session", args=[session.agent.slug, session.pk])


def test_the_chat_page_shows_the_visitors_conversation(client, session):
    html = client.get(page_of(session)).content.decode()

    assert "How much is the lamp?" in html
    assert "<strong>40 dollars</strong>" in html


def test_the_prompt_never_reaches_a_visitor(client, session):
    for url in (page_of(session), "/", reverse("chat", args=["ada"])):
        assert "You sell lamps" not in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["chat_session", "messages", "delete_session"])
def test_the_conversation_of_another_visitor_is_not_there(client, session, name):
    client.cookies[COOKIE] = new_visitor()[0]
    args = [session.agent.slug, session.pk] if name == "chat_session" else [session.pk]

    assert client.get(reverse(name, args=args)).status_code == 404


@pytest.mark.parametrize("name", ["messages", "stop", "retry", "delete_session"])
def test_nobody_else_can_act_in_a_conversation(client, session, name):
    client.cookies.clear()

    response = client.post(reverse(name, args=[session.pk]), {"content": "x", "message_id": uuid.uuid4()})

    assert response.status_code == 404
    assert Session.objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize("name", ["messages", "stop", "retry", "delete_session"])
def test_a_form_without_its_token_is_refused(session, django_test_client_with_csrf, name):
    response = django_test_client_with_csrf.post(reverse(name, args=[session.pk]), {"content": "x"})

    assert response.status_code == 403


@pytest.fixture
def django_test_client_with_csrf(client):
    client.handler.enforce_csrf_checks = True
    return client


def test_an_unknown_or_inactive_agent_has_no_page(client, agent):
    Agent.objects.create(name="Off", slug="off", is_active=False)

    assert client.get(reverse("chat", args=["nobody"])).status_code == 404
    assert client.get(reverse("chat", args=["off"])).status_code == 404


def test_the_history_stays_readable_when_the_agent_is_switched_off(client, session):
    Agent.objects.update(is_active=False)

    assert client.get(page_of(session)).status_code == 200


def test_a_session_is_not_shown_under_another_agents_name(client, session):
    Agent.objects.create(name="Bob", slug="bob")

    assert client.get(reverse("chat_session", args=["bob", session.pk])).status_code == 404


def test_chat_leads_to_the_agent_of_the_landing_page(client, agent):
    assert client.get("/chat/").headers["Location"] == "/chat/ada/"


def test_a_site_without_agents_says_not_found_and_has_a_landing_page(client):
    assert client.get("/chat/").status_code == 404
    assert client.get("/").status_code == 200


def test_a_fresh_landing_page_sets_no_cookie(client, agent):
    assert not client.get("/").cookies


def test_every_page_has_the_strict_policy(client, session):
    for url in ("/", page_of(session), "/chat/nobody/"):
        policy = client.get(url).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", "")  # voice detection; it evaluates no script


def test_the_theme_has_the_agents_colours(client, agent):
    response = client.get(reverse("theme", args=["ada"]))

    assert response.headers["Content-Type"].startswith("text/css")
    assert "--accent:#3355cc" in response.content.decode()


def test_only_fifty_messages_are_shown_and_earlier_ones_come_fifty_at_a_time(client, session):
    numbered(session, 120)

    page = client.get(page_of(session)).content.decode()
    assert "text 120<" in page
    assert "text 71<" in page
    assert "text 70<" not in page
    first = Message.objects.get(session=session, content="text 71")
    html = client.get(reverse("messages", args=[session.pk]), {"before": first.pk}).content.decode()

    assert "text 70<" in html
    assert "text 21<" in html
    assert "text 20<" not in html
    assert "text 71<" not in html


def numbered(session, count):
    """As many messages of the visitor after those that are there."""
    Message.objects.bulk_create(
        Message(session=session, seq=session.last_seq + n, role="user", content=f"text {n}")
        for n in range(1, count + 1)
    )
    Session.objects.filter(pk=session.pk).update(last_seq=session.last_seq + count)


@pytest.mark.parametrize("before", ["", "nonsense", "\x00"])
def test_a_broken_place_to_load_from_is_not_found(client, session, before):
    assert client.get(reverse("messages", args=[session.pk]), {"before": before}).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_messages(client, session, django_assert_max_num_queries):
    numbered(session, 60)
    client.get(page_of(session))  # what an agent may promise is known for some seconds after the first page

    with django_assert_max_num_queries(8):
        client.get(page_of(session))


def test_the_deletion_page_counts_what_goes(client, session):
    html = client.get(reverse("delete_session", args=[session.pk])).content.decode()

    assert "2 messages" in html


def test_health_is_cheap_and_says_what_is_there(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        body = client.get("/api/health").json()

    assert body["status"] == "ok"
    assert body["database"] == "ok"
    assert body["openai"] == "not_configured"


@pytest.mark.parametrize("path", ["public/../recordings/x.webm", "public//x", "public/./x", "recordings/x.webm"])
def test_no_way_leads_out_of_what_is_public(path, rf):
    default_storage.save("recordings/x.webm", ContentFile(b"a secret voice"))

    with pytest.raises(Http404):
        public_media(rf.get("/"), path)


@pytest.mark.parametrize("address", ["/", "/chat/ada/", "/chat/csrf/", "/chat/ada/theme.css"])
def test_no_cookie_that_stays_comes_before_the_first_message(client, agent, address):
    cookies = client.get(address).cookies

    assert COOKIE not in cookies
    assert not [name for name, morsel in cookies.items() if morsel["max-age"] or morsel["expires"]]


def test_the_first_message_brings_the_cookie_of_a_year(client, agent):
    answer = client.post(reverse("first_message", args=["ada"]), {"content": "Hi"}, headers={"HX-Request": "true"})

    assert answer.cookies[COOKIE]["max-age"] == 365 * 86_400


def test_a_first_message_sent_twice_without_its_cookie_exists_once(client, agent):
    client.get(reverse("csrf_token"))
    sent = {"content": "Hi", "client_id": str(uuid.uuid4())}
    address, script = reverse("first_message", args=["ada"]), {"HX-Request": "true"}

    first = client.post(address, sent, headers=script)
    del client.cookies[COOKIE]  # its answer never arrived
    second = client.post(address, sent, headers=script)

    assert first["X-Session-Id"] == second["X-Session-Id"]
    assert Session.objects.count() == 1
    assert client.get(first["X-Session-Url"]).status_code == 200


def test_two_browsers_are_two_visitors(client, agent):
    sent = {"content": "Hi", "client_id": str(uuid.uuid4())}
    address, script = reverse("first_message", args=["ada"]), {"HX-Request": "true"}

    for _ in range(2):
        client.cookies.clear()
        client.get(reverse("csrf_token"))
        client.post(address, sent, headers=script)

    assert Session.objects.count() == 2


PAGES = ["/", "/chat/ada/", "/chat/csrf/", "/chat/ada/theme.css", "/api/docs", "/api/openapi.json", "/api/v1/docs"]


@pytest.mark.parametrize("address", PAGES)
def test_whoever_may_get_a_page_may_ask_for_its_head(client, agent, address):
    assert client.head(address).status_code == client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["chat_session", "messages", "delete_session"])
def test_a_conversations_pages_have_heads_too(client, session, name):
    args = [session.agent.slug, session.pk] if name == "chat_session" else [session.pk]
    before = f"?before={session.messages.last().pk}" if name == "messages" else ""

    assert client.head(reverse(name, args=args) + before).status_code == 200
    assert Session.objects.filter(pk=session.pk).exists()


def test_the_redirect_to_the_default_agent_has_a_head(client, agent):
    Agent.objects.update(is_default=True)

    assert client.head("/chat/").status_code == 302


@pytest.mark.parametrize("name", ["messages", "stop", "retry"])
def test_the_script_is_told_in_our_shape_that_a_conversation_is_gone(client, visitor, name):
    posted = {"content": "Hi", "client_id": "1", "message_id": str(uuid.uuid4())}

    answer = client.post(reverse(name, args=[uuid.uuid4()]), posted, headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert {"error", "detail", "fallback_message"} == set(answer.json())


def test_the_script_is_told_in_our_shape_that_an_agent_is_away(client, agent):
    Agent.objects.update(is_active=False)

    answer = client.post(reverse("first_message", args=["ada"]), {"content": "Hi"}, headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert answer.json()["fallback_message"]


@pytest.mark.parametrize("path", ["public/../secret-key", "public/nothing.png", "documents/x.md", "recordings/x.webm"])
def test_only_public_uploads_are_served(client, path):
    assert client.get(f"/media/{path}").status_code in {400, 404}


def test_two_passages_of_one_document_are_one_source(client, session):
    Message.objects.filter(role="assistant").update(
        sources=[
            {"document_id": "1", "document": "Plans", "heading": "Prices", "excerpt": "It costs 40 dollars."},
            {"document_id": "1", "document": "Plans", "heading": "Terms", "excerpt": "It is billed monthly."},
            {"document_id": "2", "document": "Plans", "heading": "Prices", "excerpt": "It costs 40 dollars."},
        ]
    )

    html = client.get(page_of(session)).content.decode()

    assert html.count('class="source__name"') == 1
    assert html.count("It costs 40 dollars.") == html.count("It is billed monthly.") == 1


def test_addresses_in_a_visitors_message_are_links_and_nothing_else_is(client, agent, visitor):
    turn = turns.begin.sync(
        agent, visitor, "See https://example.com/x, mail me@example.com or +1 555 010 4477 <i>now</i>"
    )
    session = Session.objects.get(pk=turn.question.session_id)

    html = client.get(page_of(session)).content.decode()

    assert '<a href="https://example.com/x" target="_blank" rel="noopener noreferrer nofollow">' in html
    assert '<a href="mailto:me@example.com">' in html
    assert '<a href="tel:+15550104477">' in html
    assert "&lt;i&gt;now&lt;/i&gt;" in html


@pytest.mark.parametrize("cut", Reply.Cut.values)
def test_an_answer_that_was_cut_says_so_quietly_and_can_be_asked_for_again(client, session, cut):
    Reply.objects.update(cut=cut)

    html = client.get(page_of(session)).content.decode()

    assert "This answer is incomplete." in html
    assert "message__state--failed" not in html
    assert 'data-action="retry"' in html
    answer = Message.objects.get(role="assistant")
    assert turns.ask_again.sync(session.pk, answer.pk).is_running


def test_a_whole_answer_is_not_asked_for_again(client, session):
    html = client.get(page_of(session)).content.decode()

    assert 'data-action="retry"' not in html
    assert not turns.ask_again.sync(session.pk, Message.objects.get(role="assistant").pk).is_running


def test_a_failure_that_has_words_of_its_own_is_told_by_them_and_not_in_red(client, session):
    Reply.objects.update(state=Reply.State.FAILED)
    Message.objects.filter(role="assistant").update(content="I cannot answer at the moment.")

    html = client.get(page_of(session)).content.decode()

    assert "I cannot answer at the moment." in html
    assert "message__state" not in html
    assert 'data-action="retry"' in html


def test_a_failure_without_words_says_so(client, session):
    Reply.objects.update(state=Reply.State.FAILED)
    Message.objects.filter(role="assistant").update(content="")

    assert "The answer could not be finished." in client.get(page_of(session)).content.decode()


def test_the_privacy_page_says_where_words_go(client, agent, settings):
    links = {"privacy_url": "https://example.com/privacy", "legal_url": "https://example.com/imprint"}
    Brand.objects.filter(agent=agent).update(**links)
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "", ""
    own = client.get(reverse("privacy")).content.decode()
    settings.OPENAI_BASE_URL = "https://api.example.com"
    sent = client.get(reverse("privacy")).content.decode()

    assert "not sent to an AI provider" in own
    assert "sent to the AI provider" in sent
    assert 'href="https://example.com/privacy"' in own
    assert 'href="https://example.com/imprint"' in client.get("/").content.decode()
    assert reverse("agent_privacy", args=["ada"]) in client.get("/").content.decode()
