"""One figure in many spellings is one figure, and no text takes longer to read than its length."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.effort import within_effort
from language.figures.numerals import spelled, values_of
from language.figures.reading import figures


def read(text):
    return [(figure.kind, *(round(value, 4) for value in figure.values[:1]), figure.unit) for figure in figures(text)]


@pytest.mark.parametrize(
    "text",
    [
        "1,249.00 €", "1.249,00 €", "1 249 €", "1\u00a0249,00\u202f€", "€1,249", "EUR 1249", "1249 euros",
        "1'249.– EUR",
        "1,249 Euro", "€ 1.249,-", "one thousand two hundred and forty-nine euros", "１２４９ €", "1.249k €",
    ],
)  # fmt: skip
def test_an_amount_of_money_is_the_same_however_it_is_written(text):
    (figure,) = figures(text)

    assert (figure.kind, figure.unit) == ("money", "EUR")
    assert 1249.0 in figure.values


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2 %", "share", 2), ("two percent", "share", 2), ("2 per cent", "share", 2), ("zwei Prozent", "share", 2),
        ("2 pour cent", "share", 2), ("dos por ciento", "share", 2), ("2,5 %", "share", 2.5),
        ("twelve hundred dollars", "money", 1200), ("$1.2k", "money", 1200),
        ("1.2 million dollars", "money", 1_200_000),
        ("2 Mio. €", "money", 2_000_000), ("99p", "money", 0.99), ("fifty cents", "money", 0.5),
        ("£9.99", "money", 9.99),
        ("zweihundertfünfzig Euro", "money", 250), ("trois cents euros", "money", 300), ("CHF 40.–", "money", 40),
        ("90 minutes", "hours", 1.5), ("1.5 hours", "hours", 1.5), ("two weeks", "hours", 336),
        ("14 days", "hours", 336),
        ("14 Werktage", "hours", 336), ("fünf Tage", "hours", 120), ("treinta y cinco días", "hours", 840),
        ("5 working days", "hours", 120), ("a 30-day trial", "hours", 720), ("2 years", "months", 24),
        ("24 Monate", "months", 24), ("deux ans", "months", 24), ("2.5 kg", "weight", 2500), ("250 g", "weight", 250),
        ("40 m²", "area", 40), ("20 °C", "temperature", 20), ("100 km/h", "speed", 100), ("500 GB", "data", 500_000),
        ("9 am", "clock", 540), ("17:30", "clock", 1050), ("5.30 pm", "clock", 1050), ("9 Uhr", "clock", 540),
        ("14h30", "clock", 870), ("a hundred and twenty-five guests", "count", 125),
        ("1,00,000 visitors", "count", 100_000),
    ],
)  # fmt: skip
def test_a_figure_has_its_kind_and_its_value(text, kind, value):
    (figure,) = figures(text)

    assert figure.kind == kind
    assert figure.values[0] == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "3 March 2027", "March 3, 2027", "March 3rd, 2027", "the 3rd of March 2027", "2027-03-03", "03.03.2027",
        "3/3/27",
        "am 3. März 2027", "le 3 mars 2027", "3 de marzo de 2027", "3 marzo 2027", "3 maart 2027",
        "3 de março de 2027",
    ],
)  # fmt: skip
def test_a_day_is_the_same_however_it_is_written(text):
    assert {figure.day for figure in figures(text)} == {(2027, 3, 3)}


def test_the_currency_of_one_cell_makes_no_millions_of_the_next():
    price, area = figures("| Rose room | 89 € | 18 m² |")

    assert (price.kind, price.values, area.kind, area.values) == ("money", (89.0,), "area", (18.0,))
    assert figures("€5 m")[0].values == (5_000_000.0,)


def test_a_day_in_digits_that_may_be_two_has_both_readings():
    assert {figure.day for figure in figures("on 04/03/2027")} == {(2027, 3, 4), (2027, 4, 3)}


def test_both_ends_of_a_range_have_the_unit():
    assert read("3 to 9 days") == [("hours", 72, ""), ("hours", 216, "")]
    assert read("€10–12") == [("money", 10, "EUR"), ("money", 12, "EUR")]


@pytest.mark.parametrize(
    "text", ["model A4", "5G coverage", "a 3D printer", "1. Open the lid", "you may go", "B2B", "version v2", "M365"]
)
def test_what_is_no_figure_is_not_read_as_one(text):
    assert figures(text) == ()


def test_a_telephone_number_is_its_digits():
    (figure,) = figures("Call +43 (0) 1 234 56 78 today")

    assert (figure.kind, figure.digits) == ("phone", "4312345678")


def test_a_long_amount_is_no_telephone_number():
    assert read("It was 12 500 000 € last year")[0] == ("money", 12_500_000, "EUR")


@pytest.mark.parametrize(
    ("numeral", "values"),
    [
        ("1,249.00", (1249.0,)), ("1.249,00", (1249.0,)), ("1.249", (1249.0, 1.249)), ("0.125", (0.125,)),
        ("12.50", (12.5,)), ("1.249.000", (1_249_000.0,)), ("1.2.3", ()), ("1" * 41, ()),
    ],
)  # fmt: skip
def test_separators_tell_thousands_from_decimals(numeral, values):
    assert values_of(numeral) == values


@pytest.mark.parametrize(
    ("words", "value", "count"),
    [
        ("twenty five", 25, 2), ("two three", 2, 1), ("five thousand two hundred", 5200, 4), ("a hundred", 100, 2),
        ("a lamp", 0, 0), ("hundert", 100, 1), ("dreihundertfünfundvierzig", 345, 1), ("veinte y cinco", 25, 3),
        ("two and", 2, 1),
    ],
)  # fmt: skip
def test_number_words_make_one_number(words, value, count):
    assert spelled(words.split()) == (value, count)


HOSTILE = st.sampled_from(
    ["1 ", "1 222", "1.", "1,", "1-2 days ", "1 May ", "one hundred ", "und", "1/2/", "+1 ", "12:", "€", "9", "a.",
    "%", "hundert"]
)  # fmt: skip


@given(st.lists(HOSTILE, min_size=1, max_size=3), st.integers(2_000, 6_000))
@settings(max_examples=40, deadline=None)
@pytest.mark.slow
def test_no_text_takes_longer_than_its_length(parts, times):
    text = "".join(parts) * times

    # some 15 µs a character at the worst
    within_effort(100e-6 * len(text) + 0.05, lambda: figures.__wrapped__(text))


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    for figure in figures(text):
        assert figure.start < figure.end
