"""Passages are read block by block: sentences, items with their lead-in, rows with their column names."""

from __future__ import annotations

import time

import pytest

from language.blocks import blocks, plain, sentence_spans, tables, units


def texts(markdown: str) -> list[str]:
    return [unit.text for unit in units(markdown)]


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    text = "Dr. Lee works at 8.30 a.m. on weekdays, e.g. Monday. Call 3.5 hours before! Really? Yes."

    assert list(sentence_spans(text)) == [
        "Dr. Lee works at 8.30 a.m. on weekdays, e.g. Monday.",
        "Call 3.5 hours before!",
        "Really?",
        "Yes.",
    ]


def test_chinese_sentences_end_without_a_space() -> None:
    assert list(sentence_spans("营业时间九点。周日休息。")) == ["营业时间九点。", "周日休息。"]


def test_items_know_their_lead_in_and_their_parent() -> None:
    found = units("You need:\n\n- papers\n  - a passport\n- money")

    assert [(unit.kind, unit.text, unit.context) for unit in found] == [
        ("lead", "You need:", ""),
        ("item", "papers", "You need:"),
        ("item", "a passport", "You need: papers"),
        ("item", "money", "You need:"),
    ]


def test_rows_read_as_sentences_and_keep_their_cells() -> None:
    found = units("| Job | Price |\n|:---|---:|\n| Check \\| fix | €25 |\n| Empty | |")

    assert [unit.text for unit in found] == ["Check | fix – Price: €25", "Empty"]
    assert found[0].cells == ("Check | fix", "€25")


def test_short_and_long_rows_do_not_break_a_table() -> None:
    (table,) = tables("| A | B |\n| --- | --- |\n| 1 |\n| 1 | 2 | 3 |")

    assert table.rows == (("1", ""), ("1", "2", "3"))


def test_a_list_right_below_a_paragraph_is_its_own_block() -> None:
    assert texts("Bring:\n- a pen\n- paper\nThanks.") == ["Bring:", "a pen", "paper Thanks."]


def test_plain_text_has_no_marks_left() -> None:
    assert plain("**Bold** [link](https://x.example) `code` ~~old~~ a_b_c &amp; \\*star\\*") == (
        "Bold link code old a_b_c & *star*"
    )


def test_labelled_lines_of_plain_text_are_items() -> None:
    found = units("Blue Heron: seats 12, $18\nRed Kite: seats 40, $26")

    assert [(unit.kind, unit.text) for unit in found] == [
        ("item", "Blue Heron: seats 12, $18"),
        ("item", "Red Kite: seats 40, $26"),
    ]
    assert found[0].source == "- Blue Heron: seats 12, $18"


@pytest.mark.parametrize("line", ["- 1", "1", "1. a", "> a", "| 1 |", "a | b"])
def test_a_block_of_many_lines_takes_time_in_proportion_to_them(line: str) -> None:
    begun = time.process_time()

    found = list(blocks("\n".join([line] * 20_000)))

    assert [len(block) for block in found] == [20_000]
    assert time.process_time() - begun < 5  # 0.1 s; 25 s and more when each line looks at all those above it


@pytest.mark.parametrize("sign", ["[", "![", "<", "[a](b", "](", "<a@"])
def test_beginnings_of_links_that_never_end_are_read_in_proportion_to_the_text(sign: str) -> None:
    text = sign * (100_000 // len(sign))
    begun = time.process_time()

    assert plain(text)

    assert time.process_time() - begun < 10  # 1 s at most; over a minute where each looks for its end to the end


@pytest.mark.parametrize("text", [". ", "!?", "...1", "B. ", "Hello there my friend. ", "z. B. "])
def test_sentences_of_one_long_paragraph_take_time_in_proportion_to_it(text: str) -> None:
    begun = time.process_time()

    assert list(sentence_spans(text * (100_000 // len(text))))

    assert time.process_time() - begun < 10  # 0.3 s at most; minutes where each looks at all that stands before it
