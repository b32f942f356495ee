"""What staff can do with websites in the admin."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from agents.tests.factories import AgentFactory, StaffFactory, SuperuserFactory
from knowledge.models import Document, WebPage, Website
from knowledge.tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/knowledge/website/"
ADD = f"{LIST}add/"


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    """Post a website's form and let what follows the commit happen."""

    def send(path: str = ADD, /, **data: object):
        given = {"url": "https://shop.example/", "include": "", "exclude": "", "every_hours": 24, "max_pages": 1000}
        data = {"agent": data.pop("agent", None) or AgentFactory().pk, **given, **data}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, data, follow=True)

    return send


@pytest.fixture
def website():
    agent, origin = AgentFactory(), "https://shop.example"
    return Website.objects.create(agent=agent, url=f"{origin}/", origin=origin, status="ready", reading=1)


def page_of(website: Website, path: str = "/a", **fields: object) -> WebPage:
    return WebPage.objects.create(website=website, url=f"https://shop.example{path}", key=path, reading=1, **fields)


def change_url(website: Website) -> str:
    return reverse("admin:knowledge_website_change", args=[website.pk])


def test_a_website_that_is_added_is_read_and_shown(staff, send):
    response = send(url="https://Shop.example?utm_source=x", exclude=" jobs \n\nhttps://shop.example/old*")

    website = Website.objects.get()
    assert (website.url, website.exclude, website.status) == ("https://shop.example/", "/jobs\n/old*", "pending")
    assert DBTaskResult.objects.filter(queue_name="websites").count() == 1
    assert response.redirect_chain[-1][0] == change_url(website)
    assert 'hx-trigger="every 2s"' in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", "ftp://shop.example/", "no address of a web page"),
        ("url", "https://user:secret@shop.example/", "user name or a password"),
        ("url", "http://shop.example:8080/", "port 8080"),
        ("every_hours", "-1", "greater than or equal to 0"),
        ("every_hours", "8761", "From 0 to 8,760."),
        ("max_pages", "0", "From 1 to 5,000."),
        ("max_pages", "5001", "From 1 to 5,000."),
        ("exclude", "\n".join(map(str, range(101))), "At most 100 lines."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(staff, send, field, value, words):
    assert words in send(**{field: value}).content.decode()
    assert not Website.objects.exists()


def test_an_agent_reads_a_website_once(staff, send, website):
    assert "reads that website already" in send(agent=website.agent_id).content.decode()
    assert Website.objects.count() == 1


def test_its_page_says_what_became_of_each_page_those_that_failed_first(client, staff, website):
    document = DocumentFactory(agent=website.agent, website=website, name="Brook 90", status="ready", is_owed=False)
    page_of(website, "/good", state="read", document=document)
    page_of(website, "/bad", state="failed", note="The server has an error of its own (500).")

    shown = client.get(change_url(website)).content.decode()

    assert shown.index("/bad") < shown.index("/good")
    assert "The server has an error of its own (500)." in shown
    assert reverse("admin:knowledge_document_change", args=[document.pk]) in shown
    assert 'target="_blank" rel="noopener noreferrer">/good' in shown
    assert "hx-trigger" not in shown


def test_its_page_tells_how_far_it_is_until_all_that_was_read_is_indexed(client, staff, website):
    document = DocumentFactory(agent=website.agent, website=website, status="ready", is_owed=True)
    page_of(website, "/good", state="read", document=document)

    shown = client.get(change_url(website)).content.decode()

    assert "1 page is being indexed" in shown
    assert ("Being indexed" in shown, "hx-trigger" in shown) == (True, True)


def test_while_it_is_read_the_page_asks_how_far_it_is_and_at_the_end_gets_the_pages(client, staff, website):
    Website.objects.update(status="reading", reading=2)
    page_of(website)
    progress = reverse("admin:knowledge_website_progress", args=[website.pk])

    under_way = client.get(progress).content.decode()
    WebPage.objects.update(reading=2)
    Website.objects.update(status="ready", last_read_at=timezone.now())
    done = client.get(progress).content.decode()

    assert "0 of 1 known pages" in under_way
    assert 'hx-trigger="every 2s"' in under_way
    assert "website-pages" not in under_way
    assert "hx-trigger" not in done
    assert 'id="website-pages" hx-swap-oob="true"' in done


def test_it_is_read_again_on_request(client, staff, website):
    client.post(reverse("admin:knowledge_website_read", args=[website.pk]))

    website.refresh_from_db()
    assert website.status == "pending"
    assert DBTaskResult.objects.filter(queue_name="websites").exists()


def test_other_pages_are_wanted_by_a_change_and_sent_anew(staff, send, website):
    DocumentFactory(agent=website.agent, website=website, etag='"a"')

    send(change_url(website), exclude="/old")

    website.refresh_from_db()
    assert (website.exclude, website.status) == ("/old", "pending")
    assert Document.objects.get().etag == ""


def test_another_time_alone_is_no_reason_to_read(staff, send, website):
    send(change_url(website), every_hours=48)

    website.refresh_from_db()
    assert (website.every_hours, website.status) == (48, "ready")
    assert not DBTaskResult.objects.exists()


def test_the_address_stays_what_it_was(staff, send, website):
    send(change_url(website), url="https://other.example/", every_hours=48)

    website.refresh_from_db()
    assert website.url == "https://shop.example/"


def test_deleting_says_what_goes_and_takes_it_along(client, staff, website):
    page_of(website, document=DocumentFactory(agent=website.agent, website=website))
    kept = DocumentFactory(agent=website.agent)
    delete = reverse("admin:knowledge_website_delete", args=[website.pk])

    asked = client.get(delete).content.decode()
    client.post(delete, {"post": "yes"})

    assert "Documents</th><td" in asked.replace("\n", "")
    assert "The agent forgets what was read" in asked
    assert list(Document.objects.all()) == [kept]
    assert not Website.objects.exists()


def test_the_list_begins_with_what_failed(client, staff, website):
    failed = Website.objects.create(agent=website.agent, url="https://z.example/", status="failed")

    page = client.get(LIST)

    assert page.context["cl"].result_list[0] == failed
    assert "badge--error" in page.content.decode()


def test_thirty_websites_take_as_many_queries_as_three(client, staff, django_assert_num_queries):
    agent = AgentFactory()
    for number in range(3):
        Website.objects.create(agent=agent, url=f"https://{number}.example/")
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(3, 30):
        Website.objects.create(agent=agent, url=f"https://{number}.example/")

    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_the_first_page_says_that_one_failed(client, staff, website):
    Website.objects.update(status="failed")

    assert "1 website could not be read" in client.get("/admin/").content.decode()


def test_a_document_of_a_website_is_changed_there(client, staff, website):
    document = DocumentFactory(agent=website.agent, website=website, url="https://shop.example/a", text="Lamps.")
    own = reverse("admin:knowledge_document_change", args=[document.pk])

    shown = client.get(own).content.decode()

    assert 'name="_save"' not in shown
    assert 'href="https://shop.example/a"' in shown
    assert client.post(own, {"text": "new"}).status_code == 403


def test_others_are_refused(client, website):
    paths = [LIST, change_url(website), reverse("admin:knowledge_website_progress", args=[website.pk])]
    read = reverse("admin:knowledge_website_read", args=[website.pk])
    assert all(client.get(path).url.startswith("/admin/login/") for path in paths)

    client.force_login(StaffFactory(may=["knowledge.view_document"]))
    assert [client.get(path).status_code for path in paths] == [403] * 3
    assert client.post(read).status_code == 403

    client.force_login(StaffFactory(may=["knowledge.view_website"]))
    assert [client.get(path).status_code for path in paths] == [200] * 3
    assert "Read now" not in client.get(change_url(website)).content.decode().replace("Press “Read now”", "")
    assert client.post(read).status_code == 403
