"""What browsers keep for when there is no connection: this version's files, and a page with nobody's data."""

import json
import posixpath
import re
from pathlib import Path

import pytest

from access.visitors import COOKIE, new_visitor
from agents.tests.factories import AgentFactory
from conversations.tests.factories import MessageFactory, SessionFactory

pytestmark = pytest.mark.django_db(transaction=True)
STATIC = Path(__file__).resolve().parents[3] / "static"


@pytest.fixture
def ada(settings):
    settings.SERVICE_WORKER = True
    return AgentFactory.create(slug="ada", name="Ada", hosts=["https://shop.example"])


def kept(client):
    script = client.get("/service-worker.js").content.decode()
    return json.loads(re.search(r"KEPT=(\{.*?\});", script)[1])


def plain(address):
    return re.sub(r"\.[0-9a-f]{12}\.", ".", address.removeprefix("/static/"))


def imported(name, known):
    """This script and all that it imports at once."""
    if name in known:
        return known
    known.add(name)
    for one in re.findall(r"""^import .* from ["'](\..+)["'];$""", (STATIC / name).read_text(), re.MULTILINE):
        imported(posixpath.normpath(posixpath.join(posixpath.dirname(name), one)), known)
    return known


def test_the_worker_is_asked_for_with_each_page_and_may_serve_all_below_it(client, ada):
    response = client.get("/service-worker.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert COOKIE not in response.cookies
    assert "worker-src 'self'" in client.get("/chat/ada/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("scope", "script", "sheet"),
    [
        ("/chat/", "js/pages/chat_page.js", "css/pages/chat.css"),
        ("/embed/", "js/embed/frame.js", "css/pages/frame.css"),
    ],
)
def test_it_keeps_what_a_chat_runs_by_the_names_of_this_version(client, ada, scope, script, sheet):
    files = kept(client)["files"][scope]

    assert all(re.search(r"\.[0-9a-f]{12}\.", name) for name in files)
    needed = imported(script, set()) | imported("js/chat/actions.js", set()) | imported("js/chat/contact.js", set())
    assert needed | {sheet, "js/offline/shell.js", "js/chat/deleting.js"} <= set(map(plain, files))


@pytest.mark.parametrize("path", ["/chat/ada/offline/", "/embed/ada/offline/"])
def test_the_page_it_keeps_is_nobodys(client, ada, path):
    said, visitor = new_visitor()
    session = SessionFactory.create(agent=ada, visitor=visitor)
    MessageFactory.create(session=session, content="What do you sell?")
    client.cookies[COOKIE] = said

    response = client.get(path)

    page = response.content.decode()
    assert "data-offline" in page
    assert "data-worker" not in page
    assert "There is no connection at the moment." in page
    for own in ("What do you sell?", str(session.pk), said):
        assert own not in page
    assert ada.brand.theme_url in response["Link"]
    assert response["Last-Modified"]


def test_the_frame_s_one_is_for_the_same_hosts_as_the_frame(client, ada):
    assert "frame-ancestors 'self' https://shop.example" in client.get("/embed/ada/offline/")["Content-Security-Policy"]
    assert client.get("/chat/ada/offline/")["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/chat/nobody/offline/", "/chat/off/offline/", "/embed/off/offline/"])
def test_an_agent_that_is_off_has_none(client, ada, path):
    AgentFactory.create(slug="off", is_active=False)

    assert client.get(path).status_code == 404


def test_switched_off_pages_name_no_worker_and_the_script_ends_the_one_there_is(client, ada, settings):
    assert 'data-worker="/service-worker.js"' in client.get("/chat/ada/").content.decode()

    settings.SERVICE_WORKER = False

    assert "data-worker" not in client.get("/chat/ada/").content.decode()
    script = client.get("/service-worker.js").content.decode()
    assert "unregister()" in script
    assert "fetch" not in script
