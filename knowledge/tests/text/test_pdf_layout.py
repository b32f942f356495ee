"""What stands side by side on a page is read as it is meant: rows with their headers, columns one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tests.pdfs import placed_pdf
from knowledge.text.pdf_layout import PdfLine, PdfPiece, Tables, laid_out
from knowledge.text.pdf_text import pages_of
from language.blocks import tables

MADE = Path(__file__).parent / "made"  # by LibreOffice 7.4
HEAD = ("Model", "Weight", "Price")
ROWS = [("Brook", "14 kg", "$1,249"), ("Glen", "12 kg", "$1,899"), ("Weir", "18 kg", "$2,990")]
LEFTS = (50.0, 150.0, 250.0)
LEFT_COLUMN = [
    "We deliver to all of Europe within two",
    "working days of your order, and to the",
    "islands within a week, by a carrier of",
    "our own choice who calls you before.",
    "Parcels of more than thirty kilograms",
    "come on a pallet to your kerb, and are",
    "carried upstairs for forty euros.",
]
RIGHT_COLUMN = [
    "You may return goods within thirty",
    "days if they are unused and in the box",
    "they came in. Write to us first, and we",
    "send you a label for the parcel, which",
    "you then bring to any post office. Once",
    "it is back we look at it and pay back",
    "the price within five days.",
]


def grid(rows, top: float = 700, step: float = 24, lefts=LEFTS):
    return [
        (x, top - at * step, 11, cell)
        for at, row in enumerate(rows)
        for x, cell in zip(lefts, row, strict=False)
        if cell
    ]


def text_of(*pages) -> str:
    return "\n\n".join(text for _, text in pages_of(placed_pdf(*pages)))


def test_the_rows_of_a_table_keep_their_header():
    text = text_of([(50, 760, 11, "All prices are net."), *grid([HEAD, *ROWS]), (50, 560, 11, "Valid until June.")])

    found = tables(text)[0]
    assert (found.header, found.rows) == (HEAD, tuple(ROWS))
    assert text.startswith("All prices are net.\n\n|")
    assert text.endswith("|\n\nValid until June.")


def test_figures_that_are_set_to_the_right_stay_in_their_column():
    cells = [(50, 700, 11, "Code"), (150, 700, 11, "Stock"), (50, 680, 11, "42"), (168, 680, 11, "1,200")]
    cells += [(50, 660, 11, "7"), (186, 660, 11, "3")]

    assert tables(text_of(cells))[0].rows == (("42", "1,200"), ("7", "3"))


def test_a_cell_may_be_empty_and_another_may_have_two_lines():
    head, brook = ("Model", "Remarks", "Price"), ("Brook", "City bike with lights", "$9")
    cells = grid([head, brook, ("Glen", "", "$8"), ("Weir", "Fast", "$7")])
    cells.insert(6, (150, 663, 11, "and a rack"))

    assert tables(text_of(cells))[0].rows == (
        ("Brook", "City bike with lights and a rack", "$9"),
        ("Glen", "", "$8"),
        ("Weir", "Fast", "$7"),
    )


def test_a_table_that_goes_on_has_the_header_of_the_page_before():
    more = [("Firth", "11 kg", "$3,100"), ("Burn", "13 kg", "$990")]

    found = tables(text_of(grid([HEAD, *ROWS]), grid(more)))

    assert [table.header for table in found] == [HEAD, HEAD]
    assert found[1].rows == tuple(more)


def test_columns_that_were_written_across_the_page_are_read_one_after_the_other():
    both = [
        piece
        for at, (left, right) in enumerate(zip(LEFT_COLUMN, RIGHT_COLUMN, strict=True))
        for piece in ((50, 780 - 14 * at, 11, left), (310, 780 - 14 * at, 11, right))
    ]

    assert text_of(both).split("\n\n") == [" ".join(LEFT_COLUMN), " ".join(RIGHT_COLUMN)]


def test_a_sentence_goes_on_at_the_head_of_the_next_column():
    columns = [(50, 780 - 14 * at, 11, line) for at, line in enumerate(LEFT_COLUMN[:3])]
    columns += [(310, 780 - 14 * at, 11, line) for at, line in enumerate([LEFT_COLUMN[3], *RIGHT_COLUMN])]

    assert "by a carrier of our own choice who calls you before." in text_of(columns)


@pytest.mark.parametrize(
    "rows",
    [
        [("Monday", "nine to five"), ("Friday", "nine to three"), ("Sunday", "closed")],
        [("1,249", "14"), ("1,899", "12"), ("2,990", "18")],
        [("Model", "Price")],
    ],
)
def test_what_has_no_header_or_no_figures_stays_lines(rows):
    assert "|" not in text_of(grid(rows))


def test_words_in_bold_are_no_cells():
    line = [(50, 700, 11, "All prices are"), (121, 700, 11, "net"), (140, 700, 11, "and end in June 2027.")]

    assert text_of(line) == "All prices are net and end in June 2027."


def test_a_page_of_a_word_processor_is_read_as_it_was_written():
    text = pages_of((MADE / "bicycles.pdf").read_bytes())[0][1]

    assert text.startswith(
        "# Brook Cycles\n\nWe build bicycles in Tarnfield. Every one of our bicycles is tested by hand"
    )
    assert "## Prices\n\n| Model | Weight | Price | Remarks |" in text
    assert tables(text)[0].rows == (
        ("Brook", "14 kg", "$1,249", "City bike with lights, mudguards and a rack that carries up to 25 kg"),
        ("Glen", "12 kg", "$1,899", ""),
        ("Weir", "18 kg", "$2,990", "Electric, with a battery of 500 Wh"),
    )


def test_two_columns_of_a_word_processor_are_two_paragraphs():
    heading, left, right = pages_of((MADE / "columns.pdf").read_bytes())[0][1].split("\n\n")

    assert heading == "# Delivery"
    assert left.endswith("upstairs for forty euros, if you ask for that when you order.")
    assert right.startswith("You may return goods within thirty days if they are unused")


PIECES = st.builds(PdfPiece, st.text("ab1|$", min_size=1, max_size=12), st.floats(0, 500), st.floats(1, 90))
LINES = st.builds(
    lambda pieces, top, size: PdfLine(" ".join(each.text for each in pieces), top, size, tuple(pieces)),
    st.lists(PIECES, min_size=1, max_size=5),
    st.sampled_from([700.0, 690.0, 680.0, 300.0]),
    st.sampled_from([8.0, 11.0, 20.0]),
)


@given(st.lists(st.lists(LINES, max_size=9), max_size=3))
def test_no_word_is_lost_or_said_twice_whatever_stands_where(pages):
    found = Tables()

    for page in pages:
        before = sorted("".join(line.text for line in page).replace(" ", ""))
        lines = laid_out(page, found)
        if not any(line.is_table for line in lines):
            assert sorted("".join(line.text for line in lines).replace(" ", "")) == before
        else:
            said = "".join(line.text for line in lines)
            assert all(said.count(letter) >= before.count(letter) for letter in "ab1$")
