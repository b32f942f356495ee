"""Amounts are read with their units and brought to one unit."""

from __future__ import annotations

import pytest

from language.measures import first, measures


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("costs €1,299.50", "money", 1299.5),
        ("only 45 euros", "money", 45),
        ("12,50 €", "money", 12.5),
        ("8p per minute", "money", 0.08),
        ("50 cents a page", "money", 0.5),
        ("USD 2k a year", "money", 2000),
        ("500 g of beans", "weight", 0.5),
        ("two weeks", "duration", 20160),
        ("5 working days", "duration", 7200),
        ("a 30-day trial", "duration", 43200),
        ("open until 7.15pm", "clock", 1155),
        ("from 08:30", "clock", 510),
        ("15 percent off", "share", 15),
        ("up to 2 GB", "data", 2000),
        ("120 cm wide", "length", 1.2),
        ("Free", "money", 0),
    ],
)
def test_amounts_in_base_units(text: str, dimension: str, value: float) -> None:
    found = first(text, dimension)  # type: ignore[arg-type]  (parametrised)

    assert found is not None
    assert found.value == pytest.approx(value)


def test_a_number_is_read_once() -> None:
    assert [(m.dimension, m.value) for m in measures("3 plans from €5, 2 days")] == [
        ("count", 3),
        ("money", 5),
        ("duration", 2880),
    ]


def test_model_names_are_not_amounts() -> None:
    assert measures("the X200m and the B2B plan") == ()


def test_at_and_am_are_no_tons_and_metres() -> None:
    assert measures("I am here, at last") == ()
    assert [(m.dimension, m.value) for m in measures("a week, at 8pm")] == [("duration", 10080), ("clock", 1200)]
