"""Which of its languages the site takes for a request or a socket."""

from __future__ import annotations

import pytest

from language.of_site import accepted, of_socket, shipped


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("en-GB", "en"),
        *((tag, "") for tag in ("pl", "", "de\0", "d" * 99)),
    ],
)
def test_a_tag_stands_for_a_language_of_the_site_or_for_none(tag, language):
    assert shipped(tag) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("pl,de;q=0.5,en;q=0.7", "en"),
        ("pl", ""),
        ("*", ""),
        ("", ""),
        ("de;q=0,en", "en"),
        ("x" * 10_000, ""),
        ("de," * 10_000, "de"),
        (";;q=,,\u00e9", ""),
    ],
)
def test_of_what_a_browser_accepts_the_first_that_the_site_speaks_is_taken(header, language):
    assert accepted(header) == language


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        (b"lang=de&after=3", b"en", "de"),
        (b"lang=pl", b"de", "de"),
        (b"after=3", b"pl, de;q=0.1", "de"),
        (b"", b"pl", "en"),
        (b"lang=%ff", b"\xff", "en"),
    ],
)
def test_the_address_of_a_socket_says_more_than_its_headers(query, header, language):
    assert of_socket(query, [(b"Accept-Language", header)]) == language
