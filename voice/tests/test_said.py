"""What is said of numbers, prices, measures, dates and codes."""

from __future__ import annotations

import pytest

from voice.said.numbers import plain
from voice.spoken import speakable

PHONES = [
    ("Call 1-800-FLOWERS today.", "Call 1, 8 0 0, flowers today."),
    ("Call +15550104477 now.", "Call plus 1, 5 5 5, 0 1 0, 4 4 7 7 now."),
    ("Ring 0800 123 4567.", "Ring 0 8 0 0, 1 2 3, 4 5 6 7."),
    ("Our number is +49 30 1234567.", "Our number is plus 4 9, 3 0, 1 2 3, 4 5 6 7."),
    ("(401) 555-0142", "4 0 1, 5 5 5, 0 1 4 2"),
    ("1-800-555-0199", "1, 8 0 0, 5 5 5, 0 1 9 9"),
    ("1 (800) 555-0199", "1, 8 0 0, 5 5 5, 0 1 9 9"),
    ("+44 20 7946 0958", "plus 4 4, 2 0, 7 9 4 6, 0 9 5 8"),
    ("+44 (0)20 7946 0958", "plus 4 4, 0, 2 0, 7 9 4 6, 0 9 5 8"),
    ("020 7946 0958", "0 2 0, 7 9 4 6, 0 9 5 8"),
    ("01 42 68 53 00", "0 1, 4 2, 6 8, 5 3, 0 0"),
    ("+33 1 42 68 53 00", "plus 3 3, 1, 4 2, 6 8, 5 3, 0 0"),
    ("030/1234567", "0 3 0, 1 2 3, 4 5 6 7"),
    ("Call us at 4015550142.", "Call us at 4 0 1, 5 5 5, 0 1 4 2."),
    ("+1-401-555-0142", "plus 1, 4 0 1, 5 5 5, 0 1 4 2"),
    ("1-888-GO-LAMPS", "1, 8 8 8, go lamps"),
]


@pytest.mark.parametrize(("written", "spoken"), PHONES)
def test_a_telephone_number_is_said_digit_by_digit(written: str, spoken: str):
    assert speakable(written) == spoken


@pytest.mark.parametrize("language", ["de", "fr", "es", "nl-be"])
@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("1.299,00 € & 5,5 kg", "1.299,00 € & 5,5 kg"),
        ("3–5, 10-12 %, -5 °C", "3–5, 10-12 %, -5 °C"),
        ("24.12.2026, 01.02.2026, 14:30, 07.30-12.00", "24.12.2026, 01.02.2026, 14:30, 07.30-12.00"),
        ("+49 30 1234567", "+4 9, 3 0, 1 2 3, 4 5 6 7"),
        ("01 42 68 53 00", "0 1, 4 2, 6 8, 5 3, 0 0"),
        ("**A** [B](https://x.de/c) `D`", "A B D"),
        ("https://www.beispiel.de/preise?x=1", "beispiel.de"),
        ("12.500.000", "12.500.000"),
    ],
)
def test_nothing_english_is_said_in_another_language(language: str, written: str, spoken: str):
    assert speakable(written, language=language) == spoken


@pytest.mark.parametrize(
    ("written", "is_point_grouping", "number"),
    [
        ("1.299", True, "1,299"), ("1.299", False, "1.299"), ("0.299", True, "0.299"), ("1.299,50", False, "1,299.50"),
        ("1,299.50", True, "1,299.50"), ("1'299", False, "1,299"), ("2,00,000", False, "200,000"),
        ("5,5", False, "5.5"),
        ("1299", False, "1,299"), ("007", False, "007"), ("1.299.000", False, "1,299,000"),
    ],
)  # fmt: skip
def test_a_number_is_understood_however_it_is_grouped(written: str, is_point_grouping: bool, number: str):
    assert plain(written, is_point_grouping=is_point_grouping) == number
