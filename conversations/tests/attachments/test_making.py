"""What becomes of a visitor's file before it is stored: told by content, written anew, bounded."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from conversations.attachments import making, pdf, pictures
from conversations.attachments.making import made, name_of
from conversations.attachments.refused import AttachmentRefused
from conversations.tests.attachments import files


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("image_format", "mode", "kept_as"),
    [
        ("JPEG", "RGB", "JPEG"),
        ("JPEG", "CMYK", "JPEG"),
        ("PNG", "RGB", "PNG"),
        ("PNG", "RGBA", "PNG"),
        ("PNG", "P", "PNG"),
        ("PNG", "I;16", "PNG"),
        ("WEBP", "RGBA", "PNG"),
        ("GIF", "P", "PNG"),
    ],
    ids=lambda value: value.replace(";", "-"),
)
def test_pictures_of_each_kind_are_kept_as_jpeg_or_png(image_format, mode, kept_as):
    found = made(files.picture(image_format, mode=mode), "a.bin")

    image = opened(found.data)
    assert image.format == kept_as
    assert found.media_type == f"image/{kept_as.lower()}"
    assert (found.width, found.height) == image.size == (640, 480)


def test_a_photograph_is_turned_upright_and_says_nothing_of_where_it_was_taken():
    data = files.photo_with_place()
    assert b"Secret camera" in data

    found = made(data, "IMG_1.JPG")

    image = opened(found.data)
    assert image.size == (480, 640)
    assert not image.getexif()
    assert b"Secret camera" not in found.data
    assert b"Exif" not in found.data


def test_a_comment_and_a_hidden_text_of_a_png_are_not_kept():
    from PIL import PngImagePlugin

    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "made by Ada", zip=False)
    data = files.picture("PNG", pnginfo=notes)
    assert b"made by Ada" in data

    assert b"made by Ada" not in made(data, "a.png").data


def test_a_large_picture_is_made_smaller_and_its_shape_kept():
    found = made(files.picture(size=(4000, 2000)), "a.jpg")

    assert (found.width, found.height) == (2048, 1024)


def test_a_photograph_as_png_becomes_a_jpeg():
    noise = Image.effect_noise((1500, 1200), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG")

    found = made(file.getvalue(), "photo.png")

    assert (found.media_type, found.name) == ("image/jpeg", "photo.jpg")
    assert len(found.data) < 5_242_880


def test_of_a_moving_picture_the_first_frame_is_kept():
    frames = [Image.new("P", (40, 40), colour) for colour in (1, 2, 3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])

    image = opened(made(file.getvalue(), "a.gif").data)

    assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"", 422, id="empty"),
        pytest.param(files.SVG, 415, id="svg"),
        pytest.param(files.HTML, 415, id="html"),
        pytest.param(b"MZ" + b"\0" * 200, 415, id="program"),
        pytest.param(b"PK\x03\x04" + b"\0" * 200, 415, id="zip"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVEfmt ", 415, id="wave"),
        pytest.param(b"\x00\x00\x00\x18ftypheic" + b"\0" * 200, 415, id="heic"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 200, 422, id="no jpeg behind its first bytes"),
        pytest.param(files.picture("PNG")[:-400], 422, id="cut png"),
        pytest.param(files.picture()[:2000], 422, id="cut jpeg"),
        pytest.param(b"GIF89a" + files.HTML, 422, id="html behind the head of a gif"),
        pytest.param(files.png_bomb(), 422, id="bomb"),
        pytest.param(files.png_bomb(5_100, 5_000), 422, id="a little more than may be decoded"),
        pytest.param(b" %PDF-1.4", 415, id="pdf behind a space"),
    ],
)
def test_what_is_no_sound_picture_or_pdf_is_refused(data, status):
    with pytest.raises(AttachmentRefused) as refused:
        made(data, "harmless.jpg")

    assert refused.value.status == status
    assert str(refused.value)


def test_a_file_beyond_the_limit_is_refused_before_it_is_looked_at(settings):
    settings.MAX_ATTACHMENT_SIZE = 100_000

    with pytest.raises(AttachmentRefused, match=r"larger than 0\.0954 MB") as refused:
        made(b"%PDF-" + b"\0" * 100_000, "a.pdf")

    assert refused.value.status == 413


def test_what_stands_behind_a_picture_is_not_kept():
    for data in (files.picture("GIF", mode="P"), files.picture(), files.picture("PNG")):
        assert b"<script>" not in made(data + files.HTML, "a.gif").data


def test_a_pdf_stays_as_it_is_and_its_text_is_read_where_a_model_is_set_up(upstream):
    data = files.pdf("The lamp costs 40 dollars.")

    found = made(data, "Offer.PDF")

    assert (found.data, found.name, found.media_type) == (data, "Offer.pdf", "application/pdf")
    assert found.text == "The lamp costs 40 dollars."


def test_without_a_model_nobody_reads_a_pdf():
    assert made(files.pdf(), "a.pdf").text == ""


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4", b"%PDF-1.7\n" + b"\xff" * 5000, files.pdf("")], ids=["head", "junk", "blank"]
)
def test_a_pdf_that_cannot_be_read_is_taken_all_the_same(upstream, data):
    assert made(data, "a.pdf").text == ""


def test_the_text_of_a_pdf_ends_at_its_limit(upstream, monkeypatch):
    monkeypatch.setattr(pdf, "MAX_CHARS", 10)

    assert made(files.pdf(), "a.pdf").text == "The lamp c"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.exe", "photo.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\ada\\lamp.png", "lamp.png"),
        ("invoice\u202efdp.exe", "invoice fdp.png"),
        ("a\r\nContent-Type: x.png", "a Content-Type: x.png"),
        ("", "file.png"),
        ("....", "file.png"),
        ("Größe 3.1.jpeg", "Größe 3.1.png"),
        ("x" * 300, f"{'x' * 116}.png"),
    ],
    ids=["program", "path", "drive", "turned around", "header", "none", "dots", "umlaut", "long"],
)
def test_a_name_tells_of_no_folder_and_ends_as_the_file_deserves(given, kept):
    assert name_of(given, "image/png") == kept


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_stored(name):
    kept = name_of(name, "application/pdf")

    assert 5 <= len(kept) <= making.MAX_NAME_CHARS
    assert kept.endswith(".pdf")
    assert kept.isprintable()
    assert not set(kept) & {"/", "\\"}


@given(st.binary(max_size=300), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF0000WEBP"]))
def test_no_content_does_more_than_be_refused(tail, head):
    with pytest.raises(AttachmentRefused):
        pictures.made_safe(head + tail)
