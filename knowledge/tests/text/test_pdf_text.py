"""What was laid out on pages becomes headings, paragraphs and lists again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tests.pdfs import a_pdf
from knowledge.text import pdf_text
from knowledge.text.pdf_text import PdfLine, markdown, pages_of
from knowledge.text.split import split_page

LONG = "Each machine is tested by hand before it leaves our workshop in Tarn"


def text_of(data: bytes) -> str:
    return "\n\n".join(text for _, text in pages_of(data))


def page(*lines: tuple[float, float, str]) -> str:
    return text_of(a_pdf(list(lines)))


def body(text: str) -> str:
    return text_of(a_pdf(text))


def test_larger_letters_are_headings_by_their_size():
    text = page((800, 20, "Prices"), (760, 14, "Plans"), (740, 11, LONG + "."), (700, 14, "Terms"), (680, 11, "None."))

    assert text == f"# Prices\n\n## Plans\n\n{LONG}.\n\n## Terms\n\nNone."
    assert [part.heading for part in split_page(text)] == ["Prices › Plans", "Prices › Terms"]


def test_lines_that_were_full_become_one_paragraph_and_space_parts_two():
    text = page(
        (800, 11, LONG),
        (786, 11, "and that takes two days, sometimes three of them in winter,"),
        (772, 11, "or four."),
        (740, 11, "New."),
    )

    assert text == f"{LONG} and that takes two days, sometimes three of them in winter, or four.\n\nNew."


def test_a_word_cut_at_a_line_end_is_whole_again():
    assert body(f"{LONG}-\nfield.") == f"{LONG}field."


@pytest.mark.parametrize("elsewhere", ["A well-known name.", "Not well-\nknown? It is well-known."])
def test_a_word_that_is_written_with_a_hyphen_keeps_it(elsewhere):
    text = body(f"{elsewhere}\n\nThe machines that we make here in our workshop are so very well-\nknown.")

    assert "so very well-known." in text


def test_a_hyphen_before_a_capital_stays():
    assert body(f"{LONG}-\nField.").endswith("Tarn- Field.")


def test_bullets_become_list_items():
    assert page((800, 11, "• Basic, $29"), (786, 11, "• Pro, $99")) == "- Basic, $29\n- Pro, $99"


def test_rows_that_are_no_sentences_stay_rows():
    assert body("Brook 90 $2,400\nWeir $900\nThe Spring $1,000") == (
        "- Brook 90 $2,400\n- Weir $900\n- The Spring $1,000"
    )


def test_page_numbers_and_running_titles_go():
    pages = [
        f"Tarnfield price list\n\nMachine {number} costs ${number}00 today.\n\nPage {number} of 4"
        for number in range(1, 5)
    ]

    text = text_of(a_pdf(*pages))

    assert text == "\n\n".join(f"Machine {number} costs ${number}00 today." for number in range(1, 5))


def test_a_line_that_looks_like_markdown_is_no_heading():
    assert body("# 4 is the best\n\n```\n\nx.").startswith("\\# 4 is the best")


def test_ligatures_and_soft_hyphens_are_letters_again():
    assert markdown([[PdfLine("x", 0, 11)]]) == [(1, "x")]
    assert text_of(a_pdf("cof\xadfee.")) == "coffee."


def test_pages_without_text_count_but_are_not_told():
    assert pages_of(a_pdf("One.", [], "Three.")) == [(1, "One."), (3, "Three.")]


def test_a_file_of_too_many_pages_is_refused_and_not_cut(monkeypatch):
    monkeypatch.setattr(pdf_text, "MAX_PAGES", 2)

    with pytest.raises(pdf_text.TooLong):
        pages_of(a_pdf("One.", "Two.", "Three."))


LINES = st.builds(
    PdfLine, st.text("ab -.#12•", min_size=1, max_size=30).filter(str.strip), st.floats(0, 800), st.floats(1, 40)
)


@given(st.lists(st.lists(LINES, max_size=8), max_size=4))
def test_no_word_is_lost_but_page_numbers_and_running_lines(pages):
    found = markdown([[PdfLine(line.text.strip(), line.top, line.size) for line in page] for page in pages])
    text = "\n".join(text for _, text in found)

    for page in pages:
        for line in page[1:-1]:
            for letter in "ab":
                assert letter in text or letter not in line.text
