"""The style sheets of an agent's look, and the versions in their addresses, which change with their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lib.colour import DARK_PAGE, LIGHT_PAGE, fill, readable

DIGEST_CHARS = 12
USUAL_CORNERS = "medium"  # the default in tokens.css
CORNERS = {  # in pixels, by kind of element
    "none": {"control": 0, "card": 0, "panel": 0, "bubble": 0, "pill": 0},
    "small": {"control": 4, "card": 7, "panel": 10, "bubble": 9, "pill": 12},
    "large": {"control": 14, "card": 22, "panel": 28, "bubble": 24, "pill": 26},
}


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and corners as staff chose them; `accent_dark` may be left out."""

    accent: str
    accent_dark: str = ""
    radius: str = USUAL_CORNERS


@dataclass(frozen=True, slots=True)
class Tones:
    """The displayed colours: those chosen, corrected if text would not be readable."""

    fill: str
    on_fill: str
    text: str


def tones(colour: str, page: str) -> Tones:
    filled, on_fill = fill(colour)
    return Tones(filled, on_fill, readable(colour, page))


def theme(look: Look) -> str:
    """The style sheet that sets the tokens which tokens.css leaves to the agent."""
    light, dark = tones(look.accent, LIGHT_PAGE), tones(look.accent_dark or look.accent, DARK_PAGE)
    rules = [
        f"--accent:{_either(light.fill, dark.fill)}",
        f"--on-accent:{_either(light.on_fill, dark.on_fill)}",
        f"--accent-text:{_either(light.text, dark.text)}",
    ]
    rules += [f"--radius-{part}:{size_px}px" for part, size_px in CORNERS.get(look.radius, {}).items()]
    return f":root{{{';'.join(rules)}}}"


def corrections(look: Look) -> str:
    """Sentences for staff: which tones are shown instead of the chosen colours, so that text is readable."""
    dark = look.accent_dark or look.accent
    shown_light, shown_dark = tones(look.accent, LIGHT_PAGE), tones(dark, DARK_PAGE)
    places = (
        (_("areas in the light"), look.accent, shown_light.fill),
        (_("text in the light"), look.accent, shown_light.text),
        (_("areas in the dark"), dark, shown_dark.fill),
        (_("text in the dark"), dark, shown_dark.text),
    )
    corrected = [f"{place} {tone}" for place, colour, tone in places if tone.lower() != colour.lower()]
    if not corrected:
        return _("Shown as it is, in light and dark.")
    return _("Corrected so that text can be read: %(tones)s.") % {"tones": ", ".join(corrected)}


def version(sheet: str) -> str:
    """The version of a style sheet for its address; another text has another version."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:DIGEST_CHARS]


def _either(light: str, dark: str) -> str:
    return light if light == dark else f"light-dark({light},{dark})"
