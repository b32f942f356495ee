"""Says measures: lengths, weights, volumes, times, data, temperatures, and what amounts are counted by ("per user")."""

from __future__ import annotations

import re

from voice.reading.said.numbers import DASH, MINUS, NUMBER, alternatives, plain, with_point

_PLAIN = {
    "m": "metre", "km": "kilometre", "cm": "centimetre", "mm": "millimetre", "µm": "micrometre", "μm": "micrometre",
    "nm": "nanometre", "g": "gram", "kg": "kilogram", "kgs": "kilogram", "mg": "milligram", "µg": "microgram",
    "μg": "microgram", "mcg": "microgram", "t": "tonne", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "fl oz": "fluid ounce", "yd": "yard", "yds": "yard", "mi": "mile", "l": "litre", "L": "litre", "ml": "millilitre",
    "mL": "millilitre", "cl": "centilitre", "dl": "decilitre", "gal": "gallon", "ha": "hectare", "W": "watt",
    "kW": "kilowatt", "MW": "megawatt", "Wh": "watt hour", "kWh": "kilowatt hour", "kwh": "kilowatt hour",
    "MWh": "megawatt hour", "V": "volt", "mAh": "milliamp hour", "Ah": "amp hour", "mA": "milliamp", "h": "hour",
    "hr": "hour", "hrs": "hour", "min": "minute", "mins": "minute", "s": "second", "sec": "second", "secs": "second",
    "ms": "millisecond", "d": "day", "wk": "week", "wks": "week", "mo": "month", "mos": "month", "mth": "month",
    "mths": "month", "yr": "year", "yrs": "year", "B": "byte", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte",
    "GB": "gigabyte", "TB": "terabyte", "PB": "petabyte", "GiB": "gibibyte", "MiB": "mebibyte", "cal": "calorie",
    "kcal": "kilocalorie", "kJ": "kilojoule", "dB": "decibel", "px": "pixel", "MP": "megapixel", "pc": "piece",
    "pcs": "piece", "pce": "piece", "pkg": "package", "pkgs": "package", "dz": "dozen", "doz": "dozen",
    "qt": "quart", "tsp": "teaspoon", "tbsp": "tablespoon", "pp": "page",
    "ppl": "person", "kN": "kilonewton", "kPa": "kilopascal",
}  # fmt: skip
_IRREGULAR = {
    "dozen": "dozen", "person": "people", "foot": "feet", "square foot": "square feet", "cubic foot": "cubic feet",
    "inch": "inches", "square inch": "square inches", "cubic inch": "cubic inches",
}  # fmt: skip
_SAME = {  # same singular and plural
    "km/h": "kilometres per hour", "kmh": "kilometres per hour", "kph": "kilometres per hour",
    "mph": "miles per hour", "m/s": "metres per second", "Mbps": "megabits per second", "Mbit/s": "megabits per second",
    "Gbps": "gigabits per second", "Gbit/s": "gigabits per second", "kbps": "kilobits per second",
    "MB/s": "megabytes per second", "GB/s": "gigabytes per second", "Hz": "hertz", "kHz": "kilohertz",
    "MHz": "megahertz", "GHz": "gigahertz", "fps": "frames per second", "rpm": "revolutions per minute", "bar": "bar",
    "dpi": "dots per inch", "ppi": "pixels per inch", "psi": "pounds per square inch", "gsm": "grams per square metre",
    "°C": "degrees Celsius", "° C": "degrees Celsius", "ºC": "degrees Celsius", "℃": "degrees Celsius",
    "°F": "degrees Fahrenheit", "° F": "degrees Fahrenheit", "ºF": "degrees Fahrenheit", "℉": "degrees Fahrenheit",
    "°": "degrees", "g/m²": "grams per square metre", "kg/m³": "kilograms per cubic metre",
    "l/min": "litres per minute",
}  # fmt: skip
UNITS = dict(_PLAIN)
for _short, _long in (("m", "metre"), ("cm", "centimetre"), ("mm", "millimetre"), ("km", "kilometre")):
    for _sign, _word in (("²", "square"), ("2", "square"), ("³", "cubic"), ("3", "cubic")):
        UNITS[_short + _sign] = f"{_word} {_long}"
UNITS |= {f"{power}{gap}{short}": f"{word} {long}"
          for power, word in (("sq", "square"), ("sq.", "square"), ("cu", "cubic"), ("cu.", "cubic"))
          for gap in ("", " ")
          for short, long in (("ft", "foot"), ("m", "metre"), ("in", "inch"), ("mi", "mile"), ("yd", "yard"),
                              ("km", "kilometre"), ("cm", "centimetre"))}  # fmt: skip
UNITS |= {"ft²": "square foot", "ft2": "square foot", "ft³": "cubic foot", "in²": "square inch", "ft": "foot"}
_COUNTED = {
    "month": "month", "year": "year", "week": "week", "day": "day", "hour": "hour", "minute": "minute",
    "second": "second", "user": "user", "seat": "seat", "person": "person", "pers": "person", "agent": "agent",
    "member": "member", "licence": "licence", "license": "license", "unit": "unit", "item": "item", "order": "order",
    "night": "night", "call": "call", "request": "request", "conversation": "conversation", "piece": "piece",
    "device": "device", "domain": "domain", "site": "site", "location": "location", "room": "room", "guest": "guest",
    "adult": "adult", "child": "child", "head": "head", "page": "page", "word": "word", "token": "token", "bag": "bag",
    "box": "box", "bottle": "bottle", "pack": "pack", "mile": "mile", "team": "team", "employee": "employee",
    "session": "session", "visit": "visit", "quarter": "quarter", "use": "use", "ea": "each", "each": "each",
    "pp": "person", "pax": "person", "liter": "liter", "litre": "litre", "meter": "meter", "metre": "metre",
    "annum": "year", "1k": "thousand", "kw": "kilowatt",
}  # fmt: skip
_PER = {word.lower(): said for word, said in (UNITS | _COUNTED).items() if said != "dozen"} | {"m": "metre"}
_FULL_STOP = r"(?:\.(?=[ ][a-z0-9(]|,))?"  # of an abbreviation, if the sentence goes on
_PER_UNIT = rf"(?i:{alternatives(_PER)})(?![\w²³]){_FULL_STOP}"
PER = rf"(?P<per>(?:(?:(?<!\d)/\d{{1,4}}[ ]?|[ ]?/[ ]?){_PER_UNIT}){{1,3}}(?!/))?"

_AMOUNT = rf"(?P<minus>{MINUS}|[+±][ ]?)?(?P<number>{NUMBER})"
_TO = rf"(?:[ ]?{DASH}[ ]?(?P<sign>[-\u2212+](?=\d))?)"
_CLEAR = [unit for unit in (*UNITS, *_SAME) if unit not in ("B", "t", "d", "pp", "m2", "m3")]
_ALL = alternatives([*_CLEAR, "m2", "m3", "t"])
_MEASURE = re.compile(
    rf"(?<![\w.,'/])(?<!\d[-\u2013]){_AMOUNT}(?:{_TO}(?P<until>{NUMBER}))?(?P<gap>[ \u00a0\u202f]?|-)"
    rf"(?P<unit>{_ALL})(?P<more>\+)?{PER}(?![\w²³'&]|-\d){_FULL_STOP}"
)
_UNIT_TWICE = re.compile(rf"(\d[ ]?(?P<unit>{_ALL}))[ ]?{DASH}[ ]?(?=[-\u2212+]?\d[\d.,]{{0,12}}[ ]?(?P=unit)(?!\w))")
_BY = re.compile(r"(?<=[\d\"'½])([ ]?(?:cm|mm|km|m|in|ft|px)\b\.?)?(?:[ ][x×][ ]|[x×])(?=\d)")
_INCHES = re.compile(
    rf"(?<![\w.,'])({NUMBER}(?:[ ]?[½¼¾])?)[ ]?(?:in\b\.?|\")(?=[ ]?(?:by|wide|tall|high|long|deep|thick)\b)"
)
# "in" after "27 x 14" and after fractions can only be inches.
_INCHES_BEHIND = re.compile(
    rf"(?:(?<=\d by )({NUMBER})|(?<![\w/.,])(\d{{1,2}}/\d{{1,2}})) in\b\.?(?=$|[.,;)]| (?:and|or|in)\b)"
)
_FEET_INCHES = re.compile(
    rf"(?<![\w.,'])(\d{{1,3}})[ ]?(?:'|ft\b\.?)[ ]?({NUMBER}(?:[ ]?[½¼¾])?)[ ]?(?:\"|''|in\b\.?{_FULL_STOP})"
)
_FEET_AND = re.compile(r"(?<![\w.,'])([3-8])'(\d|1[01])(?![\w'\"]|[.,]\d)")
_QUOTE = re.compile(r"\"|(?<![\w])'(?=\w)|(?<=\d)'(?![\w'])")
_ONE_WORD = re.compile(
    r"\s(?!wide\b|tall\b|long\b|deep\b|high\b|thick\b|in\b|by\b|and\b|or\b|to\b|at\b|is\b|x\b|of\b|for\b)[a-z]{3}"
)
_BEHIND_MEASURES = re.compile(
    r"\s(?:walk|drive|ride|call|video|session|meeting|break|trial|warranty|guarantee"
    r"|bag|bottle|pack|box|screen|monitor)\b"
)
_SIGNS = {"": "", "+": "plus ", "±": "plus or minus "} | dict.fromkeys("-\u2010\u2011\u2012\u2013\u2212", "minus ")
_PLAIN_PER = re.compile(rf"(\d[^\s/]{{0,12}}(?: [A-Za-z]{{1,20}})?){PER.removesuffix('?')}(?![\w/])")
_PER_WORD = re.compile(
    rf"\b(per|a|each|/)\s?((?:sq|cu)\.? ?(?:ft|m|in|mi|yd)|mo|yr|hr|wk|kWh|kg|lb|pc|km|GB|TB|m²|m³)"
    rf"(?![\w²³]){_FULL_STOP}"
)


def read(text: str) -> str:
    if not any(map(str.isdecimal, text)):
        return _PER_WORD.sub(_per_word, text)
    text = _BY.sub(lambda found: f"{found[1] or ''} by ", text.replace("″", '"').replace("′", "'"))
    text = _inches(_INCHES.sub(lambda found: _inch(found, 1), text))
    text = _INCHES_BEHIND.sub(lambda found: f"{found[1] or found[2]} {'inches' if found[1] else 'inch'}", text)
    text = _UNIT_TWICE.sub(r"\1 to ", text)
    text = _MEASURE.sub(_measure, text)
    text = _PLAIN_PER.sub(lambda found: found[1].rstrip() + per(found), text)
    return _PER_WORD.sub(_per_word, text)


def per(found: re.Match[str]) -> str:
    """Says what an amount is counted by: "/user/mo" becomes " per user per month"."""
    return "".join(_per_one(unit.strip().lower()) for unit in (found["per"] or "").split("/")[1:])


def _per_one(unit: str) -> str:
    count = re.match(r"(\d*) ?", unit)
    number = count[1] if count and unit not in _PER else ""
    name = unit if not number else unit[len(number) :].strip()
    word = _PER.get(name) or _PER[name.rstrip(".")]
    return " each" if word == "each" else f" per {number} {plural(word)}" if number else f" per {word}"


def plural(unit: str) -> str:
    if unit.endswith("hertz"):
        return unit
    return _IRREGULAR.get(unit, f"{unit}s")


def _measure(found: re.Match[str]) -> str:
    unit = found["unit"]
    number = plain(found["number"])
    sign = (found["minus"] or "").strip()
    said = _SIGNS[sign] + with_point(number)
    if found["until"]:
        said += f" to {_SIGNS[found['sign'] or '']}{with_point(plain(found['until']))}"
    is_adjective = found["gap"] == "-" or _is_before_its_noun(found)
    one = unit in UNITS and (is_adjective or (number == "1" and not found["until"]))
    word = UNITS[unit] if one else _SAME.get(unit) or plural(UNITS[unit])
    if unit in _SAME and (is_adjective or number == "1"):
        word = word.replace("degrees", "degree")
    return f"{said} {word}{' plus' if found['more'] else ''}{per(found)}"


def _is_before_its_noun(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - 6) : found.start()]
    if _BEHIND_MEASURES.match(found.string, found.end()):
        return True
    return bool(re.search(r"\b[Aa]n? $", before) and _ONE_WORD.match(found.string, found.end()))


def _inches(text: str) -> str:
    """Says the marks of feet and inches. A quotation mark is recognised because one was opened before it."""
    text = _FEET_INCHES.sub(lambda found: f"{found[1]} {'foot' if found[1] == '1' else 'feet'} {_inch(found, 2)}", text)
    text = _FEET_AND.sub(r"\1 feet \2", text)
    if '"' not in text and "'" not in text:
        return text
    open_marks = {'"': False, "'": False}

    def said(found: re.Match[str]) -> str:
        mark = found[0]
        is_measure = text[found.start() - 1 : found.start()].isdecimal() or text[found.start() - 1] in "½¼¾"
        if not found.start() or not is_measure or open_marks[mark]:
            open_marks[mark] = not open_marks[mark]
            return mark
        follows = text[found.end() : found.end() + 8]
        number = re.search(r"\d[\d.,]{0,9}$", text[max(0, found.start() - 10) : found.start()])
        is_one = (number is not None and number[0] == "1") or bool(_ONE_WORD.match(follows))
        return (" inch" if is_one else " inches") if mark == '"' else (" foot" if is_one else " feet")

    return _QUOTE.sub(said, text)


def _inch(found: re.Match[str], group: int) -> str:
    return f"{found[group]} {'inch' if found[group] == '1' else 'inches'}"


def _per_word(found: re.Match[str]) -> str:
    unit = found[2]
    word = UNITS.get(unit) or UNITS[unit.rstrip(".")]
    return f"{'per' if found[1] == '/' else found[1]} {word}"
