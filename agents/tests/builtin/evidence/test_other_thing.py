"""What only looks like the answer is told apart from it: another thing of the same name, nobody's name, other days."""

from __future__ import annotations

import pytest

from agents.llm.builtin import BuiltAnswer, answer
from agents.llm.builtin.evidence.other_thing import (
    is_price_in_other_section,
    is_price_of_other_thing,
    names_nobody,
    says_other_days,
)
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.request import ChatRequest, Passage, PastMessage
from knowledge.text.rank import Index
from knowledge.text.split import embed_parts, split_page
from language.blocks import units
from language.embeddings import Encoder


def asked(message: str, page: str, encoder: Encoder) -> BuiltAnswer:
    parts = split_page(page)
    vectors = embed_parts(encoder, parts)
    found = [
        Passage("p", "page.md", p.heading, p.text, sentences=tuple(v)) for p, v in zip(parts, vectors, strict=True)
    ]
    hits = Index.build(found).search(message, 6, encoder=encoder)
    request = ChatRequest("Ada", "", (PastMessage("user", message),), tuple(hit.passage for hit in hits))
    return answer(request, encoder)


def question(text: str) -> AskedQuestion:
    return AskedQuestion.of(text, text, None)


@pytest.mark.parametrize(
    ("text", "item", "is_other"),
    [
        ("how much is a sandwich", "- **Sandwich tray** - $110: 12 sandwiches, cut in half", True),
        ("how much is a cup of coffee", "- **Coffee carrier** - $22: about 10 cups", True),
        ("what does a piano cost", "- **Piano stool** – £90", True),
        ("how much is a sandwich tray", "- **Sandwich tray** - $110: 12 sandwiches", False),
        ("how much is sourdough", "- **Country sourdough** – $9", False),
        ("how much is focaccia", "- **Focaccia, half sheet** – $22", False),
        ("what is the adult price", "- **Adult ticket** – £12", False),
        ("is there a coffee carrier", "- **Coffee machine** - $22", False),
    ],
)
def test_a_price_is_that_of_what_a_label_ends_with(text: str, item: str, is_other: bool) -> None:
    assert is_price_of_other_thing(question(text), units(item)[0]) is is_other


CLASSES = "Baking classes"
SHOP = [CLASSES, "Our bread", "Cakes", "Delivery", "Diets", "Visit us"]


@pytest.mark.parametrize(
    ("text", "heading", "headings", "is_other"),
    [
        ("how much is a croissant", CLASSES, SHOP, True),
        ("how much is a croissant class", CLASSES, SHOP, False),
        ("how much is a city bike", "Rent a bike › Rates", SHOP, True),
        ("how much is it to rent a city bike", "Rent a bike › Rates", SHOP, False),
        (
            "how much is the intensive",
            "Group courses",
            ["Group courses", "Courses and prices", "Evening course"],
            False,
        ),
        ("do you sell croissants", CLASSES, SHOP, False),
    ],
)
def test_a_price_among_classes_or_things_to_rent_is_not_that_of_the_thing(
    text: str, heading: str, headings: list[str], is_other: bool
) -> None:
    unit = units("- **Croissants, city bike, intensive** – $120 a day")[0]

    assert is_price_in_other_section(question(text), unit, heading, headings) is is_other


@pytest.mark.parametrize(
    ("text", "sentence", "is_nobody"),
    [
        ("who teaches Bouldering Basics", "Bouldering Basics – Level: beginner; Dates: 19 March", True),
        ("who cooks the breakfast", "Diets: Gluten-free bread is always in the kitchen.", True),
        ("who is on duty", "Monday to Friday, from 9 am.", True),
        ("who teaches Bouldering Basics", "Imogen teaches it on Mondays.", False),
        ("who speaks polish", "Tomasz Wilk – Galway; speaks Polish", False),
        ("who cooks", "The kitchen is run by Pete.", False),
        ("what do you cook", "Gluten-free bread.", False),
    ],
)
def test_who_asks_for_a_name_that_the_question_does_not_hold(text: str, sentence: str, is_nobody: bool) -> None:
    assert names_nobody(question(text), units(sentence)) is is_nobody


@pytest.mark.parametrize(
    ("text", "sentence", "says_no"),
    [
        ("do you deliver on sundays", "We deliver Tuesday to Saturday between 8 am and noon.", True),
        ("can I get a delivery on Monday?", "We deliver from Tuesday to Saturday.", True),
        ("do you deliver on fridays", "We deliver Tuesday to Saturday between 8 am and noon.", False),
        ("do you deliver on sundays", "We answer mail from Monday to Friday.", False),
        ("do you deliver on sundays", "We deliver on bank holidays.", False),
        ("are you open on sundays", "Open Monday to Friday.", False),
        ("when do you deliver on sundays", "We deliver Tuesday to Saturday.", False),
    ],
)
def test_the_days_on_which_it_is_done_answer_for_the_others(text: str, sentence: str, says_no: bool) -> None:
    assert says_other_days(question(text), units(sentence)[0], "") is says_no


def test_these_doubts_decide_whether_an_answer_is_sure(encoder: Encoder) -> None:
    page = "# Corner bakery\n\n## Delivery\n\nWe deliver Tuesday to Saturday between 8 am and noon.\n\n## Catering\n\n"
    page += (
        "- **Sandwich tray** - $110: 12 sandwiches, cut in half\n- **Morning box** - $45: 12 pastries\n\n## Paying\n\n"
    )
    page += "We take cash and cards."

    def band(message: str) -> str:
        return asked(message, page, encoder).band

    assert band("do you deliver on sundays?") == "quote"
    assert band("how much is a sandwich?") == "closest"
    assert band("how much is the sandwich tray?") == "quote"
    assert band("who pays in cash?") != "quote"
