"""Many addresses name one page, some name another site's, and some are made without an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from knowledge.websites.addresses import MAX_CHARS, Scope, address_of, is_trap, key_of, matches, patterns_of, sibling_of

BASE = "https://shop.example/lamps/index.html"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("floor", "https://shop.example/lamps/floor"),
        ("/prices#top", "https://shop.example/prices"),
        ("../about", "https://shop.example/about"),
        ("?page=2", "https://shop.example/lamps/index.html?page=2"),
        ("//shop.example/x", "https://shop.example/x"),
        ("HTTPS://SHOP.example:443/a/../b", "https://shop.example/b"),
        ("https://shop.example", "https://shop.example/"),
        ("https://shop.example?utm_medium=x", "https://shop.example/"),
        ("https://shop.example?a=1", "https://shop.example/?a=1"),
        (" /größe ", "https://shop.example/gr%C3%B6%C3%9Fe"),
        ("/a?utm_source=mail&gclid=x&id=7", "https://shop.example/a?id=7"),
        ("/a?fbclid=x", "https://shop.example/a"),
        ("/a;jsessionid=0F?b=1", "https://shop.example/a?b=1"),
        ("mailto:a@b.example", ""),
        ("javascript:void(0)", ""),
        ("tel:+49", ""),
        ("https://user:pw@shop.example/", ""),
        ("http://[::1/", ""),
        ("/" + "a" * MAX_CHARS, ""),
    ],
)
def test_a_link_is_made_a_whole_address(link, address):
    assert address_of(link, BASE) == address


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://a.example/x", "https://a.example/x/", True),
        ("https://a.example", "https://a.example/", True),
        ("https://a.example/x/", "https://a.example/x/index.html", True),
        ("https://a.example/x?a=1&b=2", "https://a.example/x?b=2&a=1", True),
        ("https://a.example/%C3%A4", "https://a.example/%c3%a4", True),
        ("https://a.example/x", "https://a.example/X", False),
        ("https://a.example/x?id=1", "https://a.example/x?id=2", False),
        ("https://a.example/x", "https://a.example/xy", False),
    ],
)
def test_addresses_of_one_page_have_one_key(one, other, is_same):
    assert (key_of(one) == key_of(other)) is is_same


@given(st.text(max_size=60))
def test_any_link_is_an_address_or_none_and_stays_what_it_is(link):
    found = address_of(link, BASE)

    assert found == "" or address_of(found) == found
    assert found == "" or (URL(found).scheme in {"http", "https"} and key_of(found).startswith("/"))


@pytest.mark.parametrize(
    ("url", "placed"),
    [
        ("https://shop.example/a?b=1", "https://shop.example/a?b=1"),
        ("http://shop.example/a", "https://shop.example/a"),
        ("https://www.shop.example/a", "https://shop.example/a"),
        ("https://blog.shop.example/a", ""),
        ("https://other.example/a", ""),
        ("https://shop.example:8443/a", ""),
    ],
)
def test_a_website_is_one_host_with_its_www_name_where_that_leads_to_it(url, placed):
    assert Scope("https://shop.example", "www.shop.example").place(url) == placed


def test_a_www_name_that_leads_elsewhere_is_another_site():
    assert Scope("https://shop.example").place("https://www.shop.example/a") == ""


@pytest.mark.parametrize(
    ("host", "sibling"),
    [("shop.example", "www.shop.example"), ("www.shop.example", "shop.example"), ("localhost", ""), ("10.0.0.1", "")],
)
def test_a_name_has_a_sibling(host, sibling):
    assert sibling_of(host) == sibling


@pytest.mark.parametrize(
    ("pattern", "path", "is_match"),
    [
        ("/blog", "/blog/2026/a", True),
        ("/blog/$", "/blog/", True),
        ("/blog/$", "/blog/a", False),
        ("/*/print", "/a/b/print?x", True),
        ("*.pdf$", "/a/b.pdf", True),
        ("*.pdf$", "/a/b.pdf.html", False),
        ("/a*a$", "/a", False),
        ("/a", "/b", False),
        ("*?sort=", "/lamps?sort=price", True),
        ("", "/x", True),
    ],
)
def test_patterns_are_those_of_robots(pattern, path, is_match):
    assert matches(pattern, path) is is_match


@given(st.text("/ab*$", max_size=12), st.text("/ab", max_size=12))
def test_patterns_match_as_a_regular_expression_would(pattern, path):
    import re

    whole = pattern.endswith("$")
    expression = ".*".join(map(re.escape, pattern.removesuffix("$").split("*"))) + (r"\Z" if whole else "")

    assert matches(pattern, path) is bool(re.match(expression, path))


def test_what_is_included_and_excluded_is_told_by_patterns():
    scope = Scope("https://a.example", include=patterns_of("/lamps\nhttps://a.example/help/*"), exclude=("/lamps/old",))

    pages = scope.pages(
        f"https://a.example{path}" for path in ("/lamps/1", "/lamps/old/1", "/help/x", "/about", "/lamps/1/")
    )

    assert pages == ["https://a.example/lamps/1/", "https://a.example/help/x"]


@pytest.mark.parametrize(
    ("path", "is_none"),
    [
        ("/a/b/a/b/a/b", True),
        ("/" + "/".join("abcdefghijklm"), True),
        ("/x?a=1&b=2&c=3&d=4&e=5&f=6&g=7", True),
        ("/photo.JPG", True),
        ("/feed.rss", True),
        ("/terms.pdf", False),
        ("/a/b/c", False),
        ("/lamps?page=2", False),
    ],
)
def test_pictures_and_addresses_without_an_end_are_no_pages(path, is_none):
    assert is_trap(f"https://a.example{path}") is is_none
