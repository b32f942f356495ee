"""A recording is served to whoever may hear it, whole or in part, and nothing but recordings is."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.test import AsyncClient

from access import keys, tokens, visitors
from agents.tests.factories import StaffFactory
from conversations.models import Message
from conversations.tests.factories import MessageFactory
from lib.database import in_database
from salesagent.tests.rest.conftest import is_problem
from voice.files import serving

pytestmark = pytest.mark.django_db(transaction=True)  # the file is served from threads, with connections of their own

SOUND = bytes(range(256)) * 1000
NAME = "recordings/5f0c2f5e-3c49-4f3c-8a53-0a61ad2a7b11.webm"


@pytest.fixture
def cookie() -> tuple[str, str]:
    """A visitor's cookie, and what its sessions hold of it."""
    return visitors.new_visitor()


@pytest.fixture
def message(cookie) -> Message:
    """A message with a recording, in a conversation of the visitor."""
    default_storage.save(NAME, ContentFile(SOUND))
    return MessageFactory(session__visitor=cookie[1], audio=NAME)


@pytest.fixture
def key() -> str:
    return keys.create("tests")[1]


class Listener:
    """Asks with a token, a cookie, or as nobody."""

    def __init__(self, token: str = "", cookie: str = ""):
        self.client = AsyncClient()
        self._authorization = {"Authorization": f"Bearer {token}"} if token else {}
        if cookie:
            self.client.cookies[visitors.COOKIE] = cookie

    async def get(self, name: str = NAME, *, method: str = "GET", prefix: str = "/api", **headers: str):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.generic(method, f"{prefix}/audio/{name}", headers={**self._authorization, **sent})


async def body(response) -> bytes:
    return b"".join([piece async for piece in response])


@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
async def test_the_whole_file_comes_with_what_a_player_needs(message, key, prefix):
    response = await Listener(key).get(prefix=prefix)

    assert response.status_code == 200
    assert await body(response) == SOUND
    assert response["Content-Type"] == "audio/webm"
    assert response["Content-Length"] == str(len(SOUND))
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"] == "inline"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=3600"
    assert {"Authorization", "Cookie"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize(
    ("suffix", "content_type"),
    [("webm", "audio/webm"), ("ogg", "audio/ogg"), ("m4a", "audio/mp4"), ("mp3", "audio/mpeg"), ("wav", "audio/wav")],
)
async def test_each_type_is_said_by_its_own_name(message, key, suffix, content_type):
    name = default_storage.save(f"spoken/a.{suffix}", ContentFile(SOUND))
    await Message.objects.filter(pk=message.pk).aupdate(tts_audio=name)

    response = await Listener(key).get(name)

    assert response["Content-Type"] == content_type
    assert await body(response) == SOUND


async def test_a_part_is_served_as_one(message, key):
    response = await Listener(key).get(Range="bytes=1000-1999")

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes 1000-1999/{len(SOUND)}"
    assert response["Content-Length"] == "1000"
    assert await body(response) == SOUND[1000:2000]


@pytest.mark.parametrize(("asked", "start"), [("bytes=200000-", 200_000), ("bytes=-5", len(SOUND) - 5)])
async def test_a_part_up_to_the_end_is_served(message, key, asked, start):
    response = await Listener(key).get(Range=asked)

    assert response.status_code == 206
    assert await body(response) == SOUND[start:]


async def test_several_parts_are_the_whole_file(message, key):
    response = await Listener(key).get(Range="bytes=0-1,5-6")

    assert response.status_code == 200
    assert await body(response) == SOUND


async def test_a_part_beyond_the_end_is_refused_with_the_length(message, key):
    response = await Listener(key).get(Range=f"bytes={len(SOUND)}-")

    assert response["Content-Range"] == f"bytes */{len(SOUND)}"
    is_problem(response, 416, "Range Not Satisfiable")


async def test_a_part_is_of_the_file_it_is_asked_of(message, key):
    etag = (await Listener(key).get(method="HEAD"))["ETag"]

    same = await Listener(key).get(Range="bytes=0-9", If_Range=etag)
    other = await Listener(key).get(Range="bytes=0-9", If_Range='"other"')
    dated = await Listener(key).get(Range="bytes=0-9", If_Range="Wed, 21 Oct 2026 07:28:00 GMT")

    assert (same.status_code, other.status_code, dated.status_code) == (206, 200, 200)
    for response in (same, other, dated):
        await body(response)


@pytest.mark.parametrize("known", ["{}", "W/{}", '"x", {}', "*"])
async def test_what_a_browser_has_is_not_sent_again(message, key, known):
    etag = (await Listener(key).get(method="HEAD"))["ETag"]

    response = await Listener(key).get(If_None_Match=known.format(etag))

    assert response.status_code == 304
    assert response["ETag"] == etag


async def test_head_tells_the_length_and_sends_nothing(message, key):
    response = await Listener(key).get(method="HEAD", Range="bytes=0-9")

    assert response.status_code == 200
    assert response["Content-Length"] == str(len(SOUND))
    assert response["Content-Type"] == "audio/webm"
    assert response.content == b""


async def test_a_storage_without_paths_serves_as_well(message, key, monkeypatch):
    elsewhere = InMemoryStorage()
    elsewhere.save(NAME, ContentFile(SOUND))
    monkeypatch.setattr(serving, "default_storage", elsewhere)

    response = await Listener(key).get(Range="bytes=100-70000")

    assert await body(response) == SOUND[100:70_001]


async def test_no_more_than_a_piece_is_read_at_a_time(message, key):
    response = await Listener(key).get()

    assert max([len(piece) async for piece in response]) == serving.PIECE_BYTES


# --- who ----------------------------------------------------------------------------------------------------------


async def test_the_token_of_the_conversation_opens_it(message):
    response = await Listener(tokens.issue(message.session_id)).get()

    assert await body(response) == SOUND


async def test_the_cookie_of_the_conversations_visitor_opens_it(message, cookie):
    response = await Listener(cookie=cookie[0]).get()

    assert await body(response) == SOUND


async def test_a_frame_whose_cookie_is_blocked_says_who_listens_in_a_header(message, cookie):
    response = await Listener().get(X_Visitor=cookie[0])

    assert await body(response) == SOUND
    assert visitors.HEADER in response["Vary"].split(", ")
    is_problem(await Listener().get(X_Visitor=visitors.new_visitor()[0]), 403)
    is_problem(await Listener(cookie=cookie[0]).get(X_Visitor="forged"), 401)


async def test_staff_hear_it_in_their_browser(message):
    browser = Listener()
    await in_database(browser.client.force_login)(await in_database(StaffFactory)(may=["conversations.view_session"]))

    response = await browser.get()

    assert await body(response) == SOUND


@pytest.mark.parametrize("may", [[], ["agents.view_agent"]])
async def test_staff_who_may_hear_no_conversation_hear_their_own_as_its_visitor(message, cookie, may):
    staff = await in_database(StaffFactory)(may=may)
    browser, visitor = Listener(), Listener(cookie=cookie[0])
    for each in (browser, visitor):
        await in_database(each.client.force_login)(staff)

    assert await body(await visitor.get()) == SOUND
    is_problem(await browser.get(), 403)
    is_problem(await visitor.get(NAME, X_Visitor=visitors.new_visitor()[0]), 403)


async def test_nobody_hears_nothing(message):
    is_problem(await Listener().get(), 401)
    is_problem(await Listener(cookie="forged").get(), 401)
    is_problem(await Listener("forged").get(), 401)


async def test_a_wrong_token_is_not_made_good_by_the_cookie(message, cookie):
    is_problem(await Listener("forged", cookie[0]).get(), 401)


async def test_another_visitor_does_not_hear_it(message, cookie):
    is_problem(await Listener(tokens.issue(uuid.uuid4())).get(), 403)
    is_problem(await Listener(cookie=visitors.new_visitor()[0]).get(), 403)
    is_problem(await Listener(tokens.issue(uuid.uuid4()), cookie[0]).get(), 403)


async def test_a_conversation_without_a_visitor_is_not_every_visitors(message, cookie):
    message.session.visitor = ""
    await message.session.asave()

    is_problem(await Listener(cookie=cookie[0]).get(), 403)


async def test_a_cookie_opens_nothing_but_sound(message, cookie):
    listener = Listener(cookie=cookie[0])

    is_problem(await listener.client.get(f"/api/sessions/{message.session_id}"), 401)
    is_problem(await listener.client.get("/api/agents"), 401)


# --- what ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "recordings/00000000-0000-0000-0000-000000000000.webm",
        "spoken/5f0c2f5e-3c49-4f3c-8a53-0a61ad2a7b11.webm",
        "recordings/unnamed.webm",
        "documents/prices.pdf",
        "public/logo.png",
        "recordings/../documents/prices.pdf",
        "recordings/..%2f..%2fsecret-key",
        "recordings/x%00.webm",
        "recordings/",
        "/etc/passwd",
        "recordings/" + "x" * 5000 + ".webm",
    ],
)
async def test_what_no_message_names_is_not_there(message, key, name):
    for unnamed in ("recordings/unnamed.webm", "documents/prices.pdf", "public/logo.png"):
        default_storage.save(unnamed, ContentFile(b"nobody's"))

    for method in ("GET", "HEAD"):
        response = await Listener(key).get(name, method=method)
        assert response.status_code == 404


async def test_a_file_that_is_gone_is_not_found(message, key):
    default_storage.delete(NAME)

    assert is_problem(await Listener(key).get(), 404)["detail"] == "Recording not found"


async def test_nothing_is_written_here(message, key):
    response = await Listener(key).get(method="DELETE")

    is_problem(response, 405)
    assert default_storage.exists(NAME)
