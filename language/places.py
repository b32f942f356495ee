"""Countries and continents that a text names, so that a question about one is not answered with another."""

from __future__ import annotations

import re

# One a line; what stands on one line is the same country.
_NAMED = """
usa, u.s.a, u.s, united states, america
uk, u.k, united kingdom, great britain, britain, england, scotland, wales, northern ireland
ireland, republic of ireland, eire
canada
mexico
brazil
argentina
chile
colombia
peru
australia
new zealand
japan
china
hong kong
taiwan
south korea, korea
india
pakistan
bangladesh
sri lanka
indonesia
malaysia
singapore
thailand
vietnam
philippines
turkey, türkiye
israel
saudi arabia
united arab emirates, uae, dubai
qatar
egypt
morocco
tunisia
nigeria
kenya
ghana
south africa
russia
ukraine
belarus
norway
switzerland
iceland
serbia
germany, deutschland
france
italy
spain
portugal
netherlands, holland
belgium
luxembourg
austria
denmark
sweden
finland
poland
czech republic, czechia
slovakia
hungary
romania
bulgaria
greece
croatia
slovenia
estonia
latvia
lithuania
malta
cyprus
europe
africa
asia
south america, latin america
north america
middle east
"""
_LINES = [[name.strip() for name in line.split(",")] for line in _NAMED.strip().splitlines()]
_COUNTRY = {name: names[0] for names in _LINES for name in names}
# Capitals tell "Turkey" from the bird and "US" from "us"; "china" and "jersey" are goods as well.
_BY_CAPITAL = ("turkey", "china")
_ANY_CASE = sorted((name for name in _COUNTRY if name not in _BY_CAPITAL), key=len, reverse=True)
_COUNTRIES = re.compile(rf"(?<![\w.-])(?:(?i:{'|'.join(map(re.escape, _ANY_CASE))})|Turkey|China|US)(?![\w-])")
_UNION_NAMES = """
ireland, germany, france, italy, spain, portugal, netherlands, belgium, luxembourg, austria, denmark, sweden, finland,
poland, czech republic, slovakia, hungary, romania, bulgaria, greece, croatia, slovenia, estonia, latvia, lithuania,
malta, cyprus
"""
_UNION = frozenset(name.strip() for name in _UNION_NAMES.split(","))
_IN_EUROPE = _UNION | {"uk", "norway", "switzerland", "iceland", "serbia", "ukraine", "russia", "belarus", "turkey"}
_SPEAKS_OF_UNION = re.compile(r"\b(?:EU|E\.U\.|European Union|EEA|SEPA|Eurozone)(?!\w)")
# What is said of everywhere, or of all that is not here, holds for each of them.
_ANYWHERE = re.compile(
    r"\b(?:abroad|overseas|international(?:ly)?|world-?wide|anywhere|everywhere|outside|elsewhere|mainland|"
    r"(?:any|all|every|other|most|\d+) (?:other )?countr(?:y|ies))\b",
    re.IGNORECASE,
)


def countries_in(text: str) -> frozenset[str]:
    """Countries and continents that a text names, each by one of its names."""
    found = (match.group() for match in _COUNTRIES.finditer(text))
    return frozenset("usa" if name == "US" else _COUNTRY[name.casefold()] for name in found)


def with_small_countries(text: str) -> str:
    """The text with countries in small letters, so that none of them looks like the name of a thing."""
    return _COUNTRIES.sub(lambda match: match.group().lower(), text)


def lacks_country_asked(question: str, text: str) -> bool:
    """Whether the question names a country that the text does not speak of: not by name, not as a part of the European
    Union or of Europe, and not with all others."""
    asked = countries_in(question)
    if not asked or _ANYWHERE.search(text):
        return False
    held = countries_in(text)
    held |= _UNION if _SPEAKS_OF_UNION.search(text) else frozenset()
    held |= _IN_EUROPE if "europe" in held else frozenset()
    return bool(asked - held)
