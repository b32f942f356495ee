"""Passages know the printed page they begin on, where their document has pages."""

from __future__ import annotations

from knowledge.ingestion.formats.pdf import read_pdf
from knowledge.tests.pdfs import a_pdf
from knowledge.text.markdown_pages import page_title
from knowledge.text.split import split_page

PROSE = "The tank of the machine holds two litres and is rinsed once a week with clear water. " * 8


def pages(text: str) -> list[tuple[str, int | None]]:
    return [(part.heading, part.page) for part in split_page(text)]


def test_a_section_is_on_the_page_it_begins_on():
    text = (
        "<!-- page 1 -->\n\n# Manual\n\nHello.\n\n<!-- page 2 -->\n\n## Cleaning\n\nOnce a week.\n\n## Care\n\nYearly."
    )

    assert pages(text) == [("Manual", 1), ("Manual › Cleaning", 2), ("Manual › Care", 2)]


def test_the_passages_of_one_section_are_on_the_pages_they_begin_on():
    text = f"# Manual\n\n<!-- page 4 -->\n\n{PROSE}\n\n<!-- page 5 -->\n\n{PROSE}"

    assert [page for _, page in pages(text)] == [4, 4, 5, 5]


def test_the_mark_of_a_page_is_in_no_passage_and_no_title():
    text = "<!-- page 1 -->\n\n# Manual\n\nHello.\n\n<!-- page 2 -->\n\nGoodbye."

    assert [part.text for part in split_page(text)] == ["Hello.\n\nGoodbye."]
    assert page_title(text) == "Manual"


def test_a_page_that_says_nothing_makes_no_passage():
    assert pages("# Manual\n\nHello.\n\n<!-- page 2 -->\n\n## Blank\n\n<!-- page 3 -->\n\n## Care\n\nYearly.") == [
        ("Manual", None),
        ("Manual › Blank", 2),  # its words would be lost
        ("Manual › Care", 3),
    ]


def test_a_text_without_pages_has_none():
    assert pages("# Prices\n\nIt is $9.") == [("Prices", None)]


def test_the_passages_of_a_pdf_are_on_its_pages():
    text = read_pdf(a_pdf([(800, 20, "Manual"), (760, 11, "Hello.")], [(800, 20, "Care"), (760, 11, "Yearly.")])).text

    assert pages(text) == [("Manual", 1), ("Care", 2)]
