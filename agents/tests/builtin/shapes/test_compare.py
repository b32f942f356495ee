"""Superlatives, limits and counts over tables, columns and sibling sections."""

from __future__ import annotations

import pytest

from agents.llm.builtin import answer
from agents.llm.builtin.evidence.weighing import AskedQuestion, weigh
from agents.llm.builtin.question.families import asks_about_family, extreme, limit
from agents.llm.builtin.shapes.compare import compared, count_answer
from agents.llm.request import ChatRequest, Passage, PastMessage
from agents.tests.builtin.conftest import Ask
from knowledge.text.split import split_page


def compare(question: str, *texts: str, heading: str = "Shop › Plans") -> str | None:
    passages = [Passage("1", "shop.md", heading, text) for text in texts]
    found = compared(question, passages, weigh(AskedQuestion.of(question, question, None), passages))
    return found[0] if found else None


def test_cheapest_of_sibling_sections(ask: Ask) -> None:
    found = ask("which is your cheapest bike?")

    assert found.text.startswith("**Harbour** – ")
    assert found.text.index("Harbour") < found.text.index("Tram") < found.text.index("Ridge")
    assert "€790" in found.text
    assert found.band == "quote"


def test_lightest_of_sibling_sections_compares_weights_not_prices(ask: Ask) -> None:
    found = ask("what is the lightest bike you have")

    assert found.text.index("Ridge") < found.text.index("Tram") < found.text.index("Harbour")


def test_most_expensive_row_of_a_table(ask: Ask) -> None:
    found = ask("what is the most expensive job in the workshop")

    assert found.text.startswith("**Full service** – Price: €139; Time: 2 days")


def test_quickest_job_compares_times_across_units(ask: Ask) -> None:
    found = ask("which workshop job is the quickest")

    assert found.text.startswith("**Wheel truing** – ")
    assert found.text.index("Brake service") < found.text.index("Full service")


def test_all_rows_under_a_limit(ask: Ask) -> None:
    found = ask("which workshop jobs are under 40 euros")

    assert "Wheel truing" in found.text
    assert "Safety check" in found.text
    assert "Drivetrain cleaning" in found.text
    assert "Brake service" not in found.text


def test_members_that_stand_side_by_side_in_columns() -> None:
    table = "| | Solo | Team |\n| --- | --- | --- |\n| Per month | €49 | €29 |\n| Users | 1 | 20 |"

    found = compare("cheapest plan?", table)

    assert found is not None
    assert found == "**Team** – Per month: €29\n\nThe other: Solo (Per month: €49)"


def test_a_table_split_in_two_passages_is_compared_whole() -> None:
    head = "| Item | Price |\n| --- | --- |\n"

    found = compare("cheapest item", head + "| Lamp | €40 |\n| Rug | €90 |", head + "| Vase | €15 |\n| Chair | €60 |")

    assert found is not None
    assert "Vase" in found
    assert found.index("Vase") < found.index("Lamp")


def test_different_currencies_are_not_compared() -> None:
    assert compare("cheapest plan", "| Plan | Price |\n| --- | --- |\n| A | €5 |\n| B | $4 |") is None


def test_a_family_of_other_things_is_not_used() -> None:
    assert compare("which hotel is the cheapest", "| Plan | Price |\n| --- | --- |\n| A | €5 |\n| B | €4 |") is None


def test_counting_what_a_table_lists() -> None:
    passage = Passage(
        "1", "shop.md", "Shop › Classes", "| Class | Day |\n| --- | --- |\n| Yoga | Monday |\n| Spin | Friday |"
    )

    found = count_answer("how many classes do you offer?", [passage])

    assert found is not None
    assert "2 are listed:" in found[0]
    assert "| Spin | Friday |" in found[0]


@pytest.mark.parametrize("question", ["what do I need at least", "is most of it covered", "how long does it take"])
def test_other_uses_of_the_words_are_no_superlatives(question: str) -> None:
    assert extreme(question) is None


def test_limits_are_read_with_units_and_bounds() -> None:
    between = limit("do you have machines between €100 and €200?")
    below = limit("anything below 5 kg?")

    assert between is not None
    assert (between.low, between.high, between.dimension) == (100, 200, "money")
    assert below is not None
    assert below.low <= 4.9 < below.high < 5
    assert below.dimension == "weight"
    assert limit("can I pay a €300 bill later") is None


def test_families_are_told_from_single_facts() -> None:
    assert asks_about_family("what's the difference between Basic and Pro?")
    assert not asks_about_family("what does Basic cost?")


def test_items_of_a_list_are_compared_by_the_unit_asked_for() -> None:
    breads = "Our bread:\n\n- Sourdough, 900 g, $7.50\n- Rye, 1.2 kg, $8\n- Baguette, 250 g, $3.20"

    heaviest = compare("what is your heaviest bread", breads, heading="Bakery")
    cheap = compare("which bread is under $8", breads, heading="Bakery")

    assert heaviest is not None
    assert heaviest.index("Rye") < heaviest.index("Sourdough") < heaviest.index("Baguette")
    assert cheap is not None
    assert "Rye" not in cheap


MEMBERSHIPS = """| Membership | Monthly | Joining fee |
| --- | --- | --- |
| Swim | £29 | £25 |
| Gym | £35 | £10 |
| All | £49 | £0 |"""


def test_of_two_that_are_named_both_must_be_members() -> None:
    assert compare("which is cheaper, the Swim or the Gym membership?", MEMBERSHIPS) is not None
    assert "All" not in (compare("which is cheaper, Swim or Gym?", MEMBERSHIPS) or "All")
    assert compare("which is cheaper, Swim or a day ticket?", MEMBERSHIPS) is None


def test_two_are_compared_by_their_price_not_by_the_joining_fee() -> None:
    found = compare("is Gym cheaper than Swim?", MEMBERSHIPS)

    assert found is not None
    assert found.startswith("**Swim** – Monthly: £29")


def test_a_table_of_something_else_on_the_page_is_not_the_family() -> None:
    staff = "| Staff | Per hour |\n| --- | --- |\n| Trainer | £30 |\n| Lifeguard | £18 |"

    assert compare("what is the cheapest membership", staff, heading="Memberships › Staff time") is None
    assert compare("cheapest staff", staff, heading="Memberships › Staff time") is not None


def test_prices_without_names_are_no_family() -> None:
    assert compare("cheapest main course", "Main courses\n\n- £14\n- £17\n- £21", heading="Menu") is None
    assert compare("cheapest main course", "- Pie £14\n- Steak £21", heading="Main courses") is not None


def test_what_is_counted_per_machine_is_no_machine() -> None:
    care = "| | Lite | Max |\n| --- | --- | --- |\n| Price per machine | £9 | £35 |"

    assert compare("which machine is the cheapest", care, heading="Care plans") is None


def test_chapters_with_lists_of_their_own_are_no_members() -> None:
    rooms = [
        Passage("1", "inn.md", f"Inn › {name}", f"- Low: £{n}\n- High: £{n + 5}")
        for n, name in ((9, "Bar"), (5, "Spa"))
    ]

    assert compared("cheapest inn", rooms, weigh(AskedQuestion.of("cheapest inn", "cheapest inn", None), rooms)) is None


def test_a_section_named_for_a_question_is_no_member() -> None:
    page = "# Tents\n## Sail\nIt is 21 m long.\n## Stretch\nIt is 15 m long.\n## What is included\nDelivery for 25 km."
    passages = [Passage("t", "tents.md", part.heading, part.text) for part in split_page(page, "tents.md")]
    question = "which tent is the biggest"

    found = compared(question, passages, weigh(AskedQuestion.of(question, question, None), passages))

    assert found
    assert found[0].startswith("**Sail**")


def test_sections_that_say_their_price_alike_are_the_members() -> None:
    said = {
        "Splash": "£27 a month. Pools.",
        "Move": "£33 a month. Gym.",
        "Student": "£21 a month. Same.",
        "Joining fee": "£15. None for students.",
        "Freeze": "Up to three months, £5 a month.",
        "Notice": "One month.",
    }
    sections = [Passage("1", "m.md", f"Membership › {name}", text) for name, text in said.items()]
    question = "What's the cheapest membership?"

    found = compared(question, sections, weigh(AskedQuestion.of(question, question, None), sections))

    assert found is not None
    assert found[0].startswith("**Student** – £21 a month.")
    assert "Freeze" not in found[0]


MACHINES = (
    "# Bean machines\n\n## Compare the Bean range\n\n| | Bean 1 | Bean 2 | Bean 3 |\n| --- | --- | --- | --- |\n"
    "| Price | $100 | $200 | $300 |\n| Suggested team size | Up to 15 people | Up to 35 people | Up to 70 people |\n"
)
SHIPPING = (
    "# Delivery\n\n## Rates\n\n| Region | Machine shipping |\n| --- | --- |\n| North | $45 per machine |\n"
    "| South | $75 per machine |\n"
)


def passages_of(*pages: str) -> tuple[Passage, ...]:
    return tuple(
        Passage(str(number), f"{number}.md", part.heading, part.text)
        for number, page in enumerate(pages)
        for part in split_page(page)
    )


def test_a_heading_that_names_an_aspect_leaves_the_family_to_the_page() -> None:
    found = answer(
        ChatRequest(
            "Ada", "", (PastMessage("user", "Which machine suits an office of 30 people?"),), passages_of(MACHINES)
        )
    )

    assert found.band == "quote"
    assert "**Bean 2**" in found.text
    assert "$200" in found.text


def test_a_column_named_for_what_it_costs_more_makes_no_family() -> None:
    found = answer(
        ChatRequest("Ada", "", (PastMessage("user", "what is the cheapest machine"),), passages_of(SHIPPING))
    )

    assert found.band != "quote"


def test_what_stands_beside_members_is_no_member() -> None:
    found = answer(ChatRequest("Ada", "", (PastMessage("user", "what is the cheapest bean"),), passages_of(MACHINES)))

    assert "**Bean 1**" in found.text
    assert "**Price**" not in found.text


def test_what_lacks_the_thing_compared_is_no_comparison_of_it() -> None:
    passages = (
        Passage("1", "smith.md", "Smith › Horseshoes", "Horseshoes: €90 for a horse, €70 for a pony.", score=2.0),
        Passage("2", "plans.md", "Plans › Horse", "€14 a month", score=1.0),
        Passage("2", "plans.md", "Plans › Pony", "€17 a month", score=1.0),
    )
    question = "which is cheaper for horseshoes, a horse or a pony?"
    found = answer(ChatRequest("Ada", "", (PastMessage("user", question),), passages))

    assert "€70" in found.text
    assert "€14" not in found.text


def test_columns_that_are_rates_of_one_thing_are_no_members() -> None:
    rows = "| Adult | £46 | £460 |\n| Off-peak adult | £32 | £320 |"
    table = f"| Membership | Monthly | Yearly |\n| --- | --- | --- |\n{rows}"

    found = compare("which adult membership costs least", table, heading="Hall › Membership")

    assert found is not None
    assert found.startswith("**Off-peak adult** – Monthly: £32")


def test_the_largest_is_not_the_one_with_the_largest_discount() -> None:
    table = "| Machines | Discount |\n| --- | --- |\n| 3 to 5 | 5 percent |\n| 12 or more | 12 percent |"

    assert compare("which is your largest machine", table, heading="Shop › Machines") is None


def test_the_biggest_is_told_by_its_size_not_by_its_floor() -> None:
    table = "| Studio | Floor | Square metres |\n| --- | --- | --- |\n| Crown | 2 | 24 |\n| Guinea | 2 | 38 |"

    found = compare("which is the biggest studio", table, heading="Studios")

    assert found is not None
    assert found.startswith("**Guinea** – ")


CLASSES = """Once a month.

**Sourdough for beginners** ($95). You take home a loaf.

**Croissants** ($120). You should have made dough before.

**Kids' cookies** ($35 per child). Ages 7 to 12."""


def test_paragraphs_that_begin_with_a_name_and_a_price_are_members() -> None:
    found = compare("what's the cheapest class you offer", CLASSES, heading="Baking classes")

    assert found is not None
    assert found.startswith("**Kids' cookies** – $35 per child")
    assert "Croissants ($120)" in found


def test_paragraphs_that_begin_with_an_aspect_are_none() -> None:
    aspects = "**Access.** Tell us two days before.\n\n**Insurance.** More cover is £1.20 a week."

    assert compare("what is the minimum time for storage", aspects, heading="Storage") is None


TEAWARE = (
    ("Kyusu teapot, 300 ml", "€48. Red clay."),
    ("Glass teapot, 600 ml", "€32. Heat-proof."),
    ("Travel flask, 450 ml", "€29. In black."),
)


@pytest.mark.parametrize(
    ("question", "pick"),
    [
        ("which teapot is cheaper", "**Glass teapot, 600 ml** – €32"),
        ("what's bigger, the kyusu or the glass teapot?", "**Glass teapot, 600 ml** – 600 ml"),
        ("which costs more, the kyusu or the glass teapot?", "**Kyusu teapot, 300 ml** – €48"),
    ],
)
def test_members_are_told_by_a_word_that_several_of_their_names_share(question: str, pick: str) -> None:
    passages = [Passage("1", "shop.md", f"Teaware › {name}", text) for name, text in TEAWARE]
    found = compared(question, passages, weigh(AskedQuestion.of(question, question, None), passages))

    assert found is not None
    assert found[0].startswith(pick)


MAKING = """| | Standard | Rush |
| --- | --- | --- |
| Poster | 10 days | 5 days |
| Banner | 12 days | 6 days |
| Flag | 8 days | 4 days |"""


def test_rows_without_a_name_for_them_are_compared_where_the_columns_are_rates() -> None:
    found = compare("which product takes longest to make", MAKING, heading="Shop › Products")

    assert found is not None
    assert found.startswith("**Banner**")


def test_what_takes_longer_is_a_matter_of_time_and_not_of_length() -> None:
    asked = extreme("do posters or banners take longer")

    assert asked is not None
    assert asked.dimensions == ("duration",)
    assert extreme("which banner is longer, A or B").dimensions == ("duration", "length")  # type: ignore[union-attr]


def test_sections_are_compared_by_what_each_says_under_the_name_asked_for() -> None:
    sections = {"Poster": "Up to 90 cm. Minimum order: 50.", "Banner": "Made of cloth. Minimum order: 10."}
    passages = [Passage("1", "shop.md", f"Shop › {name}", text) for name, text in sections.items()]
    question = "which has the lowest minimum order?"

    found = compared(question, passages, weigh(AskedQuestion.of(question, question, None), passages))

    assert found is not None
    assert found[0].startswith("**Banner** – Minimum order: 10.")


def test_a_superlative_is_answered_by_the_paragraph_that_alone_says_it() -> None:
    page = (
        "Dorothy was built in 1891 and is the oldest engine we have.\n\n"
        "Blencathra is from 1924 and hauls four carriages.\n\nLittle Tom is a diesel engine from 1953."
    )

    passages = (Passage("p", "page.md", "Engines", page),)

    found = answer(ChatRequest("Ada", "", (PastMessage("user", "which engine is the oldest?"),), passages))

    assert "Dorothy" in found.text
    assert "Blencathra" not in found.text


@pytest.mark.parametrize(
    ("text", "is_sure"),
    [
        ("A plain sample costs $8, a printed sample $45.", True),
        ("A plain sample costs $8, and is sent within two days.", False),
    ],
)
def test_one_sentence_with_both_prices_says_which_is_cheaper(text: str, is_sure: bool) -> None:
    page = Passage("1", "prices.md", "Prices › Samples", text)
    asked = (PastMessage("user", "is a plain or a printed sample cheaper?"),)

    assert (answer(ChatRequest("Ada", "", asked, (page,))).band == "quote") is is_sure
