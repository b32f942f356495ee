"""Says street addresses, saints and titles: "St." after a name is a street, before a name a saint."""

from __future__ import annotations

import re

from voice.reading.said.numbers import alternatives

_STREETS = {"St": "Street", "Ave": "Avenue", "Av": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Ln": "Lane",
            "Dr": "Drive", "Ct": "Court", "Pl": "Place", "Sq": "Square", "Hwy": "Highway", "Pkwy": "Parkway",
            "Ter": "Terrace", "Cir": "Circle", "Trl": "Trail", "Expy": "Expressway", "Cres": "Crescent"}  # fmt: skip
_SURE = ("Ave", "Blvd", "Rd", "Ln", "Hwy", "Pkwy", "Expy", "Cres")
_ROOMS = {"Apt": "Apartment", "Ste": "Suite", "Bldg": "Building", "Fl": "Floor", "Rm": "Room"}
_DIRECTIONS = {"N": "North", "S": "South", "E": "East", "W": "West", "NE": "Northeast", "NW": "Northwest",
               "SE": "Southeast", "SW": "Southwest"}  # fmt: skip
_TITLES = {"Dr": "Doctor", "Prof": "Professor", "Mt": "Mount", "Ft": "Fort", "Rev": "Reverend", "Gen": "General",
           "Gov": "Governor", "Sen": "Senator", "Capt": "Captain", "Lt": "Lieutenant", "Col": "Colonel",
           "Sgt": "Sergeant", "Hon": "Honorable"}  # fmt: skip
_DOT = r"(?:\.(?=,|[ ][a-z\d(&]|[ ](?:Apt|Ste|Bldg|Fl|Rm|Suite|Unit|NE|NW|SE|SW|[NSEW])\b))?"
_DIRECTION = alternatives(_DIRECTIONS)
_NAME = r"(?:[A-Z][\w'-]{0,24}|\d{1,3}(?:st|nd|rd|th))"
_STREET = re.compile(
    rf"(?<![\w.,])(\d{{1,5}}[A-Z]?(?:[-\u2013]\d{{1,5}})?|(?=\d{{1,3}}(?:st|nd|rd|th)\b))"
    rf"(?: ?(?:({_DIRECTION})\b\.?) )?"
    rf"( ?(?:St\.? )?{_NAME}(?: {_NAME}){{0,3}}?) ({alternatives(_STREETS)})\b(?!')"
    rf"(?! [A-Z][a-z]+ (?:St|Ave|Rd|Blvd|Dr|Ln)\b){_DOT}"
    rf"(?: ({_DIRECTION})\b)?"
)
_SURE_STREET = re.compile(rf"(?<=[a-z\d] )({alternatives(_SURE)})\b{_DOT}")
_ROOM = re.compile(rf"(?<!\w)({alternatives(_ROOMS)})\.?[ ]?#?(?=\d|[A-Z]\d?\b)")
_HOUSE_LETTER = re.compile(
    r"\b((?:Apartment|Suite|Unit|Building|Room|Flat|Gate|"
    r"Block|Seat|Hall|Bay|Aisle|Platform|Terminal)[ ]\d{1,4})([A-Z])(?!\w)"
)
_SMALL_WORDS = (
    "In|At|The|To|From|Our|Near|Visit|And|For|On|By|Of|With|We|Is|Port|East|West|North|South|Downtown|Greater|See|Your"
)
_SAINT = re.compile(r"(?<![\w'])(?<!\d )St\.? (?=[A-Z][a-z'])")
_NAMED_STREET = re.compile(r"\b([A-Z][a-z']{1,24}|\d{1,3}(?:st|nd|rd|th)) St\b(?:\.(?= [a-z\d]|,))?(?!['\w])")
_BEFORE_SAINT = re.compile(r"([A-Z][a-z]{1,24}|\d(?:st|nd|rd|th)) $")
_IS_SMALL = re.compile(rf"(?:{_SMALL_WORDS}|Fort|Mount|Lake|New|Both|Then|Call|Like|Try|Ask|If|Near)")
_TITLE = re.compile(rf"(?<!\w)({alternatives(_TITLES)})(?:\.[ ]?|[ ])(?=[A-Z][a-z']|[A-Z]\. )")
_YOUNGER = re.compile(r"(?:(?<=[a-z], )|(?<=[a-z] ))(Jr|Sr)\b(?:\.(?=,|[ ][a-z]))?")
_LONG_YOUNGER = {"Jr": "Junior", "Sr": "Senior"}


def read(text: str) -> str:
    text = _STREET.sub(_street, text)
    text = _SURE_STREET.sub(lambda found: _STREETS[found[1]], text)
    text = _ROOM.sub(lambda found: f"{_ROOMS[found[1]]} ", text)
    text = _HOUSE_LETTER.sub(r"\1 \2", text)
    text = _SAINT.sub(_saint, text)
    text = _NAMED_STREET.sub(lambda found: found[0] if _IS_SMALL.fullmatch(found[1]) else f"{found[1]} Street", text)
    text = _TITLE.sub(lambda found: f"{_TITLES[found[1]]} ", text)
    return _YOUNGER.sub(lambda found: _LONG_YOUNGER[found[1]], text)


def _street(found: re.Match[str]) -> str:
    number, direction, name, kind, end = found.groups()
    name = re.sub(r"^St\.? ", "Saint ", name.strip())
    parts = [number, _DIRECTIONS.get(direction or "", ""), name, _STREETS[kind], _DIRECTIONS.get(end or "", "")]
    return " ".join(part for part in parts if part)


def _saint(found: re.Match[str]) -> str:
    before = _BEFORE_SAINT.search(found.string, max(0, found.start() - 27), found.start())
    if before is None or _IS_SMALL.fullmatch(before[1]):
        return "Saint "
    return "Street. " if "." in found[0] else "Street "
