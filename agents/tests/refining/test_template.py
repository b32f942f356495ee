"""The template sorts what it is given under headings: every sentence stays, and nothing about the company is new."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.refining.template import FURTHER, SECTIONS, STANDARD, arrange

PROMPT = """\
You are Ada, the sales assistant of Tarnfield. We sell lamps and ship them in 3 days. Be friendly and brief.
If they say it is too expensive, mention the payment plan. Never promise a discount. Ask for the room it is for.
Help visitors find a lamp. When you are stuck, hand over to the sales team at hello@tarnfield.example."""
SENTENCES = st.sampled_from(
    [
        "You are Ada.",
        "We ship to Norway, e.g. to Oslo, for $4.50.",
        "They love it!",
        "Is it for a kitchen?",
        "Never shout.",
        "Приветствуйте гостя.",
        "It costs 2.400 € a year.",
        "Ask for a budget, then wait.",
        "See https://tarnfield.example/a?b=1 for more.",
    ]
)
JOINS = st.sampled_from(
    [" ", "\n", "\n\n", "\n- ", "\n\n## Style\n\n", "\n\n# Our lamps\n\n", ":\n\n1. ", "\n| a | b |\n"]
)
TEXTS = st.lists(st.tuples(SENTENCES, JOINS), max_size=12).map(lambda pairs: "".join(map("".join, pairs)))


def section(text: str, title: str) -> str:
    return text.partition(f"# {title}\n\n")[2].partition("\n\n# ")[0]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Role", "You are Ada"),
        ("Facts", "ship them in 3 days"),
        ("Tone", "friendly and brief"),
        ("Objections", "payment plan"),
        ("Limits", "discount"),
        ("Qualification questions", "the room"),
        ("Goals", "find a lamp"),
        ("Hand-over", "hello@tarnfield.example"),
    ],
)
def test_each_sentence_goes_where_it_belongs(title, words):
    assert words in section(arrange("Ada", PROMPT).text, title)


def test_what_was_not_said_gets_a_standard_line():
    arranged = arrange("", "We sell lamps.")

    assert arranged.filled == ["Facts"]
    assert set(arranged.standard) == {*STANDARD, "Role"}
    assert all(line in arranged.text for line in STANDARD.values())


def test_the_headings_have_their_order():
    titles = [line[2:] for line in arrange("Ada", PROMPT).text.splitlines() if line.startswith("# ")]

    assert titles == [title for title in SECTIONS if title in titles]


def test_a_sentence_that_leans_on_another_stays_with_it():
    text = arrange("", "We have a payment plan. It is free for a year.").text

    assert "- We have a payment plan. It is free for a year." in text


def test_lists_tables_and_code_stay_whole_with_their_lead():
    blocks = ("Our plans:\n\n- Basic: $29\n- Pro: $99", "| a | b |\n| - | - |\n| 1 | 2 |", "```\n# Tone\n```")

    text = arrange("", "\n\n".join(blocks)).text

    assert all(block in text for block in blocks)


def test_own_headings_keep_what_stands_below_them():
    assert "## Spring offer\n\nTwo for one. Until May." in section(
        arrange("", "# Spring offer\nTwo for one. Until May.").text, FURTHER
    )


def test_a_language_it_does_not_read_is_kept_together():
    text = arrange("", "Du bist Ada. Sei nett.").text

    assert section(text, FURTHER) == "- Du bist Ada.\n- Sei nett."


@given(st.lists(st.one_of(TEXTS, st.text(max_size=80)), max_size=3))
def test_no_word_is_lost_and_none_is_new(materials):
    text = arrange("", *materials).text

    kept = Counter(text.split())
    own = Counter(" ".join([*STANDARD.values(), *SECTIONS, arrange("", "").text, "- # ## " * 1000]).split())
    for material in materials:
        for word, count in Counter(material.split()).items():
            if set(word) - set("#") and word not in own and word not in ("Style", "Our", "lamps"):
                assert kept[word] >= count
    assert not {word for word in kept if word not in own and word not in " ".join(materials)}


@given(st.lists(SENTENCES, min_size=1, max_size=9), st.sampled_from([" ", "\n", "\n\n", "\n- "]))
def test_every_sentence_stays_as_it_was(sentences, join):
    text = " ".join(arrange("Ada", join.join(sentences)).text.replace("\n- ", " ").split())

    for sentence in sentences:
        assert sentence in text


@given(TEXTS)
def test_twice_is_as_good_as_once(material):
    once = arrange("Ada", material).text

    assert Counter(arrange("Ada", once).text.split()) == Counter(once.split())
