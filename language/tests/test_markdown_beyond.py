"""What models and sales texts use beyond CommonMark, and what a long block costs while it grows."""

from __future__ import annotations

import random
import re

import pytest

from fakes.effort import within_effort
from language.live_markdown import LiveMarkdown
from language.markdown import plain, render
from language.phones import dialled, phones


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("See https://shop.example/a_b?x=1.", "https://shop.example/a_b?x=1"),
        ("(http://shop.example)", "http://shop.example"),
        ("Go to www.shop.example/prices, please", "https://www.shop.example/prices"),
        ("Write to sales@shop.example.", "mailto:sales@shop.example"),
        ("Call (401) 555-0142.", "tel:4015550142"),
        ("Call +49 30 1234567", "tel:+49301234567"),
        ("- **Phone:** 020 7946 0958", "tel:02079460958"),
        ("| Sales |\n| --- |\n| 0171/2345678 |", "tel:01712345678"),
    ],
)
def test_bare_addresses_are_links(text: str, href: str) -> None:
    assert f'href="{href}"' in render(text)


@pytest.mark.parametrize(
    "text",
    [
        "Node.js and main.py", "it costs 1,299.00 dollars", "from 2024-01-01 to 2024-12-31", "order 12345678",
        "`https://code.example` and ``(401) 555-0142``", "javascript:alert(1)", "ftp://shop.example",
        "1 000 000 people", "12.500.000 users",
        "12.05.2024 - 13.05.2024", "9:00-17:00", "v2.0.1", "10-12 days",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert "<a " not in render(text)


def test_a_call_or_a_mail_opens_no_tab_and_a_site_does() -> None:
    html = render("https://a.example, b@c.example, +1 401 555 0142")

    assert html.count('target="_blank"') == 1


def test_an_address_within_a_link_stays_one_link() -> None:
    assert render("[write to a@b.example](https://c.example)").count("<a ") == 1


def test_tasks_have_boxes() -> None:
    html = render("- [ ] open\n- [x] done\n- [link](https://a.example)")

    assert "<li>☐ open</li>" in html
    assert "<li>☑ done</li>" in html


@pytest.mark.parametrize("mark", ["<br>", "<br/>", "<BR />"])
def test_a_line_ends_within_a_tables_cell(mark: str) -> None:
    assert "<td>one<br>" in render(f"| a |\n| --- |\n| one{mark}two |").replace("\n", "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Free[^1].\n\n[^1]: Within Rhode Island.", "<p>Free[1].</p>\n<p>[1]: Within Rhode Island.</p>"),
        ("ä[^note-2]\n\n[^note-2]: rooms", "<p>ä[note-2]</p>\n<p>[note-2]: rooms</p>"),
        ("`[^1]` [^a b]", "<p><code>[^1]</code> [^a b]</p>"),
        ("# a[^1]\n\n[^1]: /x", "<h1>a[1]</h1>\n<p>[1]: /x</p>"),
    ],
)
def test_a_footnote_is_text_and_no_link_to_its_first_word(text: str, html: str) -> None:
    assert render(text).strip() == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("H<sub>2</sub>O, 5 m<sup>2</sup> < 6", "<p>H<sub>2</sub>O, 5 m<sup>2</sup> &lt; 6</p>"),
        ("x<SUP>a&b</SUP>", "<p>x<sup>a&amp;b</sup></p>"),
        ("<sub>2 and `<sub>2</sub>`", "<p>&lt;sub&gt;2 and <code>&lt;sub&gt;2&lt;/sub&gt;</code></p>"),
        ("<sub><b>2</b></sub>", "<p>&lt;sub&gt;&lt;b&gt;2&lt;/b&gt;&lt;/sub&gt;</p>"),
    ],
)
def test_what_is_raised_or_lowered_stands_so(text: str, html: str) -> None:
    assert render(text).strip() == html
    assert "<sub" not in plain("H<sub>2</sub>O")


def test_maths_keeps_its_marks_and_its_underscores() -> None:
    assert r"\(a_1 * b_1\) and \[c\]" in render(r"\(a_1 * b_1\) and \[c\]")
    assert "<em>" not in render(r"\*not\*")


def test_an_image_leaves_its_words_and_never_loads() -> None:
    assert ">A chart</a>" in render("![A chart](https://a.example/c.png)")
    assert "<img" not in render("![A chart](https://a.example/c.png)")
    assert plain("![](https://a.example/c.png)") == "Image"
    assert "href=" not in render("![x](javascript:alert(1))")


def test_each_block_has_its_own_direction_where_it_can_differ() -> None:
    html = render("Hello\n\nשלום\n\n- أهلا")

    assert html.count('dir="auto"') == 4
    assert "dir=" not in render("Hello\n\nGrüße")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(401) 555-0142 or (401) 555-0177", ["(401) 555-0142", "(401) 555-0177"]),
        ("from 1995-2025", []),
        ("+44 (0)20 7946 0958", ["+44 (0)20 7946 0958"]),
        ("my number is 5550134477", ["5550134477"]),
        ("5550134477 pieces", []),
    ],
)
def test_numbers_to_call_are_told_from_others(text: str, found: list[str]) -> None:
    assert phones(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "open 2026-12-05 10:00", "05.12.2026 10:00", "12/05/2026 10:30", "05.-07.12.2026", "5.12.26 - 7.12.26",
        "8.00-12.00 13.00-17.00", "08.00 - 18.00", "9-12 13-17 18-20", "2010 2015 2020", "1990-1995-2000",
        "IBAN DE89 3704 0044 0532 0130 00", "CH93 0076 2011 6238 5295 7", "GB82 WEST 1234 5698 7654 32",
        "4111 1111 1111 1111", "ISBN 978-3-16-148410-0", "VAT GB 123 4567 89", "USt-ID DE 123 456 789",
        "order no. 0012345678", "Article: 0815-4711-12", "invoice 2024-0042-17", "Steuernummer 12/345/67890",
        "52.5200 13.4050", "-33.8688, 151.2093", "0.5 0.75 1.0", "192.168.0.100", "10.10.10.10", "123-45-6789",
    ],
)  # fmt: skip
def test_days_hours_accounts_and_order_numbers_are_no_telephones(text: str) -> None:
    assert phones(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "+49 30 901820-0", "(030) 901820-0", "01.42.68.53.00", "20.42.20.53", "401.555.0142", "1.800.555.0199",
        "0171 - 234 56 78", "1 2 3 4 5 6 7", "912 345 678", "1300 654 321", "+86 10 1234 5678",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "To order call ", "Customer service: ", "Bookings: ", "05.12.2026: "])
def test_numbers_to_call_are_found_whatever_their_groups(text: str, before: str) -> None:
    assert phones(before + text) == [text]


def test_what_is_dialled_leaves_the_national_zero_out() -> None:
    assert dialled("+44 (0)20 7946 0958") == "+442079460958"


PIECES = (
    "a ", "b\n", "\n\n", "- ", "1. ", "  ", "    ", "* ", "**", "`", "```\n", "| a | b |\n", "|--|--|\n", "> ", "# ",
    "(y)", "---\n", "===\n", "<br>", "!", "\\(", "\\)", "\t", "2) ", "+ ", "https://x.example ", "~~", "[ ] ",
    "[^1]", "[^1]: ", "<sub>2</sub>",
)  # fmt: skip


def test_a_text_looks_while_it_streams_as_it_does_in_the_end() -> None:
    chance = random.Random(7)  # noqa: S311 no secret
    texts = ["".join(chance.choice(PIECES) for _ in range(chance.randint(2, 14))) for _ in range(500)]

    differing = [text for text in texts if _bare(_streamed(text, chance)) != _bare(render(text))]

    assert len(differing) <= 3  # blocks within blocks that a later line joins


def test_a_link_defined_before_its_use_works_while_the_text_streams() -> None:
    text = "[shop]: https://shop.example\n\nWords.\n\nSee [shop] now"

    assert 'href="https://shop.example"' in _streamed(text, random.Random(1))  # noqa: S311


def _streamed(text: str, chance: random.Random) -> str:
    live, done, at = LiveMarkdown(), "", 0
    while at < len(text):
        size = chance.randint(1, 5)
        drawn = live.feed(text[at : at + size])
        done += drawn[0] if drawn else ""
        at += size
    return done + live.tail


def _bare(html: str) -> str:
    return re.sub(r"\s+(?=<)", "", html.replace("\n", ""))


LONG = {
    "paragraph": "word and **more** words " * 500,
    "list": "\n".join(f"- item {number} with **bold** words" for number in range(600)),
    "numbered list": "\n".join(f"{number}. step with words" for number in range(1, 600)),
    "table": "|" + " c |" * 400 + "\n|" + "--|" * 400 + "\n" + ("|" + " x |" * 400 + "\n") * 20,
    "code": "```\n" + "x = 1\n" * 3000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_one_long_block_costs_a_bounded_share_of_itself(text: str) -> None:
    live, sent = LiveMarkdown(), 0

    for at in range(0, len(text), 12):
        drawn = live.feed(text[at : at + 12])
        sent += len(drawn[0]) + len(drawn[1]) if drawn else 0

    assert sent < 50 * len(text)  # the whole with each frame would be 250 to 3,000 times
    assert live.length == len(text)


@pytest.mark.slow
def test_items_of_a_long_list_are_handed_out_once_and_keep_their_numbers() -> None:
    text = LONG["numbered list"]

    html = _streamed(text, random.Random(3))  # noqa: S311

    assert html.count("<li>") == 599
    for part in re.finditer(r'<ol start="(\d+)">', html):
        assert int(part[1]) == html.count("<li>", 0, part.start()) + 1
    assert html.count("<ol start=") > 5


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b>x</b> **c**", "<p>a &lt;b&gt;x&lt;/b&gt; <strong>c</strong></p>"),
        ("<div>\n*x*\n</div>", "<p>&lt;div&gt;<br>\n<em>x</em><br>\n&lt;/div&gt;</p>"),
        ("**<b>** and **~5**", "<p><strong>&lt;b&gt;</strong> and <strong>~5</strong></p>"),
        ("~5 to ~10 and ~~old~~", "<p>~5 to ~10 and <s>old</s></p>"),
        (r"\<br> and `<br/>`", "<p>&lt;br&gt; and <code>&lt;br/&gt;</code></p>"),
        (r"`\(a_1\) ~ <b>`", r"<p><code>\(a_1\) ~ &lt;b&gt;</code></p>"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
        ("```html\n<b>~x~</b>\n```", '<pre><code class="language-html">&lt;b&gt;~x~&lt;/b&gt;\n</code></pre>'),
        ("| a |\n| --- |", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>"),
        ("[x](javascript:alert(1))", '<p><a target="_blank" rel="noopener noreferrer nofollow">x</a></p>'),
    ],
)
def test_signs_that_could_be_something_else_are_shown(text: str, html: str) -> None:
    assert render(text).strip() == html


def test_the_parsers_own_signs_in_a_text_do_no_harm() -> None:
    assert "<script" not in render("\U00012470script> \U0010f03cscript> a < b")


@pytest.mark.parametrize(
    "text",
    [
        ">" * 5_000,
        "- " * 3_000,
        "[" * 9_000,
        "*a _b " * 2_000,
        "![" * 4_000,
        "`" * 9_999,
        "<" * 9_000,
        "\\(" * 15_000,
        "\\[a" * 10_000,
        "[^a" * 5_000,
        "DE89 3704 0044 " * 4_000,
        "030 901820, " * 5_000,
        "<sub>" * 3_000,
        "<sub>a</sub>" * 1_500,
    ],
)
def test_a_hostile_text_is_shown_in_no_time(text: str) -> None:
    html = within_effort(2, lambda: render(text))

    assert html.count("<blockquote>") + html.count("<ul>") <= 40


def test_a_text_of_more_than_ascii_is_cut_where_its_blocks_are() -> None:
    live = LiveMarkdown()

    done, _ = live.feed("Grüße <b> 🙂 für “Sie”.\n\n- größer\n- schön\n\nUnd дальше", now=True)

    assert done + live.tail == render("Grüße <b> 🙂 für “Sie”.\n\n- größer\n- schön\n\nUnd дальше")
    assert live.tail.strip() == "<p>Und дальше</p>"
