"""Markdown is safe whatever is in it, and a growing text renders to the same as the whole."""

from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from language.live_markdown import LiveMarkdown
from language.markdown import plain, render

MARKDOWN = """# Plans

The **Team** plan costs *$40* a month:

- one machine
- two bags
  - of your choice

| Plan | Price |
| --- | --- |
| Desk | $12 |

```python
print("hi")

print("there")
```

> A quote
> over lines

1. first
2. second

Last line with `code` and a [link](https://example.com)."""


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "![x](https://example.com/track.png)",
        '<a href="https://example.com" style="position:fixed">x</a>',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "```\n</code></pre><script>alert(1)</script>\n```",
    ],
)
def test_nothing_that_runs_or_loads_gets_through(attack):
    html = render(attack)

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript:' not in html
    assert 'href="data:' not in html
    assert "style=" not in html.replace("&quot;", "").split("&lt;")[0]


def test_links_open_apart_and_tell_nothing_of_us():
    html = render("[site](https://example.com)")

    assert 'href="https://example.com"' in html
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_tables_lists_and_code_come_through():
    html = render(MARKDOWN)

    assert "<table>" in html
    assert '<code class="language-python">' in html
    assert html.count("<li>") == 5


@given(st.lists(st.integers(1, 40), min_size=1, max_size=80))
def test_blocks_rendered_one_by_one_equal_the_whole(cuts):
    live, done, at = LiveMarkdown(), "", 0
    for cut in cuts:
        finished, _ = live.feed(MARKDOWN[at : at + cut])
        done += finished
        at += cut
    finished, tail = live.feed(MARKDOWN[at:]) if at < len(MARKDOWN) else ("", live.tail)

    assert _bare(done + finished + tail) == _bare(render(MARKDOWN))
    assert live.length == len(MARKDOWN)


def _bare(html: str) -> str:
    return html.replace("\n", "")


@given(st.text(), st.integers(0, 30))
def test_any_text_in_any_pieces_is_taken(text, size):
    live = LiveMarkdown()
    for start in range(0, len(text), size + 1):
        live.feed(text[start : start + size + 1])

    assert live.length == len(text)


def test_plain_is_the_words_alone():
    assert (
        plain("**Plans › Beans**\n\n| A | B |\n| --- | --- |\n| Desk & co | $62 |") == "Plans › Beans A B Desk & co $62"
    )


def test_a_finished_block_is_handed_out_once():
    live = LiveMarkdown()

    first, _ = live.feed("One.\n\nTwo")
    second, tail = live.feed(" goes on")

    assert first == "<p>One.</p>\n"
    assert second == ""
    assert tail.strip() == "<p>Two goes on</p>"


def test_a_text_taken_up_in_the_middle_goes_on_as_if_it_had_been_there():
    late = LiveMarkdown("# Title\n\nSome *tex")

    _, tail = late.feed("t* here")

    assert late.done == "<h1>Title</h1>\n"
    assert tail.strip() == "<p>Some <em>text</em> here</p>"


@example(" \t1")
@given(st.text(alphabet="ab c12-.,:;()'\"|#+=~>é\t", max_size=40))
def test_the_short_cut_for_plain_words_gives_what_the_parser_gives(text):
    assert _same(LiveMarkdown(text).tail) == _same(render(text))


def _same(html: str) -> str:
    return " ".join(unescape(html).replace("<p>", "<p> ").replace("</p>", " </p>").split())
