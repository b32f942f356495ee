"""Telephone numbers as people write them, told from dates, amounts and order numbers; and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Bounded as RFC 5321 and 1035 bound it, and begun at one place only: a long text costs no more than its length.
EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b")
# Seven digits or more (ITU-T E.164 has at most 15), with a plus sign, brackets, blanks, dots, slashes or hyphens.
_GAP = r"[ ()./\u00a0\u2010-\u2013-]"
NUMBER = re.compile(rf"(?<![\w.,€$£@#/-])(?:\+|\(\+?)?\d(?:{_GAP}{{0,3}}\d){{6,14}}(?![\w€$£@]|[.,]\d|{_GAP}\d)")
_GROUPED = re.compile(rf"\d{_GAP}+\d")
_DATE = re.compile(
    r"^\W*(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|"
    r"\d{4}\W+\d{4}|(?:19|20)\d\d\W+\d{1,4})\W*$"  # "in 2027 120 guests"
)
_AMOUNT = re.compile(r"^\d{1,3}(?:(?:\.\d{3})+|(?:[ \u00a0]\d{3})*[ \u00a0]000)$")
_SAID_BEFORE = re.compile(
    r"(?:call|ring|phone|text|reach|whatsapp|mobile|cell|tel|telephone|number is|number:"
    r"|me (?:at|on|under))\W*(?:me|us)?(?: (?:is|at|on|under|back))*\W*$",
    re.IGNORECASE,
)
MAX_DIGITS = 15


def find_phones(text: str) -> Iterator[re.Match[str]]:
    """Numbers written in groups, with a plus sign or a leading zero, or after words such as "call me on"."""
    for match in NUMBER.finditer(text):
        number = match[0]
        if _DATE.match(number) or _AMOUNT.match(number):
            continue
        is_written_as_one = bool(_GROUPED.search(number)) or number.startswith(("+", "0", "("))
        if is_written_as_one or _SAID_BEFORE.search(text[max(0, match.start() - 60) : match.start()]):
            yield match


def phones(text: str) -> list[str]:
    """The numbers alone, as they are written."""
    return [match[0] for match in find_phones(text)]


def dialled(number: str) -> str:
    """What a telephone is given: the digits, with the plus sign where there is one."""
    plus = "+" if "+" in number[:2] else ""
    return plus + re.sub(r"\D", "", number.replace("(0)", "") if plus else number)
