"""The text of an upload, whatever it was saved as; and a clear sentence where there is none."""

from __future__ import annotations

import errno
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.ingestion import extract
from knowledge.ingestion.extract import read, text_of
from knowledge.ingestion.formats.pdf import has_glyph_names
from knowledge.ingestion.formats.program import lacks_memory
from knowledge.ingestion.refusals import UnknownType, Unreadable
from knowledge.tests.files import a_docx, word_paragraph, zipped
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


@settings(deadline=None)  # what looks like another format starts a program
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a"]))
def test_any_bytes_are_text_or_refused_in_words(data, name):
    text = text_or_sentence(data, name)

    assert text
    assert "\x00" not in text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (zipped({"hello.txt": "Hello."}), "offer.docx"),
        (zipped({"hello.txt": "Hello."}), "offer.txt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "offer"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "photo.md"),
        (zlib.compress(b"Hello" * 50), "a.txt"),
    ],
)
def test_other_types_are_refused_whatever_they_are_called(data, name):
    with pytest.raises(UnknownType, match="Save it as one of them"):
        text_of(data, name)


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf ", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(data):
    with pytest.raises(Unreadable, match=r"empty|no text"):
        text_of(data, "a.txt")


def test_the_pages_of_a_pdf_follow_each_other():
    assert text_of(a_pdf("A Brook 90 costs $2,400.", "A Weir costs $900 (new)."), "prices.pdf") == (
        "<!-- page 1 -->\n\nA Brook 90 costs $2,400.\n\n<!-- page 2 -->\n\nA Weir costs $900 (new)."
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


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch, tmp_path):
    program = tmp_path / "reader.py"
    program.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(extract, "_PROGRAM", program)

    with pytest.raises(Unreadable, match="too long"):
        read(io.BytesIO(a_pdf("Hello.")), "prices.pdf", seconds=0.2)


def test_a_reader_that_nobody_waits_for_any_more_is_ended():
    with pytest.raises(extract.GivenUp):
        read(io.BytesIO(a_pdf("Hello.")), "prices.pdf", goes_on=lambda: False)


def test_a_file_that_eats_memory_ends_its_reader_alone(monkeypatch, tmp_path):
    program = tmp_path / "reader.py"
    limits = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))"
    program.write_text(f"{limits}\nbytearray(2**30)")
    monkeypatch.setattr(extract, "_PROGRAM", program)

    with pytest.raises(Unreadable, match="too much memory"):
        text_of(a_pdf("Hello."), "prices.pdf")


def test_the_reader_has_the_limits_it_is_given(monkeypatch):
    monkeypatch.setattr(extract, "MEMORY_BYTES", 30 * 1024**2)  # not enough to begin with

    with pytest.raises(Unreadable, match="too much memory"):
        text_of(a_docx(word_paragraph("Hello.")), "a.docx")


def raised_while_handling(cause):
    try:
        try:
            raise cause
        except type(cause):
            raise ValueError("bad part") from None
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("etree.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("Memory allocation failed"),
        raised_while_handling(MemoryError()),
    ],
    ids=repr,
)
def test_want_of_memory_is_known_in_whatever_words(error):
    assert lacks_memory(error)


@pytest.mark.parametrize(
    "error", [ValueError("bad part"), OSError(errno.EIO, "Input/output error"), KeyError("memory")]
)
def test_a_damaged_file_is_no_want_of_memory(error):
    assert not lacks_memory(error)


def test_a_file_that_is_too_large_is_not_read(settings):
    settings.MAX_DOCUMENT_SIZE = 2 * 1024**2

    with pytest.raises(Unreadable, match="larger than 2 MB"):
        text_of(b"x" * (2 * 1024**2 + 1), "a.txt")


def test_a_text_that_is_too_long_is_refused(settings):
    settings.MAX_DOCUMENT_CHARACTERS = 1000

    for data in (b"word " * 300, a_docx(word_paragraph("word " * 300))):
        with pytest.raises(Unreadable, match="longer than 1,000 characters"):
            text_of(data)


def test_a_word_file_is_read_by_its_content():
    assert text_of(a_docx(word_paragraph("Prices", "Heading1") + word_paragraph("$9")), "a.txt") == "# Prices\n\n$9"


def test_a_pdf_that_ends_its_reader_is_given_up(monkeypatch, tmp_path, caplog):
    program = tmp_path / "reader.py"
    program.write_text("import os; os.abort()")
    monkeypatch.setattr(extract, "_PROGRAM", program)

    with pytest.raises(Unreadable, match="too long"):
        text_of(a_pdf("Hello."), "prices.pdf")

    assert "reading a file ended" in caplog.text


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
        (POLISH, "cp1250"),
        ("我们每天九点到六点开放。门票五百元。", "gb18030"),
    ],
)
def test_letters_of_another_encoding_are_read(text, encoding):
    assert text_of(text.encode(encoding), "a.txt") == text


def test_letters_of_no_encoding_are_refused_in_words():
    with pytest.raises(Unreadable, match="UTF-8"):
        text_of(bytes(range(0x80, 0x100)) * 2, "a.txt")


@pytest.mark.parametrize(
    "text", ["/gC6/gAF/g12/g09 /gA1/gB2", "(cid:12)(cid:7)(cid:99) (cid:4)", "\ue012\ue034\ue011 \ue001\ue002"]
)
def test_names_of_glyphs_are_no_text(text):
    assert has_glyph_names(text)


def test_paths_and_single_signs_of_a_pdf_are_text():
    assert not has_glyph_names("Open /cart/g1 and choose 1/2 or and/or. Call \uf0b7 0123 456 789 for more on this.")


def test_a_pdf_of_glyph_names_is_refused_in_words():
    with pytest.raises(Unreadable, match="names of their shapes"):
        text_of(a_pdf("/gC6/gAF/g12/g09 /gA1/gB2/gC3"), "menu.pdf")
