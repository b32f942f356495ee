"""What a page posts of files, with a script and without, and what it is answered."""

import uuid

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from access.visitors import COOKIE, new_visitor
from conversations.attachments import keeping
from conversations.models import Attachment, Message, Session
from conversations.tests.attachments import files
from conversations.tests.rest.conftest import new_session
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def agent(agent):
    agent.takes_attachments = True
    agent.save()
    return agent


@pytest.fixture
def visitor(async_client):
    value, visitor = new_visitor()
    async_client.cookies[COOKIE] = value
    return visitor


@pytest.fixture
async def session(agent, visitor):
    return await Session.objects.acreate(agent=agent, visitor=visitor)


async def upload(client, session, data=None, name="lamp.jpg"):
    url = reverse("attachment", args=[session.pk])
    return await client.post(url, {"file": files.upload(data, name)}, headers=SCRIPT)


async def test_the_first_file_begins_a_session_that_the_message_goes_to(async_client, agent, upstream):
    upstream.then(Script(text="A lamp."))

    begun = await async_client.post(
        reverse("first_attachment", args=["ada"]),
        {"file": files.upload(), "page": "http://testserver/"},
        headers=SCRIPT,
    )

    assert begun.status_code == 204
    session = await Session.objects.aget(pk=begun["X-Session-Id"])
    assert begun["X-Session-Url"] == f"/chat/ada/{session.pk}/"
    said = {"content": "", "client_id": "1", "attachments": begun["X-Attachment-Id"]}
    answered = await async_client.post(reverse("messages", args=[session.pk]), said, headers=SCRIPT)
    html = answered.content.decode()
    assert f'src="/api/attachments/{begun["X-Attachment-Id"]}"' in html
    assert 'data-client-id="1"' in html
    assert 'width="640" height="480"' in html


async def test_a_file_that_is_refused_begins_nothing(async_client, agent):
    url = reverse("first_attachment", args=["ada"])

    response = await async_client.post(url, {"file": files.upload(files.SVG, "a.png")}, headers=SCRIPT)

    assert response.status_code == 415
    assert "Only pictures" in response.json()["fallback_message"]
    assert not await Session.objects.aexists()


async def test_a_refusal_from_another_thread_is_in_the_language_of_the_page(async_client, agent):
    url = reverse("first_attachment", args=["ada"])
    in_german = {**SCRIPT, "X-Page-Language": "de"}

    response = await async_client.post(url, {"file": files.upload(files.SVG, "a.png")}, headers=in_german)

    assert "Nur Bilder" in response.json()["fallback_message"]


async def test_where_no_files_are_taken_none_begins_anything(async_client, agent):
    agent.takes_attachments = False
    await agent.asave()

    response = await async_client.post(
        reverse("first_attachment", args=["ada"]), {"file": files.upload()}, headers=SCRIPT
    )

    assert response.status_code == 422
    assert not await Session.objects.aexists()


async def test_a_file_that_is_too_large_is_refused_while_it_arrives(async_client, session, settings):
    settings.MAX_ATTACHMENT_SIZE = 65_536

    response = await upload(async_client, session, b"%PDF-" + b"\0" * 300_000, "a.pdf")

    assert response.status_code == 413
    assert "0.0625 MB" in response.json()["fallback_message"]
    assert not await Attachment.objects.aexists()


async def test_an_upload_without_a_form_token_is_refused(session, visitor):
    from django.test import AsyncClient

    strict = AsyncClient(enforce_csrf_checks=True)
    strict.cookies[COOKIE] = new_visitor()[0]

    assert (await upload(strict, session)).status_code == 403


async def test_nothing_is_put_into_or_taken_out_of_the_conversation_of_another_visitor(async_client, session, agent):
    made = await keeping.store(session.pk, keeping.MadeFile(b"%PDF-", "a.pdf", "application/pdf"))
    async_client.cookies[COOKIE] = new_visitor()[0]

    put = await upload(async_client, session)
    taken = await async_client.post(reverse("remove_attachment", args=[session.pk, made.id]), headers=SCRIPT)

    assert (put.status_code, taken.status_code) == (404, 404)
    assert [each.pk async for each in Attachment.objects.all()] == [uuid.UUID(made.id)]


async def test_the_files_of_another_conversation_go_with_no_message(async_client, session, agent):
    foreign = await new_session()
    made = await keeping.store(foreign.pk, keeping.MadeFile(b"%PDF-", "a.pdf", "application/pdf"))

    for attachments in (made.id, "x", f"{made.id},{made.id}"):
        said = {"content": "Hi", "attachments": attachments}
        response = await async_client.post(reverse("messages", args=[session.pk]), said, headers=SCRIPT)
        assert response.status_code == 422
        assert "attach it again" in response.json()["fallback_message"]
    assert not await Message.objects.aexists()


async def test_a_form_sends_text_and_files_at_once(async_client, session, upstream):
    upstream.then(Script(text="A lamp."))
    form = {"content": "Look", "files": [files.upload(), files.upload(files.pdf(), "offer.pdf")]}

    response = await async_client.post(reverse("messages", args=[session.pk]), form)

    assert response.status_code == 302
    question = await Message.objects.aget(session=session, seq=1)
    assert [each["name"] for each in question.attached] == ["lamp.jpg", "offer.pdf"]
    page = (await async_client.get(response["Location"])).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "offer.pdf" in page


@pytest.mark.parametrize("count", [1, 3])
async def test_a_form_begins_a_conversation_with_files(async_client, agent, upstream, count):
    upstream.then(Script(text="A lamp."))
    form = {"content": "", "files": [files.upload() for _ in range(count)]}

    response = await async_client.post(reverse("first_message", args=["ada"]), form)

    assert response.status_code == 302
    assert len((await Message.objects.aget(seq=1)).attached) == count
    assert await Session.objects.acount() == 1


@pytest.mark.parametrize(
    ("uploads", "words"),
    [([files.upload(files.HTML, "a.png")], "Only pictures"), ([files.upload(b"x")] * 5, "At most 4 files")],
    ids=["no picture", "too many"],
)
async def test_a_form_whose_files_are_refused_shows_why_and_keeps_the_text(async_client, session, uploads, words):
    form = {"content": "My long question", "files": uploads}

    response = await async_client.post(reverse("messages", args=[session.pk]), form)

    html = response.content.decode()
    assert response.status_code in {415, 422}
    assert words in html
    assert "My long question" in html


async def test_a_visitor_deletes_files_with_the_conversation(async_client, session, upstream):
    made = await keeping.store(session.pk, keeping.MadeFile(b"%PDF-", "a.pdf", "application/pdf"))
    name = (await Attachment.objects.aget(pk=made.id)).file.name
    url = reverse("delete_session", args=[session.pk])

    assert "So will 1 attached file." in (await async_client.get(url)).content.decode()
    await async_client.post(url)

    assert not default_storage.exists(name)
