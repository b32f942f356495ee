"""Addresses in what visitors type become links, whatever else they type stays text."""

import pytest

from fakes.effort import within_effort
from language.autolinks import linked, paragraphs


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        (
            "see https://example.com/a?b=1&c=2.",
            "https://example.com/a?b=1&amp;c=2",
            "https://example.com/a?b=1&amp;c=2",
        ),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)", "https://example.com/a_(b)"),
        ("www.example.com, please", "https://www.example.com", "www.example.com"),
        ("HTTP is http://localhost:8000/x!", "http://localhost:8000/x", "http://localhost:8000/x"),
        ("https://münchen.de/straße", "https://münchen.de/straße", "https://münchen.de/straße"),
        ("me: jo.smith+x@mail.example.co.uk.", "mailto:jo.smith+x@mail.example.co.uk", "jo.smith+x@mail.example.co.uk"),
        ("call +1 555 010-4477 today", "tel:+15550104477", "+1 555 010-4477"),
        ("+49 (0)30 123456", "tel:+4930123456", "+49 (0)30 123456"),
        ("030 123 456 78", "tel:03012345678", "030 123 456 78"),
        ("(555) 010-4477", "tel:5550104477", "(555) 010-4477"),
        ("1-800-555-0199", "tel:18005550199", "1-800-555-0199"),
    ],
)
def test_an_address_is_a_link(text, address, shown):
    html = linked(text)

    assert f'href="{address}"' in html
    assert f">{shown}</a>" in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,hi",
        "https://",
        "http://'",
        "ftp://example.com",
        "a@b",
        "@example.com",
        "1,299.50 or 12.5 kg for 30 people",
        "2026-11-28 and 01.12.2026 and 05/06/2026",
        "order 4711, size 10-12",
        "v1.2.3-4567890",
        "x" * 50,
    ],
)
def test_what_is_no_address_stays_text(text):
    assert "<a " not in linked(text)


def test_no_link_breaks_out_of_its_attribute():
    html = linked('https://example.com/"onmouseover="alert(1) <script>x</script> https://a.example/<b>')

    assert "<script" not in html
    assert "<b>" not in html
    assert '"onmouseover' not in html


def test_a_link_leaves_the_page_open_and_tells_nothing():
    assert linked("https://example.com") == (
        '<a href="https://example.com" target="_blank" rel="noopener noreferrer nofollow">https://example.com</a>'
    )


def test_blank_lines_part_paragraphs_and_single_breaks_stay():
    assert paragraphs("one\ntwo\r\n\r\nthree & four") == "<p>one\ntwo</p>\n\n<p>three &amp; four</p>"


@pytest.mark.parametrize(
    "piece", ["a@", "a.", "www.", "http://", "+1 ", "0 1 ", "(0", "a-", ")", "a@a.", "1-", "http://((", "_", "é@é."]
)
def test_ten_thousand_characters_of_almost_addresses_take_no_time(piece):
    text = (piece * 10_000)[:10_000]

    within_effort(1, lambda: linked(text))
