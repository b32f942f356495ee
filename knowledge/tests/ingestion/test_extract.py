"""The text of an upload, whatever it was saved as; and a clear sentence where there is none."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.ingestion import extract
from knowledge.ingestion.extract import UnknownType, Unreadable, text_of
from knowledge.tests.pdfs import a_pdf, locked
from lib.text import clean

WORDS = "Größe: 90 cm, Preis 2.400 €"


def text_or_sentence(data: bytes, name: str) -> str:
    """What is read, or why nothing is; any other exception fails the test."""
    try:
        return text_of(data, name)
    except Unreadable as error:
        return str(error)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_each_usual_encoding(encoding):
    assert text_of(WORDS.encode(encoding), "sizes.txt") == WORDS


def test_latin_1_is_read_even_where_windows_has_no_character():
    assert text_of(b"caf\xe9 \x81", "menu.txt") == "café \x81"


@pytest.mark.parametrize("name", ["a.md", "A.MARKDOWN", "readme", "a.text"])
def test_markdown_stays_markdown(name):
    assert text_of(b"# Prices\r\n\r\n- one\r\n- two\r\n", name) == "# Prices\n\n- one\n- two"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text.strip("\ufeff \n")))
def test_utf_8_comes_back_as_it_was(text):
    assert text_of(b"\xef\xbb\xbf" + text.encode(), "a.txt") == clean(text) or not clean(text)


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a", "a.docx"]))
def test_any_bytes_are_text_or_refused_in_words(data, name):
    text = text_or_sentence(data, name)

    assert text
    assert "\x00" not in text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04word/document.xml", "offer.docx"),
        (b"PK\x03\x04word/document.xml", "offer.txt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "offer"),
        (b"{\\rtf1 Hello}", "offer.txt"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "photo.md"),
        (b"<p>Hello</p>", "page.html"),
        (zlib.compress(b"Hello" * 50), "a.txt"),
    ],
)
def test_other_types_are_refused_whatever_they_are_called(data, name):
    with pytest.raises(UnknownType, match="plain text, Markdown and PDF"):
        text_of(data, name)


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf ", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(data):
    with pytest.raises(Unreadable, match=r"empty|no text"):
        text_of(data, "a.txt")


def test_the_pages_of_a_pdf_follow_each_other():
    assert text_of(a_pdf("A Brook 90 costs $2,400.", "A Weir costs $900 (new)."), "prices.pdf") == (
        "A Brook 90 costs $2,400.\n\nA Weir costs $900 (new)."
    )


def test_a_pdf_is_one_whatever_it_is_called():
    assert text_of(b"\n" + a_pdf("Hello."), "prices.txt") == "Hello."


def test_a_pdf_that_only_its_owner_may_change_is_read():
    assert text_of(locked(a_pdf("Hello."), ""), "prices.pdf") == "Hello."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (locked(a_pdf("Hello."), "secret"), "locked with a password"),
        (a_pdf([]), "only pictures"),
        (b"%PDF-1.7\nnothing behind it", "damaged"),
        (a_pdf("Hello.")[:200], "damaged|no text"),
        (b"Hello.", "called PDF and is none"),
    ],
)
def test_a_pdf_without_text_says_what_to_do(data, words):
    with pytest.raises(Unreadable, match=words) as error:
        text_of(data, "prices.pdf")

    assert not isinstance(error.value, UnknownType)


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(extract, "PDF_SECONDS", 0)

    with pytest.raises(Unreadable, match="too long"):
        text_of(a_pdf("Hello."), "prices.pdf")


def test_a_pdf_that_ends_its_reader_is_given_up(monkeypatch, tmp_path, caplog):
    program = tmp_path / "reader.py"
    program.write_text("import os; os.abort()")
    monkeypatch.setattr(extract.pdf_text, "__file__", str(program))

    with pytest.raises(Unreadable, match="too long"):
        text_of(a_pdf("Hello."), "prices.pdf")

    assert "reading a PDF" in caplog.text


@pytest.mark.slow
@settings(max_examples=15, deadline=None)  # each starts a program
@given(st.integers(0, 400), st.binary(min_size=1, max_size=20))
def test_a_damaged_pdf_never_does_more_than_that(place, noise):
    whole = a_pdf("A Brook 90 costs $2,400.", "A Weir costs $900.")

    assert text_or_sentence(b"%PDF-1.4\n" + whole[9:place] + noise + whole[place:], "prices.pdf")


GERMAN = "Größe: 90 cm. Unsere Geschäftszeiten: für Gäste täglich geöffnet, Frühstück ab sieben Uhr, Straße 4."
FRENCH = "Le café est déjà prêt à être servi : déjeuner à 12 h, dîner à 19 h, fermé le 15 août. « Où ? » Ça dépend."
RUSSIAN = "Мы открыты каждый день с девяти до шести. Цена билета составляет пятьсот рублей."
GREEK = "Είμαστε ανοιχτά κάθε μέρα από τις εννέα έως τις έξι."
JAPANESE = "営業時間は午前九時から午後六時までです。入場料は五百円です。"
POLISH = "Jesteśmy otwarci codziennie, również w święta. Śniadanie można zamówić od siódmej."


@pytest.mark.parametrize(
    "text", [GERMAN, FRENCH, "Jalapeño – “mañana” • 5 € ½ °C, naïve ™ ©", "STRASSE ÄÖÜ GRÖSSE", WORDS]
)
def test_what_windows_wrote_in_western_europe_is_read(text):
    assert text_of(text.encode("cp1252"), "a.txt") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "mac_roman"),
        (FRENCH.replace("août", "aout"), "mac_roman"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "mac_cyrillic"),
        (GREEK, "cp1253"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        ("我们每天九点到六点开放。门票五百元。", "gb18030"),
    ],
)
def test_letters_of_another_encoding_are_refused_in_words(text, encoding):
    with pytest.raises(Unreadable, match="UTF-8"):
        text_of(text.encode(encoding), "a.txt")


@pytest.mark.parametrize(
    "text", ["/gC6/gAF/g12/g09 /gA1/gB2", "(cid:12)(cid:7)(cid:99) (cid:4)", "\ue012\ue034\ue011 \ue001\ue002"]
)
def test_names_of_glyphs_are_no_text(text):
    assert extract._has_glyph_names(text)


def test_paths_and_single_signs_of_a_pdf_are_text():
    assert not extract._has_glyph_names(
        "Open /cart/g1 and choose 1/2 or and/or. Call \uf0b7 0123 456 789 for more on this."
    )


def test_a_pdf_of_glyph_names_is_refused_in_words():
    with pytest.raises(Unreadable, match="names of their shapes"):
        text_of(a_pdf("/gC6/gAF/g12/g09 /gA1/gB2/gC3"), "menu.pdf")
