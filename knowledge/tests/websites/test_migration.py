"""Pages that were there before they had a schedule are read once a day, unless somebody wrote over their text."""

import pytest

BEFORE, AFTER = [("knowledge", "0010_index_of_answering_documents")], [("knowledge", "0011_pages_read_again")]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_pages_that_were_read_get_a_schedule_and_no_other_documents(migrate):
    old = migrate(BEFORE)
    Document, Website = old.get_model("knowledge", "Document"), old.get_model("knowledge", "Website")
    agent = old.get_model("agents", "Agent").objects.create(name="a", slug="a")
    website = Website.objects.create(agent=agent, url="https://a.example/")
    url = "https://a.example/prices"
    read = {"agent": agent, "url": url, "content_hash": "0" * 32}
    Document.objects.create(name="read", **read)
    Document.objects.create(name="never read", agent=agent, url=url)
    Document.objects.create(name="written over", **read | {"content_hash": "0" * 64})
    Document.objects.create(name="of a website", website=website, **read)
    Document.objects.create(name="pasted", **read | {"url": ""})

    Document = migrate(AFTER).get_model("knowledge", "Document")

    scheduled = Document.objects.filter(every_hours=24, next_read_at__isnull=False)
    assert set(scheduled.values_list("name", flat=True)) == {"read", "never read"}
    assert set(Document.objects.filter(every_hours=0, next_read_at=None).values_list("name", flat=True)) == {
        "written over",
        "of a website",
        "pasted",
    }
