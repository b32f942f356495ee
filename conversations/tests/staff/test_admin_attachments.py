"""Staff see what visitors attached in the transcript and in its files."""

import json

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from agents.tests.factories import AgentFactory, SuperuserFactory
from conversations.attachments import keeping
from conversations.attachments.making import MadeFile
from conversations.models import Attachment
from conversations.tests.attachments import files
from conversations.tests.factories import SessionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(client):
    user = SuperuserFactory()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def session():
    from conversations.intake import turns

    session = SessionFactory(agent=AgentFactory(takes_attachments=True))
    picture = keeping.store.sync(session.pk, MadeFile(files.picture(), "lamp.jpg", "image/jpeg", 640, 480))
    pdf = keeping.store.sync(session.pk, MadeFile(b"%PDF-", "<offer>.pdf", "application/pdf"))
    turns.accept.sync(session.pk, "", attachments=[Attachment.objects.get(pk=each.id).pk for each in (picture, pdf)])
    session.refresh_from_db()
    return session


def test_the_transcript_shows_pictures_and_links_to_pdf(client, staff, session):
    html = client.get(reverse("admin:conversations_session_change", args=[session.pk])).content.decode()

    for each in Attachment.objects.all():
        assert f"/api/attachments/{each.pk}" in html
    assert "&lt;offer&gt;.pdf" in html
    assert "No text." not in html.partition("entry--assistant")[0]


def test_the_files_of_a_transcript_name_what_was_attached(client, staff, session):
    def exported(kind):
        return client.get(reverse("admin:conversations_session_export", args=[session.pk, kind])).content.decode()

    assert r"Attachments: lamp.jpg, \<offer\>.pdf" in exported("md")
    [picture, pdf] = json.loads(exported("json"))["messages"][0]["attachments"]
    assert (picture["name"], picture["media_type"]) == ("lamp.jpg", "image/jpeg")
    assert pdf["size"] == 5


def test_deleting_in_the_admin_counts_files_and_removes_them(client, staff, session):
    url = reverse("admin:conversations_session_delete", args=[session.pk])
    names = [each.file.name for each in Attachment.objects.all()]

    assert "Attached files" in client.get(url).content.decode()
    client.post(url, {"post": "yes"})

    assert not any(map(default_storage.exists, names))
