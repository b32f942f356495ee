"""Definition lists of Markdown: each term with what is said of it is one item, which can be quoted alone."""

from __future__ import annotations

import pytest

from knowledge.text.markdown_pages import sections
from language.blocks import units


def only_text(page: str) -> str:
    (section,) = sections(page)
    return section.text


@pytest.mark.parametrize(
    ("page", "items"),
    [
        ("Heater\n: 50 kW. £185.\n\nBar\n: Oak, 3 m.\n", "- Heater: 50 kW. £185.\n- Bar: Oak, 3 m."),
        ("**Heater**\n\n:   50 kW\n: quiet\n", "- Heater: 50 kW, quiet"),
        ("Dog\nCat\n: welcome\n", "- Dog, Cat: welcome"),
        ("Bar:\n: Oak, and\n  a fridge\nbehind\nTable\n: Ash\n", "- Bar: Oak, and a fridge behind\n- Table: Ash"),
        ("What we have.\n\nBar\n: Oak\n\nAsk for more.\n", "What we have.\n\n- Bar: Oak\n\nAsk for more."),
    ],
    ids=["two terms", "two definitions", "two terms of one", "lines broken by hand", "between paragraphs"],
)
def test_a_definition_is_an_item_that_begins_with_its_term(page: str, items: str) -> None:
    assert only_text(page) == items


@pytest.mark.parametrize(
    "page", ["- list\n: no definition", "It ends here.\n: no definition", "```\nx\n: code\n```", "12:30\nor 14:30"]
)
def test_a_colon_below_what_is_no_term_stays_as_it_is(page: str) -> None:
    assert only_text(page) == page


def test_a_price_is_said_together_with_its_thing() -> None:
    found = units(only_text("Heater\n: Warms a tent. £185 with fuel.\n\nBar\n: With two fridges. £210.\n"))

    assert [(unit.kind, unit.text) for unit in found] == [
        ("item", "Heater: Warms a tent. £185 with fuel."),
        ("item", "Bar: With two fridges. £210."),
    ]
