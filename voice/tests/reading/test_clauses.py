"""Clauses of an answer that is still being written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.reading.clauses import MAX_CLAUSE, MAX_OPEN, Clauser
from voice.reading.open_marks import OpenMarks

FILLED = "Here is what we offer. "  # a first clause, so that what follows is cut by the later rules


def clauses_of(text: str, *cuts: int) -> list[str]:
    clauser = Clauser()
    ends = sorted({*cuts, len(text)})
    found: list[str] = []
    at = 0
    for end in ends:
        found += clauser.feed(text[at:end])
        at = end
    return found + clauser.finish()


def later(text: str) -> list[str]:
    first, *rest = clauses_of(FILLED + text)
    assert first == FILLED.strip()
    return rest


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We do ship there, and quickly too.", "We do ship there,"),
        ("Yes. We ship to Norway, too.", "Yes. We ship to Norway,"),
        ("Sure! It is in stock now.", "Sure! It is in stock now."),
        ("I am at it. Wait for me, please.", "I am at it. Wait for me,"),
        ("Our most popular plan for small teams like yours is Pro.", "Our most popular plan for small teams like"),
        ("**Our most popular plan for small teams like yours** is Pro.",
         "**Our most popular plan for small teams like yours**"),
        ("It costs $29.99 a month, billed yearly.", "It costs $29.99 a month,"),
        ("Mr. Smith will e.g. call you, or write.", "Mr. Smith will e.g. call you,"),
        ("We open at 10:30, and close at six.", "We open at 10:30,"),
    ],
)  # fmt: skip
def test_the_first_clause_is_short_but_never_a_word_or_two(text: str, first: str):
    assert clauses_of(text)[0] == first


def test_the_first_clause_is_given_as_soon_as_it_is_certain():
    clauser = Clauser()

    before = clauser.feed("We ship to Norway,")
    with_space = clauser.feed(" ")

    assert (before, with_space) == ([], ["We ship to Norway,"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $29.99, or £1.299,50 there. Then it is yours.",
         ["It costs $29.99, or £1.299,50 there.", "Then it is yours."]),
        ("Ask Mr. Smith or Dr. Who about it. They know, i.e. they should.",
         ["Ask Mr. Smith or Dr. Who about it.", "They know, i.e. they should."]),
        ("We sell lamps, shades etc. and cables. And more of it.",
         ["We sell lamps, shades etc. and cables.", "And more of it."]),
        ("We sell lamps, shades etc. They are all in stock.",
         ["We sell lamps, shades etc.", "They are all in stock."]),
        ("Your order is No. 5 on the list. Is it urgent? No. We have time for it.",
         ["Your order is No. 5 on the list.", "Is it urgent? No. We have time for it."]),
        ("See https://example.com/a.b?c=1. Or write to a.b@example.com. Thank you.",
         ["See https://example.com/a.b?c=1.", "Or write to a.b@example.com.", "Thank you."]),
        ("He said “we ship today.” Then he left us.", ["He said “we ship today.”", "Then he left us."]),
        ("Is it **really that good?** Yes, it surely is.", ["Is it **really that good?**", "Yes, it surely is."]),
        ("Ask J. R. Ewing for the details. He knows.", ["Ask J. R. Ewing for the details.", "He knows."]),
    ],
)  # fmt: skip
def test_later_clauses_are_sentences(text: str, expected: list[str]):
    assert later(text) == expected


@pytest.mark.parametrize(
    "whole",
    [
        "St. Louis", "Dr. Smith", "Mt. Hood", "Prof. Jones", "J. R. Ewing", "approx. Five", "vs. Goliath", "No. 5",
        "12 Main St., Apt. 4B", "Ste. 200", "Dec. 24", "Sept. 3", "in Dec. we close", "fig. 3", "450 sq. ft. of it",
        "ext. 12", "Tel. +49 30 1234567", "2.5 kg", "1.299,50 €", "v2.0.1", "well... maybe not", "so… it goes",
        "z. B. eine Lampe", "am 24. Dezember", "bis zum 3. Mai", "Nr. 5", "Art. 12", "lb. of tea", "10 hrs. of it",
        "e.g. One", "Rs. 500",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [FILLED, "We are now here for ", "It is in the very big old "])
def test_no_clause_ends_where_only_a_full_stop_is(before: str, whole: str):
    clauses = clauses_of(f"{before}Look at that here, {whole} and then some more of it. Thank you all.")

    assert any(whole in clause for clause in clauses)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("You can call us at any time on +49 30 1234567 or write.", "You can call us at any time on +49 30 1234567 or"),
        ("It will be here for you before long around 12 000 km away.",
         "It will be here for you before long"),
        ("Our team in the very old part of St. Louis is here.", "Our team in the very old part of"),
        ("We are at home here in the old St. Louis as ever.", "We are at home here in the old"),
    ],
)  # fmt: skip
def test_a_first_clause_of_many_words_is_not_cut_within_a_number_or_name(text: str, first: str):
    assert clauses_of(text)[0] == first


@pytest.mark.parametrize(
    "end",
    [
        "It surely is a great one… Then we left.",
        "It surely is a great one... Then we left.",
        "It surely costs just 5. Then we left.",
    ],
)
def test_a_sentence_that_ends_is_cut_all_the_same(end: str):
    assert later(f"You see, I think so. {end}")[-1] == "Then we left."


@pytest.mark.parametrize(
    "whole",
    [
        "**bold. With two, even three. Sentences in it**",
        "`code. With, punctuation. In it`",
        "[a link. With a sentence](https://example.com/a \"A title. With a stop\")",
        "![An image. Of something](a.png)",
        '<a href="x" title="A tag. With a title">',
        "*emphasis. And more. And more*",
        "~~struck. And more. And more~~",
        "``code with ` in it. And more``",
    ],
)  # fmt: skip
def test_no_clause_ends_inside_a_mark(whole: str):
    clauses = later(f"Look at this: {whole} here. And that is all of it.")

    assert any(whole in clause for clause in clauses)


def test_a_stray_sign_holds_up_its_own_paragraph_only():
    clauses = later("We have 5 **stars there. People like us.\n\nThis is quite another one. And one more.")

    assert clauses == [
        "We have 5 **stars there. People like us.",
        "This is quite another one.",
        "And one more.",
    ]


@pytest.mark.parametrize(
    "text", ["It is 5*3 metres wide. It fits there well.", "Use the snake_case name. It is _the_ one."]
)
def test_signs_that_open_nothing_hold_nothing_up(text: str):
    assert len(later(text)) == 2


def test_headings_and_list_items_are_clauses():
    text = "## Plans\n\n- **Basic**: $10 for one person\n- Pro\n  1. For teams, with support\n2) Last one"

    assert later(text) == [
        "## Plans",
        "- **Basic**: $10 for one person",
        "- Pro",
        "1. For teams, with support",
        "2) Last one",
    ]


def test_a_heading_of_one_word_is_no_first_clause():
    assert clauses_of("# Prices\n\nOur Basic plan, as it is called.")[0] == "# Prices\n\nOur Basic plan,"


@pytest.mark.parametrize(
    "block",
    [
        "| Plan | Price |\n|---|---|\n| Basic. For one. | $10 |\n| Pro | $20, or less. Ask us. |",
        "```python\nprint('Hello. You.')\n\n# Not a heading\n- nor a list\n```",
        "~~~\nA line. Another one.\n```\n~~~",
        "````\n```\nA line. Another one.\n```\n````",
        "    ```sh\n    make run. Now.\n    ```",
    ],
)
def test_a_table_or_block_of_code_is_one_clause(block: str):
    clauses = clauses_of(f"Here:\n{block}\nThat is how it works, you see.")

    assert clauses == ["Here:", block.strip(), "That is how it works, you see."]


def test_code_within_a_line_is_no_block_even_with_three_backticks():
    assert clauses_of("```pip install it``` does it all. Then you can start.")[0] == "```pip install it``` does it all."


def test_a_block_without_end_is_given_at_the_end():
    assert clauses_of("```\ncode. More code") == ["```\ncode. More code"]


def test_long_sentences_are_cut_at_a_pause():
    long = "It has a lamp, " + "and it has another lamp, " * 12 + "and an end."

    clauses = later(long)

    assert all(len(clause) <= 170 for clause in clauses)
    assert all(clause.endswith(",") for clause in clauses[:-1])


def test_a_text_without_any_pause_is_cut_between_words():
    clauses = later("lamp " * 400)

    assert all(MAX_CLAUSE // 2 < len(clause) <= MAX_CLAUSE for clause in clauses[:-1])
    assert set(" ".join(clauses).split()) == {"lamp"}


def test_what_never_closes_is_cut_at_last():
    assert max(map(len, later("**" + "lamp " * 2000))) <= MAX_OPEN + 10


def test_wide_full_stops_end_sentences_without_a_space():
    assert clauses_of("我们的基本套餐每月十美元。您还需要什么帮助吗？") == [
        "我们的基本套餐每月十美元。",
        "您还需要什么帮助吗？",
    ]


def test_after_the_end_a_clauser_is_as_new():
    clauser = Clauser()
    clauser.feed("- An **answer that was")
    clauser.finish()

    assert clauser.feed("We ship to Norway, too.") + clauser.finish() == clauses_of("We ship to Norway, too.")


@pytest.mark.parametrize("open_block", ["We sell", "We sell **all", "```\nlamp = 1", "| a | b |", "- a lamp and [a"])
def test_a_block_that_is_ended_swallows_nothing_that_comes_behind_it(open_block: str):
    clauser = Clauser()

    assert clauser.feed(open_block) + clauser.end_block() == [open_block]
    assert clauser.feed("Yes, it is a lamp. We have it.") + clauser.finish() == ["Yes, it is a lamp. We have it."]
    assert clauser.feed("Yes, we are. ") == []


def test_every_character_is_looked_at_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch):
    looks = 0
    see = OpenMarks.see

    def counted(self: OpenMarks, char: str, before: str) -> None:
        nonlocal looks
        looks += 1
        see(self, char, before)

    monkeypatch.setattr(OpenMarks, "see", counted)
    text = ("Our **Pro** plan, at $49.99, has `all` of it. " * 300)[:10_000]

    clauses_of(text, *range(1, len(text)))

    assert looks <= 2 * len(text)


PIECES = st.sampled_from(
    ["a", "word ", "Word. ", "\n", "\n\n", "- ", "1. ", "# ", "```", "`", "**", "*", "_", "[", "](", ") ", "|", "> ",
     "  ", "<b", ">", "\\", "~~~", "~~", ". ", ", ", "No. ", "5 ", "etc. ", "。", "字", "$29.99 ", "\t", "\r\n",
     "x" * 60, " y" * 40]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


@settings(deadline=None)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 500), max_size=8))
def test_how_a_text_comes_in_pieces_changes_nothing(text: str, cuts: list[int]):
    expected = clauses_of(text)

    assert clauses_of(text, *(min(cut, len(text)) for cut in cuts)) == expected
    assert clauses_of(text, *range(len(text))) == expected


@settings(deadline=None)
@given(TEXTS)
def test_no_word_is_lost_or_said_twice(text: str):
    clauses = clauses_of(text)

    assert re.sub(r"\s", "", "".join(clauses)) == re.sub(r"\s", "", text)
    assert all(clause == clause.strip() != "" for clause in clauses)
