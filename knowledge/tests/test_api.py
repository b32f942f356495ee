"""Documents through the API: in, out, searched; and what is refused leaves nothing behind."""

from __future__ import annotations

import json
import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from access import keys, tokens
from access.models import ApiKey
from agents.models import Agent
from agents.tests.factories import AgentFactory, SuperuserFactory
from conversations.models import Session
from knowledge import adding, api
from knowledge.models import Document
from knowledge.tests.factories import ChunkFactory, DocumentFactory
from knowledge.tests.files import zipped
from knowledge.tests.pdfs import a_pdf, locked
from language import embeddings
from lib import uploads

pytestmark = pytest.mark.django_db
FIELDS = {"id", "agent_id", "name", "status", "progress", "chunk_count", "error", "created_at", "updated_at"} | {
    "url",
    "every_hours",
    "last_read_at",
    "next_read_at",
    "same_as",
}
PRICES = b"# Prices\n\nA Brook 90 costs $2,400."


@pytest.fixture
def key():
    return keys.create("Test")[1]


@pytest.fixture
def ask(client, key):
    def ask(path, method="get", token=key, **data):
        return getattr(client, method)(f"/api{path}", data, headers={"Authorization": f"Bearer {token}"})

    return ask


@pytest.fixture
def upload(client, key):
    def upload(content=PRICES, name="prices.md", agent=None, token=key, **fields):
        agent = agent or AgentFactory()
        file = {"file": SimpleUploadedFile(name, content)} if content is not None else {}
        path = f"/api/agents/{getattr(agent, 'pk', agent)}/documents"
        return client.post(path, {**file, **fields}, headers={"Authorization": f"Bearer {token}"} if token else {})

    return upload


def stored_files() -> list[str]:
    return default_storage.listdir("documents")[1] if default_storage.exists("documents") else []


def is_problem(response, status: int, words: str) -> bool:
    body = response.json()
    assert set(body) == {"error", "detail", "fallback_message"}
    assert response.status_code == status, body
    assert words in body["detail"]
    return True


def test_an_upload_is_read_indexed_and_kept(upload, ask):
    response = upload()

    made = response.json()
    assert response.status_code == 201
    assert set(made) == FIELDS
    assert (made["name"], made["status"], made["chunk_count"], made["error"]) == ("Prices", "ready", 1, "")
    document = Document.objects.get(pk=made["id"])
    assert (document.file.read(), str(document.agent_id)) == (PRICES, made["agent_id"])
    assert ask(f"/documents/{made['id']}").json() == made


def test_a_pdf_is_read_too(upload):
    made = upload(a_pdf("A Brook 90 costs $2,400."), "price_list.pdf").json()

    assert (made["name"], made["status"]) == ("price list", "ready")
    assert Document.objects.get().text == "A Brook 90 costs $2,400."


def test_a_name_can_be_given(client, key, agent):
    file = SimpleUploadedFile("prices.md", PRICES)

    made = client.post(
        f"/api/agents/{agent.pk}/documents",
        {"file": file, "name": " Price  list "},
        headers={"Authorization": f"Bearer {key}"},
    ).json()

    assert made["name"] == "Price list"


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (zipped({"a.txt": "Hello."}), "offer.docx", 415, "This type of file is not read"),
        (b"\x00\x01\x02", "offer.txt", 415, "This type of file is not read"),
        (b"  ", "offer.txt", 422, "empty"),
        (b"%PDF-1.4", "offer.pdf", 422, "damaged"),
        (locked(a_pdf("x"), "secret"), "offer.pdf", 422, "locked"),
        (None, "", 422, "file"),
    ],
)
def test_a_file_without_text_is_refused_and_nothing_is_stored(upload, content, name, status, words):
    assert is_problem(upload(content, name), status, words)
    assert not Document.objects.exists()
    assert not stored_files()


def test_a_file_that_is_too_large_is_refused_while_it_is_read(upload, monkeypatch):
    seen = []
    monkeypatch.setattr(uploads.BoundedUploadHandler, "chunk_size", 1024)
    original = uploads.BoundedUploadHandler.receive_data_chunk

    def counted(self, raw_data, start):
        seen.append(len(raw_data))
        return original(self, raw_data, start)

    monkeypatch.setattr(uploads.BoundedUploadHandler, "receive_data_chunk", counted)

    response = upload(b"x" * (api.MAX_BYTES + 200_000))

    assert is_problem(response, 413, f"{api.MAX_BYTES:,}")
    assert sum(seen) <= api.MAX_BYTES + 65_536
    assert not Document.objects.exists()


def test_staff_are_held_to_the_same_size(client):
    client.force_login(SuperuserFactory())
    client.handler.enforce_csrf_checks = True
    client.get("/admin/")
    token = client.get("/admin/password_change/").context["csrf_token"]
    file = SimpleUploadedFile("a.md", b"x" * (api.MAX_BYTES + 1))

    response = client.post(
        f"/api/agents/{AgentFactory().pk}/documents", {"file": file}, headers={"X-CSRFToken": str(token)}
    )

    assert is_problem(response, 413, f"{api.MAX_BYTES:,}")


@pytest.fixture
def paste(client, key):
    def paste(body, agent=None, content_type="application/json"):
        path = f"/api/agents/{(agent or AgentFactory()).pk}/documents"
        headers = {"Authorization": f"Bearer {key}"}
        return client.post(path, json.dumps(body), content_type=content_type, headers=headers)

    return paste


def test_a_pasted_text_is_indexed(paste):
    response = paste({"name": " Price  list", "text": "# Prices\n\nA Brook 90 costs $2,400."})

    made = response.json()
    assert (response.status_code, made["name"], made["status"]) == (201, "Price list", "ready")
    assert not Document.objects.get().file


def test_a_pasted_text_names_itself(paste):
    assert paste({"text": "# Prices\n\nA Brook 90 costs $2,400."}).json()["name"] == "Prices"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"file": "x"}, "text"),
        ({"text": "  "}, "text"),
        ({"text": 5}, "text"),
        ({"text": "x" * 1001}, "text: The text of this file is longer than 1,000"),
        ({"text": "x", "name": "y" * 201}, "name"),
        (["text"], ""),
    ],
)
def test_json_that_is_no_text_is_refused(paste, settings, body, words):
    settings.MAX_DOCUMENT_CHARACTERS = 1000

    assert is_problem(paste(body), 422, words)
    assert not Document.objects.exists()


def test_another_type_of_body_is_refused(paste):
    assert is_problem(paste({"text": "x"}, content_type="text/plain"), 415, "multipart/form-data")


@pytest.fixture
def upload_several(client, key):
    def upload_several(*files, agent=None, **fields):
        path = f"/api/agents/{(agent or AgentFactory()).pk}/documents"
        several = [SimpleUploadedFile(name, content) for name, content in files]
        return client.post(path, {"file": several, **fields}, headers={"Authorization": f"Bearer {key}"})

    return upload_several


def test_several_files_make_several_documents_and_each_refusal_is_told(upload_several):
    png = b"\x89PNG\r\n\x1a\n\x00\x00"

    response = upload_several(("prices.md", PRICES), ("photo.png", png), ("terms.txt", b"Pay in 30 days."))

    told = response.json()
    assert response.status_code == 201
    assert [document["name"] for document in told["documents"]] == ["Prices", "terms"]
    assert [refused["name"] for refused in told["refused"]] == ["photo.png"]
    assert "This type of file is not read" in told["refused"][0]["detail"]


def test_several_files_of_which_none_can_be_read_are_refused(upload_several):
    assert is_problem(upload_several(("a.txt", b"  "), ("b.txt", b"\x00\x01")), 422, "a.txt: This file is empty")


def test_several_files_are_not_given_one_name(upload_several):
    response = upload_several(("a.txt", b"One."), ("b.txt", b"Two."), name="Prices")

    assert is_problem(response, 422, "name")


def test_the_same_content_again_is_answered_with_its_document(upload, agent):
    first = upload(agent=agent)

    again = upload(agent=agent, name="copy.md")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


def test_a_large_file_is_answered_at_once_and_pending(upload, monkeypatch):
    monkeypatch.setattr(adding, "READ_NOW_BYTES", 10)

    made = upload().json()

    assert (made["status"], made["chunk_count"], made["name"]) == ("pending", 0, "prices")


@pytest.mark.parametrize("name", ["x" * 201, "a\x00b"])
def test_a_bad_name_is_refused(client, key, name):
    agent = AgentFactory()
    file = SimpleUploadedFile("prices.md", PRICES)

    response = client.post(
        f"/api/agents/{agent.pk}/documents", {"file": file, "name": name}, headers={"Authorization": f"Bearer {key}"}
    )

    assert is_problem(response, 422, "name")
    assert not Document.objects.exists()


def test_what_cannot_be_indexed_is_kept_and_says_why(upload, settings):
    settings.MAX_DOCUMENT_PASSAGES = 1

    made = upload(b"# One\n\nA word.\n\n# Two\n\nAnother.", "book.txt").json()

    assert (made["status"], made["chunk_count"]) == ("failed", 0)
    assert "at most 1 can be searched" in made["error"]


def test_a_broken_embedding_model_fails_the_document_only(upload, monkeypatch, caplog):
    def broken(folder):
        raise RuntimeError("no memory")

    monkeypatch.setattr(embeddings, "load", broken)

    response = upload()

    assert response.status_code == 201
    assert (response.json()["status"], response.json()["error"][:12]) == ("failed", "It could not")
    assert "could not be indexed" in caplog.text


@pytest.mark.parametrize("agent", [uuid.uuid4(), "x"])
def test_an_agent_that_is_not_there_takes_nothing(upload, ask, agent):
    assert is_problem(upload(agent=agent), 404, "Agent not found")
    assert is_problem(ask(f"/agents/{agent}/documents"), 404, "Agent not found")
    assert is_problem(ask(f"/agents/{agent}/search?q=x"), 404, "Agent not found")
    assert not stored_files()


@pytest.mark.django_db(transaction=True)
def test_deletion_takes_chunks_and_file_along(upload, ask):
    made = upload().json()
    assert stored_files()

    assert ask(f"/documents/{made['id']}", "delete").status_code == 204

    assert not Document.objects.exists()
    assert not stored_files()
    assert is_problem(ask(f"/documents/{made['id']}", "delete"), 404, "Document not found")
    assert is_problem(ask(f"/documents/{made['id']}"), 404, "Document not found")
    assert is_problem(ask("/documents/x"), 404, "Document not found")


def test_the_list_is_of_one_agent_and_in_pages(ask):
    agent = AgentFactory()
    for number in range(5):
        DocumentFactory(agent=agent, name=f"Page {number}")
    DocumentFactory()

    first = ask(f"/agents/{agent.pk}/documents?limit=3").json()
    second = ask(f"/agents/{agent.pk}/documents?limit=3&cursor={first['next_cursor']}").json()

    assert (first["total"], second["next_cursor"]) == (5, None)
    names = [one["name"] for one in first["documents"] + second["documents"]]
    assert names == [f"Page {number}" for number in reversed(range(5))]


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_documents(ask, django_assert_num_queries, count):
    agent = AgentFactory()
    for _ in range(count):
        ChunkFactory(document__agent=agent)
    ask(f"/agents/{agent.pk}/documents")  # notes the use of the key

    with django_assert_num_queries(4):  # key, agent, page, total
        listed = ask(f"/agents/{agent.pk}/documents?limit=100").json()

    assert [one["chunk_count"] for one in listed["documents"]] == [1] * count


def test_the_search_finds_the_passage_of_this_agent(upload, ask):
    agent = AgentFactory()
    made = upload(agent=agent).json()
    upload(b"# Prices\n\nA Brook 90 costs nothing here.")

    passages = ask(f"/agents/{agent.pk}/search", q="What does a Brook 90 cost?").json()["passages"]

    assert len(passages) == 1
    found = passages[0]
    assert set(found) == {"document_id", "document", "heading", "page", "text", "score"}
    assert (found["document_id"], found["document"], found["heading"]) == (made["id"], "Prices", "Prices")
    assert "$2,400" in found["text"]
    assert found["score"] > 0


def test_an_agent_without_knowledge_finds_nothing(ask, agent):
    assert ask(f"/agents/{agent.pk}/search", q="prices").json() == {"passages": []}


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=x&limit=0", "?q=x&limit=21", "?q=" + "x" * 1001])
def test_a_search_for_nothing_or_too_much_is_refused(ask, agent, query):
    assert is_problem(ask(f"/agents/{agent.pk}/search{query}"), 422, "limit" if "limit" in query else "q")


def test_others_get_in_nowhere(upload, ask, client, agent):
    document = DocumentFactory(agent=agent)
    visitor = tokens.issue(Session.objects.create(agent=agent).pk)

    assert upload(agent=agent, token="wrong").status_code == 401
    assert upload(agent=agent, token=visitor).status_code == 403
    for path in (f"/agents/{agent.pk}/documents", f"/documents/{document.pk}", f"/agents/{agent.pk}/search?q=x"):
        assert client.get(f"/api{path}").status_code == 401
        assert ask(path, token=visitor).status_code == 403
    assert ask(f"/documents/{document.pk}", "delete", token=visitor).status_code == 403
    assert Document.objects.count() == 1


def test_a_key_for_reading_changes_nothing(upload, ask):
    reading = keys.create("Reader", scopes=[ApiKey.Scope.READ])[1]
    document = DocumentFactory()

    assert ask(f"/documents/{document.pk}", token=reading).status_code == 200
    assert upload(agent=Agent.objects.get(), token=reading).status_code == 403
    assert ask(f"/documents/{document.pk}", "delete", token=reading).status_code == 403
