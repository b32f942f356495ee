"""A shop of a thousand pages is read by the worker: nothing is missed or doubled, and read again only what changed."""

from __future__ import annotations

from collections import Counter

import pytest

from fakes.patience import PATIENCE_S, wait_until
from fakes.websites.large_shop import ARTICLES, DEAD, GUIDES, NEW, LargeShop
from fakes.websites.website import Website as FakeSite
from knowledge.indexer import index_next
from knowledge.models import Chunk, Document, WebPage, Website
from knowledge.search import search
from knowledge.tests.websites.pages import documents, states
from knowledge.websites import schedule
from salesagent.serving import worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MOST_S = 6 * PATIENCE_S  # for one reading, on a machine that is busy


def read_by_the_worker(website: Website) -> None:
    """As "Read now" does it, by tasks of twenty seconds."""
    schedule.read_now(website.pk)
    website.refresh_from_db()
    working = worker.BackgroundWorker()
    working.start()

    def is_over() -> bool:
        website.refresh_from_db()
        return website.status not in ("pending", "reading")

    wait_until(is_over, within_s=MOST_S, pause_s=0.1)
    working.stop(timeout_s=PATIENCE_S)
    assert (website.status, website.error) == ("ready", "")


def indexed() -> dict[str, tuple[object, ...]]:
    """Of each document what is another one whenever it is made anew."""
    while index_next():
        pass
    chunks = dict(Chunk.objects.order_by("-pk").values_list("document", "pk"))
    return {path: (document.pk, document.updated_at, chunks[document.pk]) for path, document in documents().items()}


def changed(before: dict[str, tuple[object, ...]], now: dict[str, tuple[object, ...]]) -> set[str]:
    return {path for path in {*before, *now} if before.get(path) != now.get(path)}


@pytest.fixture
def shop(site: FakeSite) -> LargeShop:
    return LargeShop(site).build()


@pytest.fixture
def large(website: Website, monkeypatch) -> Website:
    monkeypatch.setattr(worker, "START_S", 0.0)
    Website.objects.update(max_pages=1200)
    return website


def test_a_shop_of_a_thousand_pages_is_read_and_read_again(shop: LargeShop, large: Website):
    assert len(shop.texts) > 1000

    read_by_the_worker(large)
    first = indexed()
    assert_all_is_found_once(shop)

    answers_follow_what_changes(shop, large, first)
    what_is_gone_is_gone(shop)


def assert_all_is_found_once(shop: LargeShop) -> None:
    assert set(documents()) == shop.texts
    assert Document.objects.count() == len(shop.texts)
    assert states() == {**dict.fromkeys(shop.texts, "read"), **shop.states}
    asked = Counter(shop.site.paths())
    tried_again = {"/robots.txt", "/group/desk"}  # asked once with a slash at its end
    assert {path: times for path, times in asked.items() if times > 1 and path not in tried_again} == {}
    assert not [path for path in asked if path.startswith("/basket")]
    assert shop.site.most_at_once == 1


def answers_follow_what_changes(shop: LargeShop, website: Website, before: dict[str, tuple[object, ...]]) -> None:
    shop.product(7, price=99)
    shop.article(3, "We have moved.", NEW)
    shop.guide(40, "Ask somebody who knows how.")
    shop.guide(0)  # made anew, and says the same
    shop.take_away("/lamp/30")
    Document.objects.filter(url__endswith="/lamp/30").update(misses=2)  # as test_reading_again.py counts them
    shop.site.asked.clear(), shop.site.answered.clear()

    read_by_the_worker(website)

    assert changed(before, indexed()) == {"/lamp/7", "/news/3", "/help/40", "/lamp/30"}
    without_marks = {"/", *(f"/help/{number}" for number in range(GUIDES))}
    sent = [path for (path, _headers), status in zip(shop.site.asked, shop.site.answered, strict=True) if status == 200]
    whole = {path for path in sent if path in shop.texts}
    assert whole == {*without_marks, "/lamp/7", "/news/3"}
    assert shop.site.answered.count(304) == len(shop.texts) - len(whole) - 1 > ARTICLES
    passage = search(website.agent_id, "What does the Brook 7 cost?", 1)[0]
    assert ("99 euros" in passage.text, passage.url) == (True, shop.site.url("/lamp/7"))


def what_is_gone_is_gone(shop: LargeShop) -> None:
    assert Document.objects.get(url__endswith="/lamp/30").misses == 3
    assert set(documents()) == shop.texts - {"/lamp/30"}
    never_pages = DEAD  # looked for twice, and forgotten
    assert WebPage.objects.filter(kind=WebPage.Kind.PAGE).count() == len(shop.texts) + len(shop.states) - never_pages
