"""The style sheets of an agent's look, and their addresses, which change with what they say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lib.colour import DARK_PAGE, LIGHT_PAGE, fill, readable

DIGEST_CHARS = 12
CORNERS = {  # of controls, cards and the panel, in pixels; "medium" is what tokens.css has
    "none": (0, 0, 0),
    "small": (4, 7, 10),
    "medium": (8, 14, 20),
    "large": (14, 22, 28),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Colours and corners as staff chose them; `accent_dark` may be left out."""

    accent: str
    accent_dark: str = ""
    radius: str = "medium"


@dataclass(frozen=True, slots=True)
class Tones:
    """The colours that are shown: those chosen, as far as text in them and on them can be read."""

    fill: str
    on_fill: str
    text: str


def tones(colour: str, page: str) -> Tones:
    filled, on_fill = fill(colour)
    return Tones(filled, on_fill, readable(colour, page))


def theme(look: Look) -> str:
    """The style sheet that sets what tokens.css leaves to the agent."""
    light, dark = tones(look.accent, LIGHT_PAGE), tones(look.accent_dark or look.accent, DARK_PAGE)
    rules = [
        f"--accent:{_either(light.fill, dark.fill)}",
        f"--on-accent:{_either(light.on_fill, dark.on_fill)}",
        f"--accent-text:{_either(light.text, dark.text)}",
    ]
    control, card, panel = CORNERS.get(look.radius, CORNERS["medium"])
    if look.radius != "medium":
        rules += [f"--radius-control:{control}px", f"--radius-card:{card}px", f"--radius-panel:{panel}px"]
    return f":root{{{';'.join(rules)}}}"


def version(sheet: str) -> str:
    """What tells one text of a style sheet from another in its address."""
    return hashlib.sha256(sheet.encode()).hexdigest()[:DIGEST_CHARS]


def _either(light: str, dark: str) -> str:
    return light if light == dark else f"light-dark({light},{dark})"
