"""What a model is shown of attachments, and how they travel between processes."""

import json

import pytest
from django.core.files.storage import default_storage

from agents.models import Agent
from conversations.attachments import keeping, pictures, showing
from conversations.attachments.making import MadeFile
from conversations.intake import announcing, turns
from conversations.messages.events import MessageData, MessageStored, from_wire, to_wire
from conversations.models import Attachment, Message, Session
from conversations.replies import leases
from conversations.tests.asking import answered
from conversations.tests.attachments import files
from conversations.tests.factories import MessageFactory
from fakes.scripts import Script
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(agent: Agent) -> Session:
    agent.takes_attachments = True
    agent.save()
    return Session.objects.create(agent=agent, visitor="visitor")


def kept(session: Session, data: bytes = b"", **values) -> Attachment:
    made = MadeFile(data or files.picture(size=(2000, 1000)), "lamp.jpg", "image/jpeg", 2000, 1000)
    if values:
        made = MadeFile(data, "offer.pdf", "application/pdf", **values)
    return Attachment.objects.get(pk=keeping.store.sync(session.pk, made).id)


def history(session: Session):
    session.refresh_from_db()
    last = MessageFactory(session=session, content="And now?")
    return leases.said_before(last).turns


def say(session: Session, *attachments: Attachment, text: str = "Look"):
    return turns.accept.sync(session.pk, text, attachments=[each.pk for each in attachments])


def test_a_model_is_shown_pictures_as_small_as_it_needs_them(session):
    say(session, kept(session))

    [turn] = showing.with_contents(history(session))

    [shown] = turn.attached
    picture = pictures.made_safe(shown.data)
    assert (picture.width, picture.height) == (1024, 512)


def test_of_many_pictures_and_documents_the_newest_are_shown(session):
    for number in range(3):
        say(session, kept(session), kept(session), kept(session, b"%PDF-", text=f"Page {number}"))

    found = [each for turn in showing.with_contents(history(session)) for each in turn.attached]

    assert [bool(each.data) for each in found if each.is_picture] == [False, False, True, True, True, True]
    assert [each.text for each in found if not each.is_picture] == ["", "Page 1", "Page 2"]


def test_a_message_of_files_alone_is_part_of_the_history(session):
    say(session, kept(session), text="")

    assert [(turn.text, len(turn.attached)) for turn in history(session)] == [("", 1)]


def test_a_picture_that_the_storage_lost_is_named_all_the_same(session):
    picture = kept(session)
    say(session, picture)
    default_storage.delete(picture.file.name)

    [turn] = showing.with_contents(history(session))

    assert [(each.name, each.data) for each in turn.attached] == [("lamp.jpg", b"")]


async def test_a_later_question_is_asked_with_the_earlier_picture(session, upstream):
    upstream.then(Script(text="A lamp."), Script(text="Blue."))
    picture = await in_database(kept)(session)
    for text, attachments in (("What is this?", [picture.pk]), ("Which colour has it?", [])):
        turn = await turns.accept(session.pk, text, attachments=attachments)
        announcing.announce(turn)
        await answered(turn)

    first, last = (request.body["messages"] for request in upstream.requests)
    assert [part["type"] for part in first[-1]["content"]] == ["text", "image_url"]
    assert [part["type"] for part in last[1]["content"]] == ["text", "image_url"]
    assert last[-1]["content"] == "Which colour has it?"


async def test_without_a_model_a_picture_is_answered_honestly_and_read_from_nowhere(session):
    picture = await in_database(kept)(session)
    await in_database(default_storage.delete)(picture.file.name)

    turn = await turns.accept(session.pk, "", attachments=[picture.pk])
    announcing.announce(turn)

    assert (await answered(turn)).content.startswith("I cannot look at pictures or read files.")


def test_an_event_brings_attachments_to_other_processes(session):
    turn = say(session, kept(session), kept(session, b"%PDF-", text="Secret"))
    event = MessageStored(turn.question)

    wire = json.loads(json.dumps(to_wire(event)))

    assert from_wire(wire) == event
    assert "Secret" not in str(wire)


def test_an_event_of_a_process_that_knows_no_attachments_is_still_understood(session):
    event = MessageStored(MessageData.of(MessageFactory(session=session)))
    wire = to_wire(event)
    del wire["body"]["message"]["attached"]

    assert from_wire(wire) == event


def test_a_person_who_has_the_conversation_gets_the_file(session):
    Session.objects.filter(pk=session.pk).update(speaker=Session.Speaker.STAFF)

    turn = say(session, kept(session), text="")

    assert turn.answer is None
    assert [each.name for each in turn.question.attached] == ["lamp.jpg"]
    assert Attachment.objects.get().message_id == Message.objects.get().pk
