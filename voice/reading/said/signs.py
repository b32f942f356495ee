"""Says abbreviations, ranges, fractions, and the signs between words and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

from voice.reading.said.numbers import DASH, MINUS, NUMBER, START, alternatives, plain, with_point

_ABBREVIATIONS = {
    "e.g.": "for example", "i.e.": "that is", "incl.": "including", "excl.": "excluding", "approx.": "approximately",
    "ca.": "about", "p.a.": "per year", "w/": "with", "w/o": "without", "vs.": "versus", "vs": "versus",
    "c/o": "care of", "n/a": "not available", "a.k.a.": "also known as", "aka": "also known as", "etc.": "et cetera",
    "qty.": "quantity", "qty": "quantity", "avg.": "average", "temp.": "temperature", "dept.": "department",
    "tel.": "telephone", "ref.": "reference", "max.": "maximum", "min.": "minimum", "est.": "estimated",
    "t&cs": "terms and conditions", "t&c": "terms and conditions", "p.p.": "per person", "resp.": "respectively",
    "cf.": "compare", "fig.": "figure", "vol.": "volume", "pcs.": "pieces", "misc.": "miscellaneous",
    "a.s.a.p.": "as soon as possible", "b/c": "because", "wk.": "week", "mo.": "month", "yr.": "year",
    "yrs.": "years", "hrs.": "hours", "mins.": "minutes", "secs.": "seconds", "pp.": "pages", "std.": "standard",
}  # fmt: skip
# After a number these are units.
_ALSO_UNITS = frozenset({"min.", "wk.", "mo.", "yr.", "yrs.", "hrs.", "mins.", "secs.", "pp.", "pcs."})
_ENDS = ("etc.", "p.a.", "p.p.", "a.s.a.p.", *_ALSO_UNITS)  # may be the last word of a sentence
_ABBREVIATION = re.compile(rf"(?<![\w/.&])({alternatives(_ABBREVIATIONS)})(?![\w/&]|\.\w)", re.IGNORECASE)
# After these words letters are a Roman numeral, unless a verb follows: "Part I like".
_ROMAN_NAMED = re.compile(
    r"\b(Chapter|Part|Phase|Type|Level|Volume|World War|Gen|Mark|Class|Grade|Stage|Section|Article|Act|Book|Tier|Round"
    r"|Super Bowl) ((?:X{1,2}|X?(?:IX|IV|V?I{1,3}|V))(?!\w|'|-|[ ][a-z]{3,}(?<!and)(?<!for)(?<!has)(?<!was)))"
)
_ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12,
          "XIII": 13, "XIV": 14, "XV": 15, "XVI": 16, "XVII": 17, "XVIII": 18, "XIX": 19, "XX": 20, "I": 1}  # fmt: skip
_HALVES = {"½": "1 half", "¼": "1 quarter", "¾": "3 quarters", "⅓": "1 third", "⅔": "2 thirds", "⅛": "1 eighth",
           "⅜": "3 eighths", "⅝": "5 eighths", "⅞": "7 eighths", "⅕": "1 fifth"}  # fmt: skip
_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth",
          10: "tenth", 12: "twelfth", 16: "sixteenth", 32: "thirty-second", 100: "hundredth"}  # fmt: skip
_MAGNITUDES = {"k": "thousand", "M": "million", "m": "million", "bn": "billion", "B": "billion", "mn": "million"}
_OPERATORS = {"+": "plus", "-": "minus", "×": "times", "x": "times", "*": "times", "/": "divided by",
              "÷": "divided by", ":": "divided by"}  # fmt: skip
_SUM = re.compile(rf"(?<![\w.,]){NUMBER}(?:[ ]?[-+\u2212–×x*/÷][ ]?{NUMBER}){{1,8}}[ ]?(?==)")
_SUM_SIGN = re.compile(r"[ ]?([-+\u2212–×x*/÷])[ ]?")
_VALUE = r"\d{1,3}(?:,\d{3}){0,3}(?:[.,]\d{1,2})?"

# Groups of three with other signs than a comma (two points or more, as one may be decimal), and groups of two (India).
_THOUSANDS = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:\.\d{3}){2,5}(?:,\d{1,6})?|\d{1,3}(?:\.\d{3}){1,5},\d{1,6}"
    r"|\d{1,3}(?:['\u00a0\u202f\u2009]\d{3}){1,5}|\d{1,2}(?:,\d{2}){1,5},\d{3})(?![\w]|[.,]\d)"
)
_DECIMAL_COMMA = re.compile(
    r"(?<![\w.,])(\d{1,4}),(\d{1,2})"
    r"(?=[ ]?%|[ ]?/[ ]?(?:5|10)\b|[ ]?(?:Mio|Mrd)\b|[ ](?:times|stars|percent|million|billion)|x )"
)
_BLANK_THOUSANDS = re.compile(r"(?<![\w.,-])(?<!\d )[1-9]\d{0,2}(?:(?: \d{3}){2,4}|(?: 000){1,4})(?! ?\d|\w|[.,]\d)")

_Replacement = str | Callable[[re.Match[str]], str]


def abbreviations(text: str) -> str:
    text = _ABBREVIATION.sub(_abbreviation, text)
    text = re.sub(r"(?<![\w.])\.(?=\d)", "0.", text)
    text = re.sub(r"(?<!\w)[Nn]o\.(?= of\b)", "number", text)
    text = re.sub(r"(?<!\w)[Nn]os?\.[ ]?(?=[#\d])#?", "number ", text)
    text = re.sub(r"#(?=[A-Za-z]{0,5}-?\d)", "number ", text)
    text = re.sub(r"\bnumber number\b", "number", text)
    return _ROMAN_NAMED.sub(lambda found: f"{found[1]} {_ROMAN.get(found[2], found[2])}", text)


def sums(text: str) -> str:
    """Says calculations, which end in an equals sign; in them a dash is a minus."""
    if "=" not in text:
        return text
    return _SUM.sub(
        lambda found: _SUM_SIGN.sub(lambda sign: f" {_OPERATORS.get(sign[1], 'minus')} ", found[0].rstrip()) + " ", text
    )


def thousands(text: str) -> str:
    """Writes numbers that are grouped in another way with commas."""
    text = _THOUSANDS.sub(lambda found: plain(found[0]), text)
    text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    text = re.sub(r"(?<=\d)[ ]?(Mio|Mrd)\b\.?", lambda found: " million" if found[1] == "Mio" else " billion", text)
    return _BLANK_THOUSANDS.sub(lambda found: found[0].replace(" ", ","), text)


def read(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def _abbreviation(found: re.Match[str]) -> str:
    short = found[1].lower()
    before = found.string[max(0, found.start() - 2) : found.start()]
    if short in _ALSO_UNITS and re.search(r"\d ?$", before):
        return found[0]
    after = found.string[found.end() : found.end() + 2]
    ends_sentence = short in _ENDS and (not after or after == "\n" or (after[0] == " " and after[1:].isupper()))
    said = _ABBREVIATIONS[short]
    said = said.capitalize() if found[1][0].isupper() and len(short) > 3 else said
    return said + ("." if ends_sentence else "")


def _fraction(found: re.Match[str]) -> str:
    whole, top, bottom = found[1], int(found[2]), int(found[3])
    if top == bottom and bottom not in (5, 10):  # "50/50"
        return found[0].replace("/", " ")
    if bottom not in _PARTS or not 0 < top < bottom or (bottom == 10 and not whole):
        return (
            f"{found[1] or ''}{top} out of {bottom}" if top <= bottom and bottom in (5, 10) and not whole else found[0]
        )
    part = _PARTS[bottom] if top == 1 else "halves" if bottom == 2 else f"{_PARTS[bottom]}s"
    return (f"{whole.strip()} and " if whole else "") + f"{top} {part}"


def _number(found: re.Match[str]) -> str:
    return with_point(plain(found[0]))


def _to(found: re.Match[str]) -> str:
    return f"{found[1]} to {found[2]}"


def _is_code(first: str, second: str) -> bool:
    """Whether two long numbers are one code, because the second is not higher: "Boeing 747-400"."""
    return len(first) == len(second) == 3 and first.isdecimal() and second.isdecimal() and first >= second


def _to_more(found: re.Match[str]) -> str:
    """Says a range. Long numbers are one only if the second is higher; otherwise they are parts of a code."""
    return _to(found) if int(found[1]) < int(found[2]) else found[0]


_RULES: list[tuple[re.Pattern[str], _Replacement]] = [
    (re.compile(r"(?<![\w/.,])(\d{1,4}[ ])?(\d{1,2})/(\d{1,3})(?![\w/]|[.,]\d)"), _fraction),
    (re.compile(r"(?<=\d)[ ]?½"), " and a half"),
    (re.compile(r"(?<=\d)[ ]?([¼¾⅓⅔⅛⅜⅝⅞⅕])"), lambda found: f" and {_HALVES[found[1]]}"),
    (re.compile(r"½(?=[ ](?:price|off|day|hour|mile|size|board)\b)"), "half"),
    (re.compile("[½¼¾⅓⅔⅛⅜⅝⅞⅕]"), lambda found: _HALVES[found[0]]),
    (re.compile(r"(\d\.\d) ?/ ?(5|10)(?![\w/.])"), r"\1 out of \2"),
    # Ranges: an en dash between numbers always means one, a hyphen only between plain numbers.
    (re.compile(rf"(?<![\w.,'-])(~ ?)?({_VALUE}%?)[ ]?{DASH}[ ]?[~]?({_VALUE}[%kKM]?\+?)(?![\w]|[.,]\d|{DASH}[\w])"),
     lambda found: found[0] if _is_code(found[2], found[3])
     else f"{'about ' * bool(found[1])}{found[2]} to {found[3]}"),
    (re.compile(rf"(?<![\w.,'/-])([1-9]\d{{2,3}})[ ]?{DASH}[ ]?([1-9]\d{{2,4}})(?![\w/]|[.,]\d|{DASH}\w)"), _to_more),
    (re.compile(rf"(?<![\w.,'-])({_VALUE}[kKM%])[ ]?{DASH}[ ]?({_VALUE}[kKM%])(?![\w]|[.,]\d|{DASH}[\w])"), _to),
    (re.compile(r"(?<=[\w%])(?<!\d[-–]\d)[ ]?[–—][ ]?(?=~?\d)(?<=[\d%kKMs][ –—])(?!\d[-–])"), " to "),
    (re.compile(rf"\b(X{{0,3}}S|S|M|X{{0,4}}L|A)({DASH})(X{{0,4}}[SL]|M|Z)(?![\w-])"), r"\1 to \3"),
    (re.compile(r"(?<=\d(?:st|nd|rd|th))[ ]?[-–—][ ]?(?=\d)|(?<=[a-z])[–—](?=\d)"), " to "),
    (re.compile(rf"\b([A-Z])(\d{{1,2}})[ ]?{DASH}[ ]?(\1\d{{1,2}})(?![\w-])"), r"\1\2 to \3"),
    (re.compile(rf"\b([a-z]{{3,12}}s?|PM|AM) {DASH} (?=(?:noon|midnight)\b)"), r"\1 to "),
    # Numbers
    (re.compile(rf"{START}(\d{{1,4}}(?:\.\d{{1,2}})?)(k|K|bn|mn|M|B)(?![\w-])"
                r"(?!(?<=[458]K)[ ](?:[Tt][Vv]|[vV]ideo|[mM]onitor|[uU]|[rR]es|[dD]is|run|race))"),
     lambda found: f"{found[1]} {_MAGNITUDES.get(found[2], 'thousand')}"),
    (re.compile(r"(?<![\w.])(\d{1,4}(?:\.\d{1,2})?)[x×](?!\w)"), r"\1 times"),
    (re.compile(rf"(?<![\w.,]){NUMBER}(?<=\.\d)(?<=0)(?![\w]|[.,]\d|%)|(?<![\w.,])\d{{1,15}}\.\d{{1,5}}0(?![\w]|[.,]\d)"),
     _number),
    # Signs
    (re.compile(r"[~≈][ ]?(?=[\d$€£])"), "about "),
    (re.compile(r"(?:≥|>=)[ ]?"), " at least "),
    (re.compile(r"(?:≤|<=)[ ]?"), " at most "),
    (re.compile(r"[ ]?≠[ ]?"), " is not "),
    (re.compile(r">[ ]?(?=\d)"), " more than "),
    (re.compile(r"<[ ]?(?=\d)"), " less than "),
    (re.compile(r"(?:±|\+/[-−–])[ ]?"), " plus or minus "),
    (re.compile(rf"{MINUS}(?=\d)"), "minus "),
    (re.compile(r"(?<=\d)[ ]?\u2212[ ]?(?=\d)"), " minus "),
    (re.compile(r"(?<=UTC)[ ]?\+[ ]?(?=\d)|(?<=GMT)[ ]?\+[ ]?(?=\d)"), " plus "),
    (re.compile(r"(?<=UTC)[ ]?[-\u2212–][ ]?(?=\d)|(?<=GMT)[ ]?[-\u2212–][ ]?(?=\d)"), " minus "),
    (re.compile(r"(?<![\w.+])\+[ ]?(?=\d)"), "plus "),
    (re.compile(r"(?<=\d)[ ]\+[ ](?=\d)"), " plus "),
    (re.compile(r"(?<=[\d%])\+(?![\w+])|(?<=\b[A-D])\+(?![\w+])"), " plus"),
    (re.compile(r"[ ]?÷[ ]?"), " divided by "),
    (re.compile(r"(?<=\w)[ ]?×[ ]?(?=\w)"), " times "),
    (re.compile(r"(?<=[\w)])[ ]?=[ ]?(?=[\w(-])"), " equals "),
    (re.compile(r"[ ]?‰"), " per mille"),
    (re.compile(r"§§?[ ]?(?=\d)"), "section "),
    (re.compile(r"[ ]*[•·][ ]*"), ", "),
    (re.compile(r"(?<=\w)[ ]?@[ ]?(?=\w)"), " at "),
    (re.compile(r"(?<![\w@])@(?=\w)"), "at "),
    (re.compile(r"[ ]?%(?=[\d\w])"), " percent "),
    (re.compile(r"[\s&]*&[\s&]*"), " and "),
    (re.compile(r"\s(?:-{1,3}|–)\s"), " — "),
]  # fmt: skip
