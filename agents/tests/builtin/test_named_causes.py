"""Kinds of answers that were wrong and sure on pages of others, each with the cause that was mended."""

from __future__ import annotations

import pytest

from agents.llm.builtin import BuiltAnswer, answer
from agents.llm.builtin.evidence.doubts import lacks_members, lacks_what_is_asked, lacks_what_was_told, only_in_plural
from agents.llm.builtin.question.followups import resolved
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.builtin.question.said import names_in
from agents.llm.builtin.shapes.differences import told_side_by_side
from agents.llm.request import ChatRequest, Passage, PastMessage
from knowledge.text.rank import Index
from knowledge.text.split import split_page


def asked(question: str, page: str) -> BuiltAnswer:
    passages = [Passage("p", "page.md", part.heading, part.text) for part in split_page(page)]
    hits = Index.build(passages).search(question)
    return answer(ChatRequest("Ada", "", (PastMessage("user", question),), tuple(hit.passage for hit in hits)))


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
    before = (PastMessage("user", "do you repair shoes"), PastMessage("assistant", "yes, we do repair them here"))

    assert resolved((*before, PastMessage("user", "how much is that one?"))).is_open
    assert not resolved((*before, PastMessage("user", "what does a new heel cost?"))).is_open


def test_a_name_of_stop_words_is_found_and_answered() -> None:
    page = "# Membership\n\n## Move\n\n£21 a month.\n\n## All In\n\n£41 a month, all.\n\n## Price\n\n£6."

    for question in ("how much is All In?", "all in price"):
        assert "£41" in asked(question, page).text
        assert "£21" not in asked(question, page).text


def test_what_is_told_before_the_question_weighs_less_and_is_not_forgotten() -> None:
    message = "I use a wheelchair, can I get into the rooms?"
    question = AskedQuestion.of(message, message, None)

    assert "wheelchair" not in question.own
    assert lacks_what_was_told(question, "The rooms are open all day.", {})
    assert not lacks_what_was_told(question, "The rooms can be reached by wheelchair.", {})


def test_two_that_are_named_are_shown_side_by_side() -> None:
    page = "# Plans\n\n## Hot desk\n\n£165 a month, any desk.\n\n## Own desk\n\n£260 a month, a desk of your own."

    found = asked("what's the difference between the hot desk and your own desk", page)

    assert found.band == "quote"
    assert found.text.index("**Hot desk**") < found.text.index("£165") < found.text.index("£260")


def test_rows_of_a_table_are_told_apart_by_their_names() -> None:
    rows = "| Guinea | 29 |\n| Florin | 19 |\n| Crown | 24 |"
    passage = Passage("p", "page.md", "Studios", f"| Studio | Square metres |\n| --- | --- |\n{rows}")

    found = told_side_by_side("compare Guinea and Florin", [passage])

    assert found is not None
    assert "Guinea" in found[0]
    assert "Crown" not in found[0]
    assert told_side_by_side("compare Guinea and Dollar", [passage]) is None


def test_columns_are_told_apart_by_what_differs() -> None:
    rows = "| Price | $9 | $49 | $99 |\n| Support | mail | mail | call |"
    table = f"| | Solo | Team | Firm |\n| --- | --- | --- | --- |\n{rows}"
    passage = Passage("p", "page.md", "Plans", table)

    found = told_side_by_side("what's the difference between the Solo plan and the Team plan?", [passage])

    assert found is not None
    assert "$9" in found[0]
    assert "$49" in found[0]
    assert "$99" not in found[0]
    assert "Support" not in found[0]
    assert told_side_by_side("compare Solo and Gold", [passage]) is None


def test_a_list_that_was_split_is_quoted_with_its_other_part() -> None:
    items = "\n".join(
        f"{at}. Do what step number {at} of the list says, slowly and with both hands." for at in range(1, 15)
    )
    page = f"# Starting the boat\n\nTo start the engine do this:\n\n{items}"
    assert len(split_page(page)) > 1

    found = asked("what are the steps to start the engine", page)

    assert "To start the engine do this:" in found.text
    assert "step number 1 " in found.text
    assert "step number 14 " in found.text
