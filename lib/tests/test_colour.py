"""Whatever colour staff choose, text stays readable."""

from hypothesis import given
from hypothesis import strategies as st

from lib.colour import DARK_PAGE, LEAST_CONTRAST, LIGHT_PAGE, contrast, fill, readable

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def test_contrast_is_that_of_the_standard():
    assert round(contrast("#ffffff", "#000000"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@given(colours)
def test_text_in_the_accent_is_readable_on_both_pages(colour):
    for page in (LIGHT_PAGE, DARK_PAGE):
        assert contrast(readable(colour, page), page) >= LEAST_CONTRAST


@given(colours)
def test_text_on_the_accent_is_readable(colour):
    surface, text = fill(colour)

    assert contrast(surface, text) >= LEAST_CONTRAST


def test_a_colour_that_is_readable_stays_as_it_is():
    assert readable("#3355cc", LIGHT_PAGE) == "#3355cc"
    assert fill("#3355cc") == ("#3355cc", "#ffffff")
