"""`manage.py read_website AGENT URL`: read a website now, in this process, and say how far it is."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agents.called import agent_called
from knowledge.indexer import index_next
from knowledge.management.progress import Progress
from knowledge.models import WebPage, Website
from knowledge.websites import adding
from knowledge.websites.fetching import Fetcher
from knowledge.websites.reading import Rest, claim, read, release

LOOK_S = 1.0  # while a server reads the same website


class Command(BaseCommand):
    help = "Read a website into an agent's knowledge. Interrupted, it goes on where it was when it is called again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agent", help="The agent's slug, as in /chat/SLUG/, or its id.")
        parser.add_argument("url", help="The first page of the site, or a sitemap.")
        parser.add_argument("--include", action="append", default=[], help="Read only paths that begin so; repeatable.")
        parser.add_argument("--exclude", action="append", default=[], help="Leave out paths that begin so; repeatable.")
        parser.add_argument("--max-pages", type=int, default=1000)

    def handle(self, *args: Any, **options: Any) -> None:
        website = _website(options)
        with Fetcher() as fetcher, Progress("page") as self._progress:
            while not (rest := self._read(website, fetcher)).is_done:
                self._say(f"The site asks for a pause of {rest.wait_s:.0f} s.")
                time.sleep(rest.wait_s)
        self.stdout.write("Indexing what was read...")
        while index_next():
            pass
        counted: Any = Website.objects.with_counts().get(pk=website.pk)
        if counted.error:
            raise CommandError(counted.error)
        self.stdout.write(
            f"{counted.page_count} pages known, {counted.ready_count} ready, {counted.failed_count} failed."
        )

    def _read(self, website: Website, fetcher: Fetcher) -> Rest:
        while (claimed := claim(website.pk)) is None:
            self._say("A server reads this site at the moment; waiting for it.")
            time.sleep(LOOK_S)
        try:
            return read(claimed, fetcher, on_page=self._tell)
        finally:
            release(claimed)

    def _tell(self, page: WebPage) -> None:
        if page.reading:
            self._say(f"{page.get_state_display():<22} {page.url}{f'  ({page.note})' if page.note else ''}")
            pages = WebPage.objects.filter(website=page.website_id)
            self._progress.set(pages.filter(reading=page.reading).count(), pages.count())

    def _say(self, line: str) -> None:
        with self._progress.aside():
            self.stdout.write(line)
            self.stdout.flush()


def _website(options: dict[str, Any]) -> Website:
    agent = agent_called(options["agent"])
    if agent is None:
        raise CommandError(f"There is no agent {options['agent']}.")
    try:
        found = Website.objects.filter(agent=agent, url=adding.address(options["url"])).first()
        include, exclude = "\n".join(options["include"]), "\n".join(options["exclude"])
        website = found or adding.add(
            agent.pk, options["url"], include=include, exclude=exclude, max_pages=options["max_pages"]
        )
    except adding.CannotAdd as error:
        raise CommandError(str(error)) from None
    if website is None:
        raise CommandError(f"The agent {agent} was deleted in this moment.")
    return website
