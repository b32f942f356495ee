"""What a page says to who reads it: links, whether it may be kept, whether there is anything to read."""

from __future__ import annotations

import gzip

import pytest

from knowledge.websites import pages, sitemaps
from knowledge.websites.contents import Page, Sitemap
from knowledge.websites.robots import MAX_PAUSE_S, Robots

URL = "https://shop.example/lamps/"
SENTENCES = "The Brook 90 is a lamp for large desks. It costs 240 euros and gives 900 lumen."
TEXT = f"<main><h1>Brook 90</h1><p>{SENTENCES}</p></main>"


def read(body: str = TEXT, head: str = "", header: str = "", url: str = URL) -> Page:
    return pages.read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url, header)


def test_a_page_has_a_title_and_a_text():
    page = read(head="<title>Brook 90</title>")

    assert page.title == "Brook 90"
    assert "It costs 240 euros" in page.text
    assert page.may_be_kept


def test_links_are_whole_addresses_each_once_and_none_that_are_not_to_be_followed():
    body = (
        '<a href="a">A</a><a href="a#b">A</a><a href="/c" rel="nofollow">C</a><map><area href="d"></map>'
        '<a href="">E</a>'
    )

    assert read(body).links == (f"{URL}a", f"{URL}d", URL)
    assert read('<a href="a">A</a>', head='<base href="/x/">').links == ("https://shop.example/x/a",)
    assert read('<a href="a">A</a>', head='<meta name="robots" content="nofollow">').links == ()


@pytest.mark.parametrize(
    ("head", "header", "is_kept"),
    [
        ('<meta name="robots" content="noindex">', "", False),
        ('<meta name="ROBOTS" content="NOINDEX, follow">', "", False),
        ('<meta name="robots" content="none">', "", False),
        ('<meta name="salesagent" content="noindex">', "", False),
        ('<meta name="googlebot" content="noindex">', "", True),
        ('<meta name="robots" content="index, follow">', "", True),
        ("", "noindex", False),
        ("", "otherbot: noindex", True),
        ("", "salesagent: noindex, nofollow", False),
        ("", "max-snippet: 20\nnoindex", False),
    ],
)
def test_a_page_says_itself_whether_it_may_be_kept(head, header, is_kept):
    page = read(f'{TEXT}<a href="x">X</a>', head, header)

    assert page.may_be_kept is is_kept
    assert bool(page.text) is is_kept


def test_the_address_that_a_page_gives_itself_is_read():
    assert read(head='<link rel="canonical" href="/lamp?utm_source=x">').canonical == "https://shop.example/lamp"


def test_a_page_that_scripts_make_is_told_from_one_that_is_empty():
    assert read('<div id="root"></div><script src="app.js"></script>').is_made_by_scripts
    assert read(f"<p>Loading</p><script>{'x=1;' * 20_000}</script>").is_made_by_scripts
    assert not read("<p></p>").is_made_by_scripts
    assert not read(f'<div id="root">{TEXT * 3}</div><script src="app.js"></script>').is_made_by_scripts


@pytest.mark.parametrize("data", [b"", b"   ", b"<!-- -->"])
def test_nothing_is_read_as_nothing(data):
    assert pages.read(data, URL).text == ""


def test_robots_rules_are_those_for_us():
    robots = Robots(
        "User-agent: *\nDisallow: /a\n\nUser-agent: salesagent\nDisallow: /b\nCrawl-delay: 3\nSitemap: https://a.example/s.xml"
    )

    assert robots.allows("https://a.example/a")
    assert not robots.allows("https://a.example/b/c")
    assert (robots.pause_s, robots.sitemaps) == (3.0, ["https://a.example/s.xml"])
    assert Robots("User-agent: *\nCrawl-delay: 86400").pause_s == MAX_PAUSE_S
    assert Robots("").allows("https://a.example/x")


URLS = (
    b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc> https://a.example/1 </loc></url></urlset>"
)


def test_sitemaps_are_read_in_each_form():
    index = b"<?xml version='1.0'?><sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>"

    assert sitemaps.read(URLS) == Sitemap(pages=("https://a.example/1",))
    assert sitemaps.read(gzip.compress(URLS)) == Sitemap(pages=("https://a.example/1",))
    assert sitemaps.read(index) == Sitemap(sitemaps=("https://a.example/s.xml",))
    assert sitemaps.read(b"https://a.example/1\nhttps://a.example/2\n") == Sitemap(
        pages=("https://a.example/1", "https://a.example/2")
    )


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>Not found</body></html>", b"\x1f\x8bnonsense", b"Not a list", b"<"]
)
def test_what_is_no_sitemap_is_none(data):
    assert sitemaps.read(data) is None


def test_entities_of_a_sitemap_are_not_resolved():
    laughs = b"""<!DOCTYPE u [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
    <urlset><url><loc>https://a.example/&f;</loc></url><url><loc>https://a.example/1</loc></url></urlset>"""

    assert "root" not in str(sitemaps.read(laughs))
