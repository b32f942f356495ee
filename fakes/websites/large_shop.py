"""A shop of a thousand pages, the same each time, with all that sites of that size do to who reads them.

It has menus and footers, products, articles, two languages, pages that only a sitemap or only a link names, other
spellings of addresses, copies, redirects, pages made by scripts, some not to be read, slow ones and dead links.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

from fakes.websites.website import Website

PRODUCTS, GERMAN, ARTICLES, GUIDES = 610, 120, 200, 60
COPIES, MOVED, BY_SCRIPTS, DEAD, SLOW, KEPT_OUT = 15, 20, 4, 6, 3, 5
GROUPS = 10  # of products, each with a page that lists them
SLOW_S = 0.3
OLD, NEW = "Sun, 01 Nov 2026 08:00:00 GMT", "Sat, 28 Nov 2026 08:00:00 GMT"
KINDS = ("desk", "floor", "wall", "table", "garden", "clip", "spot", "night", "work", "string")
MENU = "".join(f'<li><a href="/group/{kind}?utm_source=menu">{kind.title()} lamps</a></li>' for kind in KINDS)
FOOTER = '<footer><p>Lumen Ltd, Mill Road 1</p><a href="/help/0">Help</a><a href="/#top">To the top</a></footer>'


@dataclass
class LargeShop:
    """What stands in the shop, and what is to become of each address."""

    site: Website
    texts: set[str] = field(default_factory=set)  # paths of pages that become a document each
    states: dict[str, str] = field(default_factory=dict)  # of all other addresses that become known

    def build(self) -> LargeShop:
        self._front()
        for number in range(PRODUCTS):
            self.product(number, price=20 + number)
        for number in range(ARTICLES):
            self.article(number, "Read in five minutes.")
        for number in range(GUIDES):
            self.guide(number)
        for number in range(GERMAN):
            self._german(number)
        self._oddities()
        self._maps()
        return self

    def product(self, number: int, price: int) -> None:
        """Named by its group's page and by a sitemap; it has a mark of its version."""
        kind, path = KINDS[number % GROUPS], f"/lamp/{number}"
        table = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in _figures(number, price))
        text = f"<h1>Brook {number}</h1><p>The Brook {number} is a {kind} lamp. It costs {price} euros.</p>"
        german = f'<link rel="alternate" hreflang="de" href="/de/lampe/{number}">' if number < GERMAN else ""
        head = f'<link rel="canonical" href="{self.site.url(path)}">{german}'
        self._put(path, f"{text}<table>{table}</table>", f"Brook {number} – Lumen", head)

    def article(self, number: int, text: str, changed: str = OLD) -> None:
        """Named by the article before it alone; its server knows dates, and no marks."""
        following = f'<p><a href="/news/{number + 1}">Next</a></p>' if number + 1 < ARTICLES else ""
        body = f"<h1>News {number}</h1><p>{text} This is number {number} of our letters about light.</p>{following}"
        self._put(f"/news/{number}", body, f"News {number}", ETag="", Last_Modified=changed)

    def guide(self, number: int, text: str = "Switch it off, and let it cool down.") -> None:
        """Made anew for whoever asks: it has neither mark nor date, and is never the same to the letter."""
        body = f"<h1>Guide {number}</h1><p>How you change bulb {number}. {text}</p><!-- {number} ms -->"
        links = "".join(f'<a href="/help/{other}?sessionid=a{number}">Guide</a>' for other in range(GUIDES))
        self._put(f"/help/{number}", body + (links if number == 0 else ""), f"Guide {number}", ETag="")

    def take_away(self, path: str) -> None:
        """From now on nothing is there."""
        del self.site.answers[path]

    def _front(self) -> None:
        rules = f"User-agent: *\nDisallow: /basket\nSitemap: {self.site.url('/maps.xml')}\n"
        self.site.put("/robots.txt", rules, Content_Type="text/plain")
        self._put("/", "<h1>Lumen</h1><p>We make lamps for desks, floors, walls and gardens.</p>", "Lumen")
        for group, kind in enumerate(KINDS):
            lamps = range(group, PRODUCTS, GROUPS)
            links = "".join(f'<li><a href="/lamp/{lamp}#{kind}">Brook {lamp}</a></li>' for lamp in lamps)
            body = f"<h1>{kind.title()} lamps</h1><p>All our {len(lamps)} {kind} lamps.</p><ul>{links}</ul>"
            self._put(f"/group/{kind}", body, f"{kind.title()} lamps")

    def _german(self, number: int) -> None:
        """In a sitemap alone."""
        text = (
            f"<h1>Bach {number}</h1><p>Die Leuchte Bach {number} kostet {20 + number} Euro und passt überall hin.</p>"
        )
        self._put(f"/de/lampe/{number}", text, f"Bach {number}", '<link rel="alternate" hreflang="en" href="/">')

    def _oddities(self) -> None:
        links: list[str] = []
        for number in range(COPIES):  # one that names the first, one that says the same to the letter
            self.site.answers[f"/copy/{number}"] = self.site.answers[f"/help/{number + 1}"]
            self.site.answers[f"/lamp/{number}?view=large"] = self.site.answers[f"/lamp/{number}"]
            links += [self._known(f"/copy/{number}", "same"), self._known(f"/lamp/{number}?view=large", "same")]
        for number in range(MOVED):
            self.site.redirect(f"/old/{number}", f"/lamp/{number}", 301 if number % 2 else 308)
            links.append(self._known(f"/old/{number}", "moved"))
        for number in range(BY_SCRIPTS):
            self.site.page(f"/app/{number}", '<div id="root"></div><script src="/app.js"></script>', title="App")
            links.append(self._known(f"/app/{number}", "failed"))
        links += [self._known(f"/dead/{number}", "failed") for number in range(DEAD)]
        for number in range(KEPT_OUT):
            head = '<meta name="robots" content="noindex">'
            self.site.page(f"/cheque/{number}", "<p>Thank you for your order.</p>", head=head)
            links += [self._known(f"/cheque/{number}", "kept_out"), self._known(f"/basket/{number}", "kept_out")]
        for number in range(SLOW):
            self._put(f"/slow/{number}", f"<h1>Stock {number}</h1><p>There are {number + 3} left in our store.</p>")
            answer = self.site.answers[f"/slow/{number}"]
            self.site.put(f"/slow/{number}", answer.body, wait_s=SLOW_S)
            links.append(f"/slow/{number}")
        to = "".join(f'<a href="{path}">More</a>' for path in [*links, "/news/0", "/group/desk/", "mailto:a@b.example"])
        self._put("/all", f"<h1>All pages</h1><p>What else stands in our shop, on one page.</p>{to}", "All pages")

    def _maps(self) -> None:
        lamps = [f"/lamp/{number}" for number in range(0, PRODUCTS, 2)]
        german = [f"/de/lampe/{number}" for number in range(GERMAN)]
        maps = [self._map("/map-1.xml", lamps), self._map("/map-2.xml.gz", [*german, "/all"])]
        listed = "".join(f"<sitemap><loc>{self.site.url(path)}</loc></sitemap>" for path in maps)
        self.site.put("/maps.xml", f"<sitemapindex>{listed}</sitemapindex>", Content_Type="application/xml")

    def _map(self, at: str, paths: list[str]) -> str:
        text = "".join(f"<url><loc>{self.site.url(path)}</loc></url>" for path in paths)
        packed = f"<urlset>{text}</urlset>".encode()
        self.site.put(at, gzip.compress(packed, mtime=0) if at.endswith(".gz") else packed, Content_Type="text/xml")
        return at

    def _put(self, path: str, text: str, title: str = "Lumen", head: str = "", **headers: str) -> None:
        menu = f"<header><nav><ul>{MENU}</ul></nav></header>"
        self.site.page(path, f"{menu}<main>{text}</main>{FOOTER}", title=title, head=head, **headers)
        self.texts.add(path)

    def _known(self, path: str, state: str) -> str:
        self.states[path] = state
        return path


def _figures(number: int, price: int) -> list[tuple[str, str]]:
    return [("Number", f"BR-{number:04}"), ("Height", f"{20 + number % 60} cm"), ("Price", f"{price} €")]
