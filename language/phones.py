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
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    r"^\W*(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|"
    rf"\d{{4}}\W+\d{{4}}|{_YEAR}\W+\d{{1,4}})\W*$"  # "in 2027 120 guests"
)
# A day with what stands beside it (an hour, another day), hours of opening, years, and decimals side by side.
_DAY = (
    rf"(?:{_YEAR}([-./])(?:0?[1-9]|1[0-2])\1|\d{{1,2}}([-./])\d{{1,2}}\2{_YEAR}"
    r"|\d{1,2}\.[ ]?[-\u2013][ ]?\d{1,2}\.\d{1,2}\.)"
)
_SHORT_DAY = r"\d{1,2}([./])\d{1,2}\1\d\d"
_CLOCK, _HOUR = r"(?:[01]?\d|2[0-4])\.[0-5]\d", r"(?:[01]?\d|2[0-4])"
_TO = r"[ ]?[-\u2013][ ]?"
_NO_PHONES = (
    re.compile(rf"^{_DAY}"),
    re.compile(rf"^{_SHORT_DAY}[ ]?[-\u2013/][ ]?\d{{1,2}}([./])\d{{1,2}}\2\d\d$"),
    re.compile(rf"^{_CLOCK}(?:{_TO}{_CLOCK})?(?:[ ]{{1,3}}{_CLOCK}{_TO}{_CLOCK}){{0,3}}$"),
    re.compile(rf"^{_HOUR}{_TO}{_HOUR}(?:[ ]{{1,3}}{_HOUR}{_TO}{_HOUR}){{1,3}}$"),
    re.compile(rf"^{_YEAR}(?:\W{{1,3}}{_YEAR}){{1,3}}$"),
    re.compile(r"^\d{1,3}\.\d{1,8}(?:[ ]{1,3}\d{1,3}\.\d{1,8}){1,3}$"),
    re.compile(r"^\d{3}-\d\d-\d{4}$"),  # of social security
)
# Numbers of accounts and cards, which have the like of a telephone number within them.
_LONGER = re.compile(
    r"\b[A-Z]{2}\d\d(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b"
    r"|(?<![\w+])\d{4}(?:([ -])\d{4})(?:\1\d{4}){2}(?![\w-])"
)
# Behind these stands the number of something else: of some whatever follows, of others when they say "number".
_NUMBER = r"(?:number|nummer|no|nr|num|id|n[°º])"
_NAMED_BEFORE = re.compile(
    r"(?:\b(?:IBAN|ISBN(?:-1[03])?|ISSN|EAN|GTIN|UPC|SKU|VAT|USt|UID|HR[AB]|BLZ|Kto|Konto|SSN|PLZ|ZIP(?: code)?"
    r"|post(?:al )?code|invoice|article|artikel|serial|tracking|ref(?:erence)?|rechnung|facture|factura"
    r"|\w{0,12}(?:steuer|artikel|kunden|rechnungs|auftrags|bestell)nummer)"
    rf"(?:[ -]?{_NUMBER})?"
    r"|\b(?:order|booking|ticket|account|customer|member(?:ship)?|contract|policy|card|case|part|item|model"
    rf"|bestellung|commande|pedido)[ -]?{_NUMBER})"
    r"\.?[ ]?(?:is|ist|est|es|:|#)?[ ]?#?(?:[A-Z]{1,3}[ -]?|\d[A-Z]{1,2}[ ][A-Z0-9 ]{0,12})?$"
    r"|\d\.\d{3,8},[ ]?-?$",  # a place on the map: 48.85661, 102.35222
    re.IGNORECASE,
)
_MAX_NAME = 40  # characters in front of a number that say what it is
_AMOUNT = re.compile(r"^\d{1,3}(?:(?:\.\d{3})+|(?:[ \u00a0]\d{3})*[ \u00a0]000)$")
_SAID_BEFORE = re.compile(
    r"(?:call|ring|phone|text|reach|whatsapp|mobile|cell|tel|telephone|number is|number:"
    r"|me (?:at|on|under))\W*(?:me|us)?(?: (?:is|at|on|under|back))*\W*$",
    re.IGNORECASE,
)
MAX_DIGITS = 15


def find_phones(text: str) -> Iterator[re.Match[str]]:
    """Numbers written in groups, with a plus sign or a leading zero, or after words such as "call me on"."""
    text = _LONGER.sub(lambda longer: "x" * len(longer[0]), text)
    for match in NUMBER.finditer(text):
        number = match[0]
        if _is_something_else(number, text[max(0, match.start() - _MAX_NAME) : match.start()]):
            continue
        is_written_as_one = bool(_GROUPED.search(number)) or number.startswith(("+", "0", "("))
        if is_written_as_one or _SAID_BEFORE.search(text[max(0, match.start() - 60) : match.start()]):
            yield match


def _is_something_else(number: str, before: str) -> bool:
    """Whether it is days, hours, an amount, a place on the map, an address of a machine, or named as something else."""
    if number.startswith(("+", "(+")):
        return False
    if _DATE.match(number) or _AMOUNT.match(number) or any(shape.match(number) for shape in _NO_PHONES):
        return True
    parts = number.split(".")
    is_address = len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)
    if is_address and (parts[0] in ("10", "127") or any(len(part) != 2 for part in parts)):
        return True
    return bool(_NAMED_BEFORE.search(before))


def phones(text: str) -> list[str]:
    """The numbers alone, as they are written."""
    return [match[0] for match in find_phones(text)]


def dialled(number: str) -> str:
    """What a telephone is given: the digits, with the plus sign where there is one."""
    plus = "+" if "+" in number[:2] else ""
    return plus + re.sub(r"\D", "", number.replace("(0)", "") if plus else number)


def holds_contact(text: str) -> bool:
    """Whether an e-mail address or a telephone number stands in the text."""
    return bool(EMAIL.search(text)) or bool(phones(text))
