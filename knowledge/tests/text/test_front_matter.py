"""Front matter is read as its page means it: the title, the values as text, no comments; nothing is lost by a slip."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.adding import name_of
from knowledge.text.front_matter import MAX_CHARS, MAX_VALUES
from knowledge.text.split import split_page
from language.blocks import tables

YAML = """---
# Reviewed in spring
title: "Garden House"   # shown in the tab
layout: home
weight: 10
date: 2026-01-02
image: /img/house.jpg
description: Four rooms by the river.
check_in: 15:00
breakfastIncluded: true
phone: 0123 456
rooms:
  - name: Blue room
    price: 90.00
  - name: Red | room
    price: 1_200
address:
  street: Mill Lane 4
---
# Garden House

Welcome.
"""
TOML = """+++
# Do not touch
title = "Laser cutter"
date = 2026-01-02T10:00:00Z
draft = false
[extra]
induction = 12.50
[[prices]]
name = "Members"
cost = "£3"
[[prices]]
name = "Guests"
cost = "£5"
+++

```sh
# no heading
```

## Use

Wear goggles.
"""


def everything(page: str) -> str:
    return "\n".join(f"{part.heading}\n{part.text}" for part in split_page(page))


def test_yaml_gives_the_title_and_each_value_as_it_is_written() -> None:
    found = split_page(YAML)
    text = everything(YAML)

    assert {part.heading for part in found} == {"Garden House", "Garden House › Rooms", "Garden House › Address"}
    assert "- Check in: 15:00" in text
    assert "- Breakfast Included: yes" in text
    assert "- Phone: 0123 456" in text
    assert "- Street: Mill Lane 4" in text
    assert "Four rooms by the river." in text
    assert not [word for word in ("Reviewed", "shown", "Layout", "Weight", "2026", "house.jpg") if word in text]


def test_a_list_of_mappings_is_a_table_so_that_each_price_keeps_its_name() -> None:
    (table,) = [table for part in split_page(YAML) for table in tables(part.text)]

    assert table.header == ("Name", "Price")
    assert table.rows == (("Blue room", "90.00"), ("Red | room", "1_200"))


def test_toml_gives_title_and_values_and_no_comment_is_a_heading() -> None:
    found = split_page(TOML)

    assert [part.heading for part in found] == [
        "Laser cutter › Extra",
        "Laser cutter › Prices",
        "Laser cutter",
        "Laser cutter › Use",
    ]
    assert "- Induction: 12.50" in found[0].text
    assert tables(found[1].text)[0].rows == (("Members", "£3"), ("Guests", "£5"))
    assert "Do not touch" not in everything(TOML)


@pytest.mark.parametrize(("page", "name"), [(YAML, "Garden House"), (TOML, "Laser cutter")])
def test_a_document_is_named_by_its_front_matter(page: str, name: str) -> None:
    assert name_of(page, "page_1.md") == name


@pytest.mark.parametrize("page", ["```sh\n# run this\n```\n\nText.", "+++\n# a comment\nx = 1\n+++\nText."])
def test_a_document_is_named_by_no_comment(page: str) -> None:
    assert name_of(page, "how_to.md") == "how to"


@pytest.mark.parametrize(
    "page",
    [
        "---\ntitle: Fees: all of them\n# internal\nvisit: 40 €\n---\nText.",
        "---\ntitle: Fees\n\tvisit: 40 €\n# internal\n---\nText.",
        '---\ntitle: "Fees\nvisit: 40 €\n# internal\n---\nText.',
        "---\ntitle: Fees\n# internal\nvisit: 40 €\n\nText.",
        '+++\ntitle = "Fees"\n# internal\nvisit = 40 €\n+++\nText.',
        '+++\ntitle = "Fees"\n# internal\nvisit = "40 €"\n\nText.',
        f"---\ntitle: Fees\nvisit: 40 €\nlong: {'x' * MAX_CHARS}\n# internal\n---\nText.",
        f"---\ntitle: Fees\nvisit: 40 €\ndeep: {'[' * 1000}\n# internal\n---\nText.",
    ],
)
def test_front_matter_with_a_slip_loses_no_value_and_shows_no_comment(page: str) -> None:
    text = everything(page)

    assert split_page(page)[0].heading.startswith("Fees")
    assert "40 €" in text
    assert "Text." in text
    assert "internal" not in text


def test_aliases_that_stand_for_billions_of_values_are_not_written_out() -> None:
    lines = ["a0: &a0 [lol]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20))]
    page = "---\n" + "\n".join(lines) + "\n---\nText."

    text = everything(page)

    assert text.count("lol") <= MAX_VALUES
    assert "Text." in text


DISHES = "menu:\n  - {name: Fish pie, price: £14}\n  - {name: Soup, price: £6}"


@pytest.mark.parametrize(
    ("menu", "shown"),
    [
        (DISHES, True),
        ("menu:\n  starters:\n    - {name: Fish pie, price: £14}\n  sweets:\n    - {name: Tart, price: £7}", True),
        ("menus:\n  lunch:\n    dish: Fish pie\n    price: £14", True),
        ("menu: Fish pie", False),
        ("menu: [Fish pie, footer]", False),
        ("menu:\n  main:\n    name: Fish pie\n    weight: 20", False),
        ("menu:\n  main: {}", False),
        ("menu:\n  - {name: Fish pie, url: /pie/}", False),
    ],
)
def test_a_menu_of_dishes_is_text_and_one_of_the_site_is_not(menu: str, shown: bool) -> None:
    page = f"---\ntitle: The Anchor\n{menu}\n---\nWe cook.\n"

    text = "\n".join(part.text for part in split_page(page))

    assert ("Fish pie" in text) is shown
    assert "We cook." in text


def test_a_line_drawn_above_prose_is_no_front_matter() -> None:
    page = "---\n\nDear visitors, we moved.\n\n---\n\n# News\n\nAll of it."

    assert "Dear visitors, we moved." in everything(page)
    assert [part.heading for part in split_page(page)] == ["", "News"]


def test_long_values_may_be_pages_of_their_own() -> None:
    page = "---\ntitle: House\nbody: |\n  Hello.\n\n  ## Pets\n\n  No dogs.\nfee: 9\n---\n"

    found = [(part.heading, part.text) for part in split_page(page)]

    assert found == [("House", "- Fee: 9\n\nHello."), ("House › Pets", "No dogs.")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["---", "+++"]), st.text("ab:=[]{}#&*\n \"'-|>!,1", max_size=120))
def test_any_front_matter_can_be_read(mark: str, inner: str) -> None:
    assert "Tail." in everything(f"{mark}\n{inner}\n{mark}\n\nTail.")
