"""What our templates write with tags of their own: icons, and addresses that scripts complete."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

SPRITE = (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text()
TEMPLATES = {path.name: path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html")}


def rendered(text, **context):
    return Template("{% load addresses icons %}" + text).render(Context(context))


def test_an_icon_is_a_drawing_of_the_sprite_that_nobody_is_read():
    html = rendered('{% icon "mic" %}')

    assert re.fullmatch(r'<svg class="icon" aria-hidden="true"><use href="[^"]*icons[^"]*\.svg#mic"/></svg>', html)


def test_an_icon_alone_has_words_for_those_who_do_not_see_it():
    html = rendered('{% icon_with_words "mic" words %}', words="Speak <now>")

    assert html == rendered('{% icon "mic" %}') + '<span class="visually-hidden">Speak &lt;now&gt;</span>'


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_icon_of_a_template_is_in_the_sprite(name):
    icons = re.findall(r"{% icon(?:_with_words)? \"([^\"]+)\"", TEMPLATES[name])

    assert not [icon for icon in icons if f'id="{icon}"' not in SPRITE]


def test_each_icon_says_by_itself_how_it_is_drawn_since_safari_ignores_a_style_sheet_in_a_sprite():
    symbols = re.findall(r"<symbol [^>]*>", SPRITE)

    assert symbols
    assert "<style" not in SPRITE
    assert not [symbol for symbol in symbols if 'fill="none" stroke="currentColor" stroke-width="1.6"' not in symbol]


def test_an_address_pattern_names_the_places_of_its_ids():
    html = rendered('{% address_pattern "speech" "session" "message" %}')

    assert html == "/chat/sessions/{session}/speech/{message}/"
