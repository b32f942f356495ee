"""What is said of numbers, prices, measures, dates and codes."""

from __future__ import annotations

import pytest

from voice.reading.normalise import speakable
from voice.reading.said import calendar, codes, money, places, units
from voice.reading.said.numbers import plain

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
        ("06.12.34.56.78", "0 6, 1 2, 3 4, 5 6, 7 8"),
        ("Tel. 912 345 678", "Tel. 9 1 2, 3 4 5, 6 7 8"),
        ("**A** [B](https://x.de/c) `D`", "A B D"),
        ("https://www.beispiel.de/preise?x=1", "beispiel.de"),
        ("12.500.000", "12.500.000"),
        ("24. Dezember 2026", "24. Dezember 2026."),
        ("030/901820-0", "0 3 0, 9 0 1, 8 2 0, 0"),
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


PRICES = [
    ("It costs 1.200 €.", "It costs 1,200 euros."),
    ("It costs €1.299.", "It costs 1,299 euros."),
    ("It costs 1.299 EUR.", "It costs 1,299 euros."),
    ("EUR 1.299,50", "1,299 euros and 50 cents"),
    ("We raised $2.5bn.", "We raised 2.5 billion dollars."),
    ("NZ$50", "50 New Zealand dollars"),
    ("A$20 or C$25", "20 Australian dollars or 25 Canadian dollars"),
    ("₹2,00,000", "200,000 rupees"),
    ("-$15", "minus 15 dollars"),
    ("$-15", "minus 15 dollars"),
    ("1'299 CHF", "1,299 Swiss francs"),
    ("CHF 1'299.50", "1,299 Swiss francs and 50 centimes"),
    ("$0.99", "99 cents"),
    ("$1", "1 dollar"),
    ("$1.01", "1 dollar and 1 cent"),
    ("£5–£10", "5 to 10 pounds"),
    ("$5-10", "5 to 10 dollars"),
    ("10–20 €", "10 to 20 euros"),
    ("from $5/mo", "from 5 dollars per month"),
    ("$3/sq. ft. and up", "3 dollars per square foot and up"),
    ("$10k", "10 thousand dollars"),
    ("$1.5M", "1.5 million dollars"),
    ("$2 million", "2 million dollars"),
    ("a $50 gift card", "a 50 dollar gift card"),
]


@pytest.mark.parametrize(("written", "spoken"), PRICES)
def test_a_price_is_said_in_words(written: str, spoken: str):
    assert money.read(written) == spoken


MEASURES = [
    ("5,5 kg", "5.5 kilograms"),
    ("1 kg", "1 kilogram"),
    ("30 s", "30 seconds"),
    ("450 sq. ft. of space", "450 square feet of space"),
    ("10 pcs", "10 pieces"),
    ("100 km/h", "100 kilometres per hour"),
    ("16 GB RAM", "16 gigabytes RAM"),
    ("20 °C", "20 degrees Celsius"),
    ("to -15 °C", "to minus 15 degrees Celsius"),
    ("−5°F", "minus 5 degrees Fahrenheit"),
    ("85 m²", "85 square metres"),
    ("5 kWh", "5 kilowatt hours"),
    ('A 27" monitor', "A 27 inch monitor"),
    ('It is 27" wide.', "It is 27 inches wide."),
    ("He is 5'10\" tall.", "He is 5 feet 10 inches tall."),
    ('He said "I am 27" to us.', 'He said "I am 27" to us.'),
    ("30 x 40 cm", "30 by 40 centimetres"),
    ("30×40×20 cm", "30 by 40 by 20 centimetres"),
    ("a 5 kg bag", "a 5 kilogram bag"),
    ("a 30-min call", "a 30 minute call"),
    ("2–3 kg", "2 to 3 kilograms"),
    ("10 lbs. of coffee", "10 pounds of coffee"),
    ("500 Mbps", "500 megabits per second"),
    ("6 ft 2 in", "6 feet 2 inches"),
]


@pytest.mark.parametrize(("written", "spoken"), MEASURES)
def test_a_measure_is_said_in_words(written: str, spoken: str):
    assert units.read(written) == spoken


DATES = [
    ("24.12.2026", "December 24, 2026"),
    ("2026-12-24", "December 24, 2026"),
    ("12/24/2026", "December 24, 2026"),
    ("24/12/2026", "December 24, 2026"),
    ("Dec 24", "December 24"),
    ("Dec. 24, 2026", "December 24, 2026"),
    ("24 Dec 2026", "24 December 2026"),
    ("on 24. Dec", "on 24 December"),
    ("on 12/24", "on December 24"),
    ("Dec 24–26", "December 24 to 26"),
    ("24–26 Dec", "24 to 26 December"),
    ("in the '90s", "in the nineties"),
    ("the 1990s", "the nineteen nineties"),
    ("2024/25", "2024 to 25"),
    ("2:05 pm", "2 oh 5 PM"),
    ("9.30am", "9:30 AM"),
    ("9:00", "9 o'clock"),
    ("14:05", "14 oh 5"),
    ("24/7", "twenty-four seven"),
    ("14h30", "14:30"),
    ("8 a.m. to 5 p.m.", "8 AM to 5 PM."),
]


@pytest.mark.parametrize(("written", "spoken"), DATES)
def test_a_date_or_time_is_said_in_words(written: str, spoken: str):
    assert calendar.read(written) == spoken


CODES = [
    ("PIN 0042", "PIN 0 0 4 2"),
    ("Your code is 4821.", "Your code is 4 8 2 1."),
    ("order number 1048576", "order number 1 0 4, 8 5 7 6"),
    ("Providence, RI 02903", "Providence, Rhode Island 0 2 9 0 3"),
    ("E04", "E 0 4"),
    ("XR-200", "X R 200"),
    ("AB-12-34", "A-B, 12, 34"),
    ("SAVE20", "SAVE 20"),
    ("MP3 and B2B", "M P 3 and B 2 B"),
    ("SW1A 1AA", "S W 1 A, 1 A-A"),
    ("4111 1111 1111 1111", "4 1 1 1, 1 1 1 1, 1 1 1 1, 1 1 1 1"),
    ("192.168.1.1", "192 dot 168 dot 1 dot 1"),
    ("v2.0.1", "version 2 point 0 point 1"),
    ("v3", "version 3"),
]


@pytest.mark.parametrize(("written", "spoken"), CODES)
def test_a_code_is_spelled(written: str, spoken: str):
    assert codes.read(written) == spoken


PLACES = [
    ("12 Main St", "12 Main Street"),
    ("12 Main St., Apt. 4B", "12 Main Street, Apartment 4 B"),
    ("12 N Main St. is ours.", "12 North Main Street is ours."),
    ("350 5th Ave", "350 5th Avenue"),
    ("St. Louis", "Saint Louis"),
    ("in St. Paul", "in Saint Paul"),
    ("Dr. Smith", "Doctor Smith"),
    ("12 Oak Dr", "12 Oak Drive"),
    ("Sunset Blvd", "Sunset Boulevard"),
    ("Mt. Hood", "Mount Hood"),
    ("Ste. 200", "Suite 200"),
    ("Martin Luther King Jr. is", "Martin Luther King Junior is"),
]


@pytest.mark.parametrize(("written", "spoken"), PLACES)
def test_an_address_or_title_is_said_in_words(written: str, spoken: str):
    assert places.read(written) == spoken
