"""Says dates, times of day and periods."""

from __future__ import annotations

import re

from voice.reading.said.numbers import DASH, alternatives

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
_MONTH_OF = {month[:3]: month for month in MONTHS} | {"Sept": "September"} | {month: month for month in MONTHS}
_DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Weds": "Wednesday",
         "Thu": "Thursday", "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday",
         "Sun": "Sunday"}  # fmt: skip
_MONTH, _DAY = alternatives(_MONTH_OF), alternatives(_DAYS)
_FULL_DAY = alternatives(sorted(set(_DAYS.values())))
_ANY_DAY = rf"(?:{_FULL_DAY}|{_DAY})"
_YEAR = r"(?:19|20|21)\d\d"
_TO = rf"[ ]?{DASH}[ ]?"
_DATE_END = r"(?![\w/]|[.-]\d)"

_ISO = re.compile(
    rf"(?<![\w./-])({_YEAR})[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])(?:[T ](?=\d\d:)|{_DATE_END})"
)
_POINTS = re.compile(rf"(?<![\w./-])(\d{{1,2}})([./-])[ ]?(\d{{1,2}})\2[ ]?({_YEAR}|\d\d){_DATE_END}")
_DAY_POINT = re.compile(rf"(?<![\w.,])(\d{{1,2}})\. (?=(?:{_MONTH})\b)")
_DAY_RANGE = re.compile(rf"(?<![\w.,])(\d{{1,2}}){_TO}(\d{{1,2}})\.? (?=(?:{_MONTH})\b)")
_LED_DAY = re.compile(rf"(?<![\w.,])0([1-9]) (?=(?:{_MONTH})\b)|(?<=\b)((?:{_MONTH})\.? )0([1-9])(?!\w)")
_SHORT_MONTH = re.compile(
    r"(?<=\d )(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?! [a-z]{3} )"
    r"|(?<!\w)(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?=,? '?\d|['/][ ]?\d\d)"
    r"|(?<!\w)(Feb|Aug|Sept|Oct|Nov|Dec)\b(?:\.(?= [a-z\d]|,))?"
)
_MONTH_RANGE = re.compile(rf"(?<!\w)({_MONTH})\.?{_TO}({_MONTH})\b(?:\.(?= [a-z\d]|,))?")
_MONTH_DAYS = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}){_TO}(\d{{1,2}})(?![\w:.-])")
_TO_MONTH = re.compile(rf"(?<=\d){_TO}(?=(?:{'|'.join(MONTHS)}) \d|\d{{1,2}} (?:{'|'.join(MONTHS)})\b)")
_ON_SLASH = re.compile(
    r"(?<=\b)((?:on|by|until|till|from|since|before|after|due|through|to|ends?|starts?|expires|dated)\s|)"
    r"(?<![\w.,/-])(\d{1,2})/(\d{1,2})(?![\w/]|\.\d)"
)
_DAYS_LISTED = re.compile(
    rf"(?<!\w){_ANY_DAY}\b\.?(?:(?:{_TO}|, ?| ?/ ?| ?& ?| (?:to|and|or|through|thru|until) |, (?:and|or) )"
    rf"{_ANY_DAY}\b(?:\.(?= [a-z\d]|,))?){{1,6}}"
)
_DAY_ALONE = re.compile(
    rf"(?<!\w)(?:(Tues?|Thu|Thurs?|Fri|Weds)\b(?:\.(?= [a-z\d]|,))?"
    rf"|({_DAY})\b\.?(?=:? (?:\d|noon|closed)|,? (?:{_MONTH}|\d)))"
)
_WORKING_DAYS = re.compile(rf"(?<![\w-])(M|Mo){_TO}(F|Fr|Sa|Su)(?![\w-])")

_CLOCK = r"(?:\d{1,2}(?:[:.]\d\d)?)"
_HALF = r"(?:[ ]?([AaPp])\.?[ ]?[Mm]\b(?:\.(?![ ][A-Z]|[ ]?$))?)"
_HALF_DAY = re.compile(rf"(?<![\w.,])(\d{{1,2}})(?:[:.](\d\d))?{_HALF}")
_FROM_TIME = re.compile(
    rf"(?<=[AP]M)({_TO})(?=\d|noon|midnight|late|close)|(?<=\bnoon)({_TO})(?=\d)|(?<=\bmidnight)({_TO})(?=\d)"
)
_TO_TIME = re.compile(rf"(?<![\w.,$€£:-])({_CLOCK}){_TO}(?={_CLOCK} [AP]M\b|noon\b|midnight\b|late\b|{_CLOCK}:\d\d)")
_CLOCK_RANGE = re.compile(rf"(?<![\w.,:-])(\d{{1,2}}:\d\d){_TO}(?=\d{{1,2}}(?::\d\d)?(?![\w:]))")
# British hours, "9.00-17.30", only after words about hours, because prices and sizes look the same.
_POINT_CLOCK = r"((?:[01]?\d|2[0-4])\.(?:00|15|30|45))"
_POINT_CLOCKS = re.compile(
    rf"(\b(?:{_FULL_DAY}s?|daily|days?|weekends?|weekdays?|open(?:s|ing)?|hours|from|between)\b[^.\d]{{0,20}})"
    rf"(?<![\w.,$€£:-]){_POINT_CLOCK}({_TO}| (?:to|till|until|and) ){_POINT_CLOCK}(?![\w%€£$]|[.,]\d| ?[%€£$°]"
    r"| (?:[kcm]?[gmlWV]|kWh|EUR|USD|GBP|CHF|euros?|dollars|pounds|per|times|percent|each)\b)"
)
_TIME = re.compile(r"(?<![\w.,:-])([01]?\d|2[0-4]):([0-5]\d)(?:[ ]?(?:h|hrs|Uhr)\b)?(?![\w:]|[.,]\d)")
_FRENCH_TIME = re.compile(r"(?<![\w.,:])([01]?\d|2[0-3])h([0-5]\d)(?!\w)")
_RATIO = re.compile(r"(?<![\w.,:])(\d{1,4}(?:\.\d)?):(\d|100|1000|50|9[0-9]|[6-8]\d)(?![\w:]|[.,]\d)")
_SCORE = re.compile(r"(?<![\w.,:])(\d{1,3}) : (?=\d{1,3}(?![\w:]|[.,]\d))")
_MONTH_YEAR = re.compile(r"(?<![\w./-])(0?[1-9]|1[0-2])/(20\d\d)(?![\w/]|\.\d)")
_SCALE = re.compile(
    r"\b(?:ratio|scale|odds|mix)(?: (?:of|is|at))? \d{1,4}:\d{1,4}\b"
    r"|(?<![\w.,:])\d{1,4}:\d{1,4}(?= (?:ratio|scale|odds|mix|model)\b)"
)
_ROUND_THE_CLOCK = re.compile(r"(?<![\w/.])24 ?[/x×] ?7(?: ?[/x×] ?(365))?(?![\w/])")
_DECADES = {"20": "twenties", "30": "thirties", "40": "forties", "50": "fifties", "60": "sixties", "70": "seventies",
            "80": "eighties", "90": "nineties"}  # fmt: skip
_CENTURY = {"17": "seventeen", "18": "eighteen", "19": "nineteen", "20": "twenty"}
_HUNDREDS = re.compile(r"\b(17|18|19|20)00'?s\b")
_DECADE = re.compile(
    r"\b(17|18|19|20)([1-9]0)'?s\b"
    r"|((?:\b(?:the|early|late|mid)[ -]|(?<!\w))')([2-9]0)s\b"
    r"|(?<=\b)((?:the|early|late|mid|your|my|his|her|their|our)[ -])([2-9]0)s\b"
)
_YEARS = re.compile(rf"(?<![\w./-])({_YEAR})(?:{_TO}|/)(\d\d|{_YEAR})(?![\w./-])")
_SHORT_YEAR = re.compile(r"(?<!\w)'(\d\d)(?![\w'])")


def read(text: str, *, is_day_first: bool = False) -> str:
    """The text with dates and times as they are said. With `is_day_first` 03/04/2026 is 3 April."""
    text = _days_and_months(text)
    if not any(map(str.isdecimal, text)):
        return _FROM_TIME.sub(" to ", text)
    text = _ROUND_THE_CLOCK.sub(lambda found: "twenty-four seven" + (" 365" if found[1] else ""), text)
    text = _ISO.sub(lambda found: _date(found[3], found[2], found[1]) or found[0], text)
    text = _POINTS.sub(lambda found: _numeric(found, is_day_first), text)
    text = _ON_SLASH.sub(lambda found: _on_slash(found, is_day_first), text)
    text = _MONTH_YEAR.sub(lambda found: f"{MONTHS[int(found[1]) - 1]} {found[2]}", text)
    text = _YEARS.sub(r"\1 to \2", text)
    text = _HUNDREDS.sub(lambda found: "two thousands" if found[1] == "20" else f"{found[1]} hundreds", text)
    text = _DECADE.sub(_decade, text)
    return _times(text)


def _days_and_months(text: str) -> str:
    text = _MONTH_RANGE.sub(lambda found: f"{_MONTH_OF[found[1]]} to {_MONTH_OF[found[2]]}", text)
    if any(map(str.isdecimal, text)):
        text = _DAY_RANGE.sub(r"\1 to \2 ", text)
        text = _LED_DAY.sub(lambda found: f"{found[2] or ''}{found[1] or found[3]}{'' if found[2] else ' '}", text)
        text = _DAY_POINT.sub(r"\1 ", text)
    text = _SHORT_MONTH.sub(lambda found: _MONTH_OF[found[1] or found[2] or found[3]], text)
    text = _MONTH_DAYS.sub(r"\1 \2 to \3", text)
    text = _TO_MONTH.sub(" to ", text)
    text = _DAYS_LISTED.sub(_days_listed, text)
    text = _DAY_ALONE.sub(lambda found: _DAYS[found[1] or found[2]], text)
    return _WORKING_DAYS.sub(
        lambda found: (
            f"Monday to {'Friday' if found[2][0] == 'F' else _DAYS[found[2] + ('t' if found[2] == 'Sa' else 'n')]}"
        ),
        text,
    )


def _days_listed(found: re.Match[str]) -> str:
    text = re.sub(rf"\b({_DAY})\b\.?", lambda day: _DAYS[day[1]], found[0])
    return re.sub(_TO, " to ", text).replace("/", " and " if text.count("/") == 1 else ", ")


def _date(day: str, month: str, year: str) -> str:
    """A date in the form "24 December 2026", which every English voice reads as one; "" if it is no date."""
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return ""
    if int(month) == 2 and int(day) > 29:
        return ""
    year = year if len(year) == 4 else f"20{year}"
    return f"{MONTHS[int(month) - 1]} {int(day)}, {year} ".rstrip()


def _numeric(found: re.Match[str], is_day_first: bool) -> str:
    first, sign, second, year = found.groups()
    if len(year) == 2 and not (len(first) == len(second) == 2 or sign == "/"):
        return found[0]  # 1.2.26 may be a version
    if sign != "/" or is_day_first:
        return _date(first, second, year) or _date(second, first, year) or found[0]
    return _date(second, first, year) or _date(first, second, year) or found[0]


def _on_slash(found: re.Match[str], is_day_first: bool) -> str:
    is_sure = (int(found[2]) > 12) != (int(found[3]) > 12) and found[3] != "16"
    if not found[1] and not is_sure:  # 3/4 may be a fraction
        return found[0]
    day, month = (found[2], found[3]) if is_day_first or int(found[2]) > 12 else (found[3], found[2])
    said = _date(day, month, "2000")
    return found[1] + said.removesuffix(", 2000") if said else found[0]


def _decade(found: re.Match[str]) -> str:
    if found[1]:
        return f"{_CENTURY[found[1]]} {_DECADES[found[2]]}"
    return (found[3] or found[5] or "").rstrip("'") + _DECADES[found[4] or found[6]]


def _times(text: str) -> str:
    text = _FRENCH_TIME.sub(r"\1:\2", text)
    text = _HALF_DAY.sub(_half_day, text)
    text = _FROM_TIME.sub(" to ", text)
    text = _TO_TIME.sub(lambda found: f"{found[1].replace('.', ':')} to ", text)
    text = _CLOCK_RANGE.sub(r"\1 to ", text)
    text = _POINT_CLOCKS.sub(_point_clocks, text)
    text = _RATIO.sub(r"\1 to \2", text)
    text = _SCORE.sub(r"\1 to ", text)
    text = _SCALE.sub(lambda found: found[0].replace(":", " to "), text)
    return _TIME.sub(_time, text)


def _point_clocks(found: re.Match[str]) -> str:
    words, begin, to, end = found.groups()
    return f"{words}{begin.replace('.', ':')} {re.sub(DASH, 'to', to).strip()} {end.replace('.', ':')}"


def _half_day(found: re.Match[str]) -> str:
    hour, minutes, half = found.groups()
    if int(hour) > 24 or int(minutes or 0) > 59:
        return found[0]
    return f"{int(hour)}{f':{minutes}' if minutes and minutes != '00' else ''} {half.upper()}M"


def _time(found: re.Match[str]) -> str:
    hour, minutes = int(found[1]), found[2]
    has_half = found.string[found.end() : found.end() + 3] in (" AM", " PM")
    if minutes == "00":
        return f"{hour}" if has_half else f"{hour} o'clock"
    return f"{hour} oh {minutes[1]}" if minutes[0] == "0" else f"{hour}:{minutes}"
