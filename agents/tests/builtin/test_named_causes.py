"""Kinds of answers that were wrong and sure on pages of others, each with the cause that was mended."""

from __future__ import annotations

import pytest

from agents.llm.builtin import BuiltAnswer, answer
from agents.llm.builtin.doubts import lacks_members, lacks_what_is_asked, only_in_plural
from agents.llm.builtin.followups import resolved
from agents.llm.builtin.said import names_in
from agents.llm.request import ChatRequest, Passage, Turn
from knowledge.text.rank import Index
from knowledge.text.split import split_page


def asked(question: str, page: str) -> BuiltAnswer:
    passages = [Passage("p", "page.md", part.heading, part.text) for part in split_page(page)]
    hits = Index.build(passages).search(question)
    return answer(ChatRequest("Ada", "", (Turn("user", question),), tuple(hit.passage for hit in hits)))


def test_the_word_address_alone_is_answered_with_street_and_number() -> None:
    page = "# Find us\n\n**Weir Hall**\n17 Weir Street, Hebworth HX9 4LT\n\n## By car\n\nTake exit 4."

    found = asked("address", page)

    assert found.band == "quote"
    assert "17 Weir Street" in found.text


def test_a_wall_named_high_says_nothing_of_its_height() -> None:
    assert lacks_what_is_asked("how high are your walls", "High Wall – Ages: 8 and over; Per child: £23", {})
    assert not lacks_what_is_asked("how high are your walls", "Our high walls rise to 14 m.", {})
    assert not lacks_what_is_asked("how high is the deposit", "The high season's deposit is £50.", {"deposit": 1.0})


def test_two_singles_are_no_single_room() -> None:
    assert only_in_plural("is there a single room", "Heron – Bed: two singles, can be zipped into a king")
    assert not only_in_plural("is there a single room", "Wren – Bed: one single")


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("We are recognised by most large health insurers.", True),
        ("We are recognised by most insurers, such as Alba and Norden.", False),
        ("Insurers that take us: health, travel and dental ones.", False),
    ],
)
def test_which_of_them_asks_for_names(text: str, lacks: bool) -> None:
    assert lacks_members("which insurers exactly are you recognised by", text) is lacks


def test_an_entry_that_opens_with_a_question_is_quoted_whole() -> None:
    other = "\n\n".join(f"**May I bring item {at}?** Yes, it is welcome at any time of the day." for at in range(9))
    page = f"# Good to know\n\n{other}\n\n**And my car?** We have no car park. The nearest is Castle Street, £9 a day."

    assert "Castle Street" in asked("where do I leave my car", page).text


def test_a_label_that_repeats_the_question_is_no_name() -> None:
    assert names_in("**Plans:** Chain, Group", "Which plan has payroll export?")[0] == "Chain"


def test_it_is_open_where_nothing_said_before_has_a_name() -> None:
    before = (Turn("user", "do you repair shoes"), Turn("assistant", "yes, we do repair them here"))

    assert resolved((*before, Turn("user", "how much is that one?"))).is_open
    assert not resolved((*before, Turn("user", "what does a new heel cost?"))).is_open
