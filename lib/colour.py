"""Derives readable tones from one accent colour, by WCAG 2.2 contrast."""

from __future__ import annotations

LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, for text of normal size
LIGHT_PAGE = "#ffffff"
DARK_PAGE = "#17181c"
STEP = 0.04  # too small to be seen; twenty-five steps reach black or white

Rgb = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, page: str) -> str:
    """`colour`, moved towards black or white just far enough to be readable as text on `page`."""
    target = "#000000" if _luminance(_rgb(page)) > 0.4 else "#ffffff"
    share = 0.0
    tone = colour
    while contrast(tone, page) < LEAST_CONTRAST and share < 1:
        share += STEP
        tone = _mix(colour, target, min(share, 1))
    return tone


def fill(colour: str) -> tuple[str, str]:
    """A tone of `colour` for a surface, and the colour of text on it: white if that is readable, else near black."""
    if contrast(colour, "#ffffff") >= LEAST_CONTRAST:
        return colour, "#ffffff"
    if contrast(colour, "#111111") >= LEAST_CONTRAST:
        return colour, "#111111"
    return readable(colour, "#ffffff"), "#ffffff"


def _rgb(colour: str) -> Rgb:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def _mix(colour: str, target: str, share: float) -> str:
    mixed = (a + (b - a) * share for a, b in zip(_rgb(colour), _rgb(target), strict=True))
    return "#" + "".join(f"{round(value * 255):02x}" for value in mixed)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
