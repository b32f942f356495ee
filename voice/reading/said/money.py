"""Says prices, in any currency, with the sign on either side and numbers in any notation."""

from __future__ import annotations

import re

from voice.reading.said.numbers import DASH, MINUS, NUMBER, alternatives, plain, with_point
from voice.reading.said.units import PER, per

# Singular, plural, and both for the hundredth; "" if it is not used.
_DOLLAR = ("cent", "cents")
_EURO = ("euro", "euros", *_DOLLAR)
_POUND = ("pound", "pounds", "penny", "pence")
_YEN = ("yen", "yen", "", "")
_RUPEE = ("rupee", "rupees", "paisa", "paise")
_CROWN = ("krone", "kroner", "øre", "øre")
_FRANC = ("Swiss franc", "Swiss francs", "centime", "centimes")
_DOLLARS = {"US": "US ", "CA": "Canadian ", "AU": "Australian ", "NZ": "New Zealand ", "HK": "Hong Kong ",
            "SG": "Singapore ", "NT": "Taiwan ", "C": "Canadian ", "A": "Australian ", "S": "Singapore "}  # fmt: skip
_CURRENCIES: dict[str, tuple[str, str, str, str]] = {
    "$": ("dollar", "dollars", *_DOLLAR), "£": _POUND, "€": _EURO, "EUR": _EURO, "Euro": _EURO, "euro": _EURO,
    "euros": _EURO, "GBP": _POUND, "¥": _YEN, "JPY": _YEN,
    "CN¥": ("yuan", "yuan", "", ""), "CNY": ("yuan", "yuan", "", ""), "RMB": ("yuan", "yuan", "", ""),
    "₹": _RUPEE, "INR": _RUPEE, "Rs.": _RUPEE, "Rs": _RUPEE, "CHF": _FRANC, "SFr.": _FRANC, "sFr.": _FRANC,
    "R$": ("real", "reais", "centavo", "centavos"), "BRL": ("real", "reais", "centavo", "centavos"),
    "MX$": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "MXN": ("Mexican peso", "Mexican pesos", "centavo", "centavos"), "₱": ("peso", "pesos", "centavo", "centavos"),
    "kr.": _CROWN, "kr": _CROWN, "NOK": ("Norwegian krone", "Norwegian kroner", "øre", "øre"),
    "DKK": ("Danish krone", "Danish kroner", "øre", "øre"), "SEK": ("Swedish krona", "Swedish kronor", "öre", "öre"),
    "zł": ("zloty", "zloty", "grosz", "groszy"), "PLN": ("zloty", "zloty", "grosz", "groszy"),
    "Kč": ("koruna", "koruna", "haler", "halers"), "CZK": ("Czech koruna", "Czech koruna", "haler", "halers"),
    "HUF": ("forint", "forints", "", ""), "₩": ("won", "won", "", ""),
    "KRW": ("won", "won", "", ""), "₺": ("lira", "lira", "kurus", "kurus"),
    "₽": ("rouble", "roubles", "kopeck", "kopecks"), "RUB": ("rouble", "roubles", "kopeck", "kopecks"),
    "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"), "UAH": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₪": ("shekel", "shekels", "agora", "agorot"), "ILS": ("shekel", "shekels", "agora", "agorot"),
    "₫": ("dong", "dong", "", ""), "฿": ("baht", "baht", "satang", "satang"), "THB": ("baht", "baht", "", ""),
    "₦": ("naira", "naira", "kobo", "kobo"), "ZAR": ("rand", "rand", *_DOLLAR),
    "AED": ("dirham", "dirhams", "fils", "fils"), "SAR": ("riyal", "riyals", "halala", "halalas"),
}  # fmt: skip
for _land, _word in _DOLLARS.items():
    _CURRENCIES[f"{_land}$"] = (f"{_word}dollar", f"{_word}dollars", *_DOLLAR)
    if len(_land) == 2:
        _CURRENCIES[f"{_land}D" if _land != "NT" else "TWD"] = _CURRENCIES[f"{_land}$"]
# Currencies in which a point before three digits marks thousands; "$3.499" a gallon has thousandths of a dollar.
_POINT_GROUPS = frozenset(_CURRENCIES) - {"$", "£", *(f"{land}$" for land in _DOLLARS)}
_MAGNITUDES = {
    "k": "thousand", "K": "thousand", "thousand": "thousand", "m": "million", "M": "million", "mn": "million",
    "mio": "million", "Mio": "million", "Mio.": "million", "mm": "million", "MM": "million", "million": "million",
    "mil": "million", "b": "billion", "B": "billion", "bn": "billion", "bio": "billion", "Mrd": "billion",
    "Mrd.": "billion", "billion": "billion", "t": "trillion", "T": "trillion", "tn": "trillion",
    "trillion": "trillion", "lakh": "lakh", "lakhs": "lakh", "crore": "crore", "crores": "crore", "Cr": "crore",
    "cr": "crore",
}  # fmt: skip

_BLANK = r"[ \u00a0\u202f]?"
_TO = rf"(?:{DASH}|[ ][\u2012-\u2015][ ])"
_LONG = alternatives(size for size in _MAGNITUDES if len(size) > 1 and size.lower() != "mm")
_SIZE = rf"(?:{_BLANK}(?P<long>{_LONG})(?![\w-])|(?P<short>{alternatives(_MAGNITUDES)})(?![\w²³-]))?"
_NAMES = [name for name in _CURRENCIES if name not in ("Euro", "euro", "euros", "zł", "Kč")]
_SIGNS_BEFORE = rf"(?P<currency>(?<!\w)(?:{alternatives(_NAMES)}))"
_BY = {"pp": "per person", "pcm": "per month", "pw": "per week", "pa": "per year", "p/m": "per month",
       "p/w": "per week"}  # fmt: skip
_COUNTED = rf"(?:[ ]?(?P<by>{alternatives(_BY)})(?!\w))?"
# Thousands separated by spaces, unless a unit follows: "$5 100 g bags"
_SPACED_BEHIND_SIGN = r"\d{1,3}(?: \d{3}){1,3}(?:[.,]\d\d)?(?![\w]|[ ]?\d|[ ](?:[a-zA-Z]{1,3}\b|mile))"
_BEFORE = re.compile(
    rf"(?P<minus>{MINUS}|[+±][ ]?)?{_SIGNS_BEFORE}{_BLANK}(?P<late>[-\u2212](?=\d))?"
    rf"(?P<number>{_SPACED_BEHIND_SIGN}|{NUMBER})"
    rf"(?:(?:{_TO}(?P=currency)?|[ ]{DASH}[ ](?P=currency))(?P<until>{NUMBER}))?{_SIZE}"
    rf"(?P<dash>[.,][-\u2013\u2014]{{1,2}})?"
    rf"(?P<more>\+)?{PER}{_COUNTED}(?![\w]|[.,]\d)"
)
_SPACED_NUMBER = rf"(?:\d{{1,3}}(?: \d{{3}}){{1,3}}(?:,\d\d)?|{NUMBER})"
_BEHIND = re.compile(
    rf"(?<![\w.,'$€£])(?P<minus>{MINUS}|[+±][ ]?)?(?P<number>{_SPACED_NUMBER})"
    rf"(?:(?:{_TO}| {DASH} )(?P<until>{_SPACED_NUMBER}))?{_SIZE}(?P<dash>[.,][-\u2013]{{1,2}})?"
    rf"{_BLANK}(?P<currency>{alternatives(_CURRENCIES)})(?![\w$]|{_BLANK}\d)(?P<more>\+)?{PER}{_COUNTED}"
)
_SPACED_SIGN = re.compile(r"(?<=\bUS) \$(?=\d)|(?<=\bAU) \$(?=\d)|(?<=\bCA) \$(?=\d)|(?<=\bNZ) \$(?=\d)")
_FRANCS = re.compile(r"(?<!\w)Fr\. ?(?=\d{1,3}(?:'\d{3})+(?!\d)|\d{1,5}\.[-\u2013])")  # not a Friday: "Fr. 9.00-17.00"
_PENCE = re.compile(r"(?<![\w.,$€£-])(\d{1,2})p(?![\w.])")
_SAID_TWICE = re.compile(rf"\$({NUMBER})[ ]?((?:US|CA|AU|NZ|SG|HK)D)(?!\w)")
_BOTH_SIZED = re.compile(
    rf"(?P<first>{_SIGNS_BEFORE}{NUMBER}(?:{alternatives(_MAGNITUDES)}))[ ]?{DASH}[ ]?(?P=currency)?(?=\d)"
)
# "$1.2 to $1.5 billion": "billion" belongs to both numbers.
_SIZE_SHARED = re.compile(rf"([$€£]\d{{1,3}}\.\d) to [$€£](?=\d{{1,3}}(?:\.\d)? (?:{_LONG})\b)")
_CENTS = re.compile(rf"(?<![\w.,'])({NUMBER})[ ]?¢(?!\w)")
# "a $50 card" is said as "a 50 dollar card".
_BEFORE_THE_NOUN = re.compile(r"\b(?:an?|the|our|your|each|every|per) $", re.IGNORECASE)
_NOUN = re.compile(r"(?!\s(?:per|an?|and|or|is|for|in|on|to|of|if|off|more|less|at|with|when|as|by|plus)\b)\s[a-z]{3}")


def read(text: str) -> str:
    text = _FRANCS.sub("CHF ", _SPACED_SIGN.sub("$", text))
    text = _SAID_TWICE.sub(r"\1 \2", text)
    text = _BOTH_SIZED.sub(r"\g<first> to \g<currency>", text)
    text = _SIZE_SHARED.sub(r"\1-", text)
    text = _BEFORE.sub(_said, text)
    text = _BEHIND.sub(_said, text)
    text = _PENCE.sub(lambda found: f"{found[1]} {'penny' if found[1] == '1' else 'pence'}", text)
    return _CENTS.sub(lambda found: f"{plain(found[1])} {'cent' if found[1] == '1' else 'cents'}", text)


def _said(found: re.Match[str]) -> str:
    currency = found["currency"]
    numbers = [plain(found["number"], is_point_grouping=currency in _POINT_GROUPS)]
    if found["until"]:
        numbers.append(plain(found["until"], is_point_grouping=currency in _POINT_GROUPS))
    before = found.string[max(0, found.start() - 8) : found.start()]
    is_adjective = bool(not found["per"] and _BEFORE_THE_NOUN.search(before) and _NOUN.match(found.string, found.end()))
    sign = (found["minus"] or found.groupdict().get("late") or "").strip()
    said = {"": "", "+": "plus ", "±": "plus or minus "}.get(sign, "minus ")
    size = found["long"] or found["short"]
    by = f" {_BY[found['by']]}" if found["by"] else ""
    return said + _amount(numbers, size, currency, is_adjective) + (" plus" if found["more"] else "") + per(found) + by


def _amount(numbers: list[str], size: str | None, currency: str, is_adjective: bool) -> str:
    one, many, cent, cents = _CURRENCIES[currency]
    if size:
        return f"{' to '.join(numbers)} {_MAGNITUDES[size]} {one if is_adjective else many}"
    if any("." in number for number in numbers):
        return " to ".join(_with_cents(number, one, many, cent, cents) for number in numbers)
    return f"{' to '.join(numbers)} {one if is_adjective or numbers == ['1'] else many}"


def _with_cents(number: str, one: str, many: str, cent: str, cents: str) -> str:
    whole, _, decimals = number.partition(".")
    unit = one if whole == "1" else many
    if not decimals or (decimals == "00" and cent):
        return f"{whole} {unit}"
    if len(decimals) != 2 or not cent:
        return f"{with_point(number)} {many}"
    hundredths = f"{int(decimals)} {cent if decimals == '01' else cents}"
    return hundredths if whole == "0" else f"{whole} {unit} and {hundredths}"
