"""Pages become sections and passages without losing a word, however ugly they are."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text.markdown_pages import sections
from knowledge.text.split import PASSAGE_WORDS, PagePart, _texts, split_page
from language.blocks import tables, units

WORD = re.compile(r"[^\W_]+")
LINES = st.sampled_from(
    ["# Title", "## Part two", "Underlined", "=====", "-----", "- item one", "  - nested", "1. step", "| a | b |",
     "| --- | --- |", "| c | d |", "```", "code here", "> quoted", "**Bold line**", "", "Some words. More words!",
     "word " * 150, "<b>bold</b> text", "Why? Because: yes", "\\| pipe", "***", "#hash", "###", "Ünïcode 你好 ไทย"]
)  # fmt: skip


def words_of(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in WORD.findall(text))


def texts_read(part: PagePart) -> list[str]:
    """What the model is given of a passage: the whole, then its sentences with and without what they stand under."""
    return _texts(part).all


def everything(page: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in split_page(page):
        found += words_of(f"{part.heading} {part.text}")
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join))
def test_no_word_of_a_page_is_lost(page: str) -> None:
    asked = words_of(re.sub(r"</?b>", "", page))
    found = everything(page)

    assert not [word for word in asked if word not in found]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_can_be_split_and_read(text: str) -> None:
    for part in split_page(text):
        assert part.text.strip()
        assert len(part.heading) <= 500
        units(part.text)
        tables(part.text)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join))
def test_windows_line_ends_change_nothing(page: str) -> None:
    assert split_page(page.replace("\n", "\r\n")) == split_page(page)


def test_headings_make_a_trail() -> None:
    found = split_page("# Shop\n\nHi.\n\n## Prices ##\n\n### Bikes {#bikes}\n\nCheap.\n\n## [Terms](x)\n\nNone.")

    assert [(part.heading, part.text) for part in found] == [
        ("Shop", "Hi."),
        ("Shop › Prices › Bikes", "Cheap."),
        ("Shop › Terms", "None."),
    ]


def test_plain_text_with_underlined_headings() -> None:
    found = split_page("OPENING HOURS\n=============\nMonday to Friday.\n\nPrices\n------\nFrom €5.")

    assert [(part.heading, part.text) for part in found] == [
        ("OPENING HOURS", "Monday to Friday."),
        ("OPENING HOURS › Prices", "From €5."),
    ]


def test_a_bold_line_alone_is_a_heading_below_the_others() -> None:
    found = split_page("# FAQ\n\n**Can I pay later?**\n\nWithin 30 days.\n\n## Other\n\nText.")

    assert [part.heading for part in found] == ["FAQ › Can I pay later?", "FAQ › Other"]


def test_a_bold_line_stands_below_the_heading_above_it_however_the_page_breaks_its_lines() -> None:
    page = (
        "# Centre\n\n## Opening hours\n**Pool**\nMonday 6am - 10pm\n**[Health Club](/health_club)**  \n"
        "Every day 9am - 5pm\n***Café:***\nClosed.\n\n__Gym__:\n\n7am - 9pm"
    )

    assert [(part.heading, part.text) for part in split_page(page)] == [
        ("Centre › Opening hours › Pool", "Monday 6am - 10pm"),
        ("Centre › Opening hours › Health Club", "Every day 9am - 5pm"),
        ("Centre › Opening hours › Café", "Closed."),
        ("Centre › Opening hours › Gym", "7am - 9pm"),
    ]


def test_a_bold_label_stays_with_its_value_and_bold_words_with_their_sentence() -> None:
    page = "## Visit\n\n**Hours:** 9 to 5\n**Price:** £4\n\nYou must bring\n**a towel and a lock**\nfor the pool."

    (part,) = split_page(page)

    assert part.heading == "Visit"
    assert "**Hours:** 9 to 5\n**Price:** £4" in part.text
    assert "You must bring\n**a towel and a lock**\nfor the pool." in part.text


def test_a_sentence_below_short_headings_is_read_with_what_they_stand_under() -> None:
    (part,) = split_page("# Brayford\n\n## Opening hours\n\n### Weekdays\n\n**Pool**\n\n7am - 9pm")

    assert texts_read(part)[1] == "Brayford: Opening hours: Weekdays: Pool: 7am - 9pm"


def test_html_goes_and_its_text_stays() -> None:
    page = "<h2>Hours</h2><p>Mon &amp; Tue</p><ul><li>one</li><li>two</li></ul><script>evil()</script><!-- note -->"

    (part,) = split_page(page)

    assert part.heading == "Hours"
    assert part.text.split() == ["Mon", "&", "Tue", "-", "one", "-", "two"]


def test_code_is_kept_as_it_is_and_holds_no_headings() -> None:
    (part,) = split_page("# API\n\n```sh\n# not a heading\ncurl <url>\n```")

    assert part.heading == "API"
    assert "# not a heading\ncurl <url>" in part.text


def test_passages_stay_short_and_within_one_heading() -> None:
    page = "# A\n\n" + "One sentence of some seven words here. " * 60 + "\n\n# B\n\nShort."

    found = split_page(page)

    assert all(len(part.text.split()) <= PASSAGE_WORDS for part in found)
    assert found[-1] == type(found[0])("B", "Short.")
    assert len([part for part in found if part.heading == "A"]) == 4


def test_a_long_table_repeats_its_header() -> None:
    page = "| Item | Price |\n| --- | --- |\n" + "\n".join(f"| Thing number {n} | €{n} |" for n in range(80))

    found = split_page(page)

    assert len(found) > 1
    assert all(tables(part.text)[0].header == ("Item", "Price") for part in found)
    assert sum(len(tables(part.text)[0].rows) for part in found) == 80


def test_a_lead_in_stays_with_its_list() -> None:
    page = "word " * 100 + ".\n\nBring these things:\n\n" + "\n".join(f"- thing number {n} of them" for n in range(8))

    found = split_page(page)

    assert found[1].text.startswith("Bring these things:\n\n- thing number 0")


def test_a_heading_with_nothing_below_is_still_found() -> None:
    assert [section.text for section in sections("# Shop\n\n## No refunds\n\n## Hours\n\nNine to five.")] == [
        "No refunds",
        "Nine to five.",
    ]


def test_a_fence_of_another_kind_ends_no_code() -> None:
    page = "# Use\n\n````md\n```toml\n# no heading\n```\n~~~\n# no heading either\n````\n\n## After\n\nText."

    assert [part.heading for part in split_page(page)] == ["Use", "Use › After"]


def test_every_passage_is_read_with_the_title_of_its_page() -> None:
    page = "# Sauna\n\n## Rules\n\n### Towels\n\nSit on one."

    assert [part.title for part in split_page(page, "page-7")] == ["Sauna"]
    assert [part.title for part in split_page("## Rules\n\nSit on one.", "Sauna")] == ["Sauna"]
    assert {part.title for part in split_page("# Sauna\n\nHot.\n\n# Pool\n\nCold.", "Bath house")} == {"Bath house"}


def test_what_the_program_of_a_site_reads_is_not_shown() -> None:
    page = (
        "import Card from '../Card'\nexport const meta = {a};\n\n# Use\n\n:::tip Good to know\n\nWear goggles.\n\n:::"
        "\n\n:::note[Mind]{.wide}\n\nHot.\n\n:::\n\nImport duties come on top."
    )

    (part,) = split_page(page)

    assert part.text.split("\n\n") == ["Good to know", "Wear goggles.", "Mind", "Hot.", "Import duties come on top."]
