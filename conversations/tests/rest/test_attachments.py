"""Attachments over the API: uploaded, sent with a message, seen by those who may, taken back."""

import io
import uuid

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from access.visitors import COOKIE, new_visitor
from agents.models import Agent
from agents.tests.factories import StaffFactory
from conversations.attachments import keeping
from conversations.models import Attachment, Message, Session
from conversations.tests.attachments import files
from conversations.tests.rest.conftest import async_visitor_of, new_session, visitor_of
from conversations.tests.rest.sending import path, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(agent: Agent) -> Agent:
    agent.takes_attachments = True
    agent.save()
    return agent


async def attach(client, session, data=None, name="lamp.jpg"):
    return await client.post(path(session, "attachments"), {"file": files.upload(data, name)})


async def attached(client, session, data=None, name="lamp.jpg") -> str:
    response = await attach(client, session, data, name)
    assert response.status_code == 201, response.content
    return response.json()["id"]


async def say(client, session, *ids, content="What is this?", **headers):
    body = {"content": content, "attachments": list(ids)}
    return await client.post(path(session), body, content_type="application/json", headers=headers)


async def test_a_picture_is_uploaded_and_sent_with_a_message(session, visitor, upstream):
    response = await attach(visitor, session, files.photo_with_place(), "IMG_1.JPG")

    uploaded = response.json()
    assert response.status_code == 201
    assert uploaded == {
        "id": uploaded["id"],
        "name": "IMG_1.jpg",
        "media_type": "image/jpeg",
        "size": uploaded["size"],
        "width": 480,
        "height": 640,
        "url": f"/api/attachments/{uploaded['id']}",
    }
    said = (await say(visitor, session, uploaded["id"])).json()
    assert said["user_message"]["attachments"] == [uploaded]
    assert said["assistant_message"]["attachments"] == []
    listed = (await visitor.get(path(session))).json()["messages"]
    assert [message["attachments"] for message in listed] == [[uploaded], []]


async def test_a_message_may_be_a_file_alone_and_names_its_session(session, visitor, upstream):
    body = (await say(visitor, session, await attached(visitor, session), content="")).json()

    assert body["user_message"]["content"] == ""
    assert (await Session.objects.aget(pk=session.pk)).title == "lamp.jpg"


async def test_the_same_key_again_answers_the_same(session, visitor, upstream):
    file = await attached(visitor, session)

    first = await say(visitor, session, file, **{"Idempotency-Key": "one"})
    again = await say(visitor, session, file, **{"Idempotency-Key": "one"})

    assert again.json() == first.json()
    assert await Message.objects.filter(session=session).acount() == 2


async def test_the_same_key_with_other_files_is_refused(session, visitor, upstream):
    one, other = await attached(visitor, session), await attached(visitor, session)
    await say(visitor, session, one, **{"Idempotency-Key": "one"})

    response = await say(visitor, session, other, **{"Idempotency-Key": "one"})

    assert response.status_code == 409


async def test_a_file_is_sent_once_from_two_tabs(session, visitor, upstream):
    file = await attached(visitor, session)
    await say(visitor, session, file, **{"Idempotency-Key": "one"})

    response = await say(visitor, session, file, **{"Idempotency-Key": "two"})

    assert response.status_code == 409
    assert "attach it again" in response.json()["fallback_message"]
    assert await Message.objects.filter(session=session).acount() == 2


async def test_the_file_of_another_conversation_cannot_be_sent(session, visitor):
    foreign = await new_session()
    file = await attached(async_visitor_of(foreign.pk), foreign)

    response = await say(visitor, session, file)

    assert response.status_code == 409
    assert not await Message.objects.filter(session=session).aexists()
    assert (await Attachment.objects.aget(pk=file)).message_id is None


async def test_no_file_goes_into_another_conversation(session, visitor):
    foreign = await new_session()

    assert (await attach(visitor, foreign)).status_code == 403
    assert not await Attachment.objects.aexists()


async def test_where_staff_do_not_allow_it_no_file_is_taken(session, visitor, agent):
    await Agent.objects.filter(pk=agent.pk).aupdate(takes_attachments=False)

    response = await attach(visitor, session)

    assert response.status_code == 409
    assert response.json()["error"] == "Conflict"
    assert not default_storage.exists("attachments") or not default_storage.listdir("attachments")[1]


@pytest.mark.parametrize(
    ("data", "name", "status", "error"),
    [
        (files.SVG, "drawing.png", 415, "Unsupported Media Type"),
        (files.HTML, "page.pdf", 415, "Unsupported Media Type"),
        (b"", "nothing.jpg", 422, "Validation Failed"),
        (files.png_bomb(), "bomb.png", 422, "Validation Failed"),
    ],
    ids=["svg", "html", "empty", "bomb"],
)
async def test_what_is_refused_says_why(session, visitor, data, name, status, error):
    response = await attach(visitor, session, data, name)

    assert response.status_code == status
    assert response.json()["error"] == error
    assert response.json()["fallback_message"] == response.json()["detail"] != ""
    assert not await Attachment.objects.aexists()


async def test_a_file_that_is_too_large_ends_the_request(session, visitor, settings):
    settings.MAX_ATTACHMENT_SIZE = 65_536

    response = await attach(visitor, session, b"%PDF-" + b"\0" * 200_000, "a.pdf")

    assert response.status_code == 413
    assert "0.0625 MB" in response.json()["detail"]


async def test_an_upload_without_a_file_is_refused(session, visitor):
    assert (await visitor.post(path(session, "attachments"), {"other": "text"})).status_code == 422


async def test_a_conversation_holds_so_many_files_and_no_more(session, visitor, monkeypatch):
    monkeypatch.setattr(keeping, "MAX_PER_SESSION", 2)
    await attached(visitor, session)
    second = await attached(visitor, session)

    assert (await attach(visitor, session)).status_code == 409
    await visitor.delete(path(session, f"attachments/{second}"))
    assert (await attach(visitor, session)).status_code == 201


async def test_uploads_are_counted_before_they_are_looked_at(session, visitor, settings):
    settings.RATE_LIMITS = True

    statuses = [(await attach(visitor, session, files.HTML)).status_code for _ in range(22)]

    assert statuses == [415] * 20 + [429] * 2


@pytest.mark.parametrize(
    "body",
    [
        {"content": "  "},
        {"attachments": []},
        {"attachments": ["x"]},
        {"attachments": [str(uuid.UUID(int=1))] * 2},
        {"attachments": [str(uuid.UUID(int=number)) for number in range(5)]},
    ],
    ids=["blank", "nothing", "no id", "twice", "too many"],
)
async def test_a_message_that_says_nothing_or_names_files_wrongly_is_refused(session, visitor, body):
    response = await visitor.post(path(session), body, content_type="application/json")

    assert response.status_code == 422


async def test_staff_attach_no_files(session, visitor):
    body = {"content": "Hi", "attachments": [str(uuid.UUID(int=1))], "role": "staff"}

    response = await visitor.post(path(session), body, content_type="application/json")

    assert response.status_code == 409


async def test_a_file_that_was_not_sent_is_taken_back(session, visitor, upstream):
    waiting, sent = await attached(visitor, session), await attached(visitor, session)
    await say(visitor, session, sent)
    name = (await Attachment.objects.aget(pk=waiting)).file.name

    taken = await visitor.delete(path(session, f"attachments/{waiting}"))
    kept = await visitor.delete(path(session, f"attachments/{sent}"))

    assert (taken.status_code, kept.status_code) == (204, 404)
    assert not default_storage.exists(name)
    assert await Attachment.objects.filter(pk=sent).aexists()


async def test_a_picture_is_shown_in_the_page_and_nothing_runs_in_it(session, visitor):
    file = await attached(visitor, session, files.picture("PNG"), "a.png")

    response = await visitor.get(f"/api/attachments/{file}")

    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"] == 'inline; filename="a.png"'
    assert response["Cache-Control"] == "private, max-age=3600"
    assert Image.open(io.BytesIO(response.content)).size == (640, 480)


async def test_a_pdf_is_never_opened_as_a_page_of_this_site(session, visitor):
    file = await attached(visitor, session, files.pdf(), "Größe.pdf")

    response = await visitor.get(f"/api/attachments/{file}")

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Gr")
    assert response["Content-Type"] == "application/pdf"
    assert response.content == files.pdf()


async def test_who_may_not_see_a_conversation_sees_none_of_its_files(session, visitor, key, async_client):
    url = f"/api/attachments/{await attached(visitor, session)}"
    foreign = async_visitor_of((await new_session()).pk)

    assert (await async_client.get(url)).status_code == 401
    assert (await foreign.get(url)).status_code == 403
    assert (await async_client.get(url, headers={"Authorization": f"Bearer {key}"})).status_code == 200
    assert (await visitor.head(url)).status_code == 200
    assert (await visitor.get(f"/api/attachments/{uuid.uuid4()}")).status_code == 404


def test_a_visitors_page_sees_it_by_cookie_and_a_frame_by_its_header(client, agent):
    value, visitor = new_visitor()
    session = Session.objects.create(agent=agent, visitor=visitor)
    made = keeping.store.sync(session.pk, keeping.MadeFile(files.picture(), "a.jpg", "image/jpeg", 640, 480))
    foreign, _visitor = new_visitor()

    assert client.get(made.url, headers={"X-Visitor": value}).status_code == 200
    assert client.get(made.url, headers={"X-Visitor": foreign}).status_code == 403
    client.cookies[COOKIE] = value
    assert client.get(made.url).status_code == 200


@pytest.mark.parametrize(("may", "status"), [(["conversations.view_session"], 200), ([], 403)], ids=["may", "may not"])
def test_staff_see_it_where_they_may_see_conversations(client, agent, may, status):
    session = Session.objects.create(agent=agent)
    made = keeping.store.sync(session.pk, keeping.MadeFile(files.picture(), "a.jpg", "image/jpeg", 640, 480))
    client.force_login(StaffFactory(may=may), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(made.url).status_code == status


def test_files_go_with_their_conversation(program, agent):
    session = Session.objects.create(agent=agent)
    keeping.store.sync(session.pk, keeping.MadeFile(files.picture(), "a.jpg", "image/jpeg", 640, 480))
    name = Attachment.objects.get().file.name
    assert default_storage.exists(name)

    assert program.delete(f"/api/sessions/{session.pk}").status_code == 204

    assert not Attachment.objects.exists()
    assert not default_storage.exists(name)


def test_a_file_whose_storage_lost_it_is_not_found(agent):
    session = Session.objects.create(agent=agent)
    made = keeping.store.sync(session.pk, keeping.MadeFile(files.picture(), "a.jpg", "image/jpeg", 640, 480))
    default_storage.delete(Attachment.objects.get().file.name)

    assert visitor_of(session).get(made.url).status_code == 404


async def test_a_message_without_files_is_taken_as_before(session, visitor, upstream):
    assert (await send(visitor, session, "Hello")).json()["user_message"]["attachments"] == []
