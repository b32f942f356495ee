"""The words that dates are made of, in English, German, French and Spanish: small letters, without accents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from leads.extraction import slips

_MONTHS = {
    "en": "january,jan february,feb,febuary march,mar april,apr may june,jun july,jul august,aug "
    "september,sept,sep october,oct "
    "november,nov december,dec",
    "de": "januar,janner,jan februar,feber,feb marz,maerz april,apr mai juni,jun juli,jul august,aug "
    "september,sept,sep "
    "oktober,okt november,nov dezember,dez",
    "fr": "janvier,janv fevrier,fevr mars avril,avr mai juin juillet,juil aout septembre,sept octobre,oct novembre,nov "
    "decembre,dec",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre,setiembre octubre noviembre diciembre",
}
_WEEKDAYS = {
    "en": "monday,mon tuesday,tues,tue,tuseday wednesday,wed,wensday,wednsday thursday,thurs,thur,thu "
    "friday,fri saturday,sat "
    "sunday,sun",
    "de": "montag dienstag mittwoch donnerstag freitag samstag,sonnabend sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miercoles jueves viernes sabado domingo",
}
# value: first words
_CONCEPTS: dict[str, dict[str, dict[str, str]]] = {
    "unit": {
        "en": {
            "day": "day|days",
            "week": "week|weeks|wk|wks",
            "month": "month|months|mths",
            "year": "year|years|yr|yrs",
        },
        "de": {
            "day": "tag|tage|tagen",
            "week": "woche|wochen",
            "month": "monat|monate|monaten|monats",
            "year": "jahr|jahre|jahren|jahres",
        },
        "fr": {"day": "jour|jours", "week": "semaine|semaines", "month": "mois", "year": "an|ans|annee|annees"},
        "es": {"day": "dia|dias", "week": "semana|semanas", "month": "mes|meses", "year": "ano|anos"},
    },
    "near": {
        "en": {
            "today": "today|tonight|this (?:morning|afternoon|evening)|right away|straight ?away|immediately|right now|"
            "as soon as (?:\\w+ )?(?:possible|you can|we can)|as early as possible|the sooner the better|"
            "asap|a\\.s\\.a\\.p\\.?",
            "tomorrow": "tomorrow|tmrw|tmr|tomoz|tomorow",
            "overmorrow": "the day after tomorrow|day after tomorrow",
        },
        "de": {
            "today": "heute|(?:ab )?sofort|so bald wie moglich|so schnell wie moglich|schnellstmoglich|baldmoglichst",
            "tomorrow": "morgen",
            "overmorrow": "ubermorgen",
        },
        "fr": {
            "today": "aujourd'hui|ce soir|des que possible|tout de suite|des maintenant|le plus (?:tot|vite) possible",
            "tomorrow": "demain",
            "overmorrow": "apres-demain|apres demain",
        },
        "es": {
            "today": "hoy|lo antes posible|cuanto antes|inmediatamente|ya mismo",
            "tomorrow": "manana",
            "overmorrow": "pasado manana",
        },
    },
    "part": {
        "en": {
            "early": "early in|early|(?:the )?(?:start|beginning) of(?: the)?|beginning|start of",
            "mid": "(?:the )?middle of(?: the)?|mid-?|in the middle of",
            "late": "late in|late",
            "end": "(?:the )?(?:very )?end of(?: the)?|end|eo",
        },
        "de": {"early": "anfang|beginn", "mid": "mitte", "late": "spat im", "end": "ende"},
        "fr": {
            "early": "debut(?: de)?|au debut de",
            "mid": "(?:a la )?mi-?|milieu(?: de)?",
            "late": "",
            "end": "(?:la )?fin(?: de)?",
        },
        "es": {
            "early": "(?:a )?(?:principios|comienzos) de",
            "mid": "(?:a )?mediados de",
            "late": "",
            "end": "(?:a )?(?:finales|fines|fin) de",
        },
    },
    "next": {
        "en": {"next": "next|nxt|coming|following", "this": "this coming|this|the current"},
        "de": {"next": "nachste[rsnm]?|kommende[rsnm]?", "this": "diese[rsnm]?"},
        "fr": {"next": "prochaine?", "this": "cette|ce|cet"},
        "es": {"next": "proxim[oa]|que viene", "this": "est[ea]"},
    },
    "season": {
        "en": {
            "spring": "spring|springtime",
            "summer": "summer|summertime",
            "autumn": "autumn|fall",
            "winter": "winter",
        },
        "de": {"spring": "fruhling|fruhjahr", "summer": "sommer", "autumn": "herbst", "winter": "winter"},
        "fr": {"spring": "printemps", "summer": "l'ete", "autumn": "automne|l'automne", "winter": "hiver|l'hiver"},
        "es": {"spring": "primavera", "summer": "verano", "autumn": "otono", "winter": "invierno"},
    },
    "holiday": {
        "en": {
            "christmas": "christmas|xmas|christmas day",
            "christmas eve": "christmas eve|xmas eve",
            "boxing day": "boxing day",
            "new year": "new year's day|new year|new years|new year's",
            "new year's eve": "new year's eve|new years eve|new year eve|nye|hogmanay",
            "valentine": "valentine's day|valentines day|valentine's|valentines",
            "halloween": "halloween",
            "good friday": "good friday",
            "easter": "easter sunday|easter",
            "easter monday": "easter monday",
        },
        "de": {
            "christmas": "weihnachten",
            "christmas eve": "heiligabend|heilig abend",
            "new year": "neujahr|jahreswechsel",
            "new year's eve": "silvester|sylvester",
            "valentine": "valentinstag",
            "good friday": "karfreitag",
            "easter": "ostern|ostersonntag",
            "easter monday": "ostermontag",
        },
        "fr": {
            "christmas": "noel",
            "christmas eve": "(?:le )?(?:reveillon|veille) de noel",
            "new year": "nouvel an|jour de l'an",
            "new year's eve": "(?:la )?saint-sylvestre|reveillon du nouvel an",
            "valentine": "(?:la )?saint-valentin",
            "good friday": "vendredi saint",
            "easter": "paques",
            "easter monday": "lundi de paques",
        },
        "es": {
            "christmas": "navidad",
            "christmas eve": "nochebuena",
            "new year": "ano nuevo",
            "new year's eve": "nochevieja",
            "valentine": "san valentin",
            "good friday": "viernes santo",
            "easter": "pascua",
            "easter monday": "lunes de pascua",
        },
    },
    "in": {
        "en": {
            "in": "in(?: about| around)?|in roughly",
            "within": "within(?: the next)?|in the next|over the next|inside",
        },
        "de": {"in": "in(?: etwa| ca\\.?| ungefahr)?", "within": "innerhalb von|binnen|in den nachsten"},
        "fr": {"in": "dans(?: environ)?", "within": "d'ici|dans les"},
        "es": {"in": "en(?: unos| unas)?|dentro de", "within": "en los proximos|en las proximas"},
    },
    "of": {
        "en": {"of": "of|the|of the|,"},
        "de": {"of": "im|des|,"},
        "fr": {"of": "de|du|d'"},
        "es": {"of": "de|del"},
    },
    "ordinal": {
        "en": {"1": "first|1st", "2": "second|2nd", "3": "third|3rd", "4": "fourth|4th|last|final"},
        "de": {
            "1": "erste[ns]?|1\\.",
            "2": "zweite[ns]?|2\\.",
            "3": "dritte[ns]?|3\\.",
            "4": "vierte[ns]?|4\\.|letzte[ns]?",
        },
        "fr": {"1": "premiere?|1er", "2": "deuxieme|second", "3": "troisieme", "4": "quatrieme|dernier"},
        "es": {"1": "primera?|primer", "2": "segund[oa]", "3": "tercer[ao]?", "4": "cuart[oa]|ultimo"},
    },
    "quarter": {
        "en": {"quarter": "quarter|qtr"},
        "de": {"quarter": "quartal"},
        "fr": {"quarter": "trimestre"},
        "es": {"quarter": "trimestre"},
    },
    "half": {
        "en": {"half": "half"},
        "de": {"half": "halbjahr|jahreshalfte"},
        "fr": {"half": "semestre"},
        "es": {"half": "semestre"},
    },
    "weekend": {
        "en": {"weekend": "weekend"},
        "de": {"weekend": "wochenende"},
        "fr": {"weekend": "week-end|weekend"},
        "es": {"weekend": "fin de semana"},
    },
    "to": {
        "en": {"to": "to|until|till|through|and|or"},
        "de": {"to": "bis|und|oder"},
        "fr": {"to": "a|au|et|ou"},
        "es": {"to": "a|al|y|o"},
    },
}  # fmt: skip
_DAY_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)


@lru_cache(maxsize=64)
def months(languages: Sequence[str]) -> dict[str, int]:
    """The number of each month by its names."""
    return _numbered(_MONTHS, languages)


@lru_cache(maxsize=64)
def weekdays(languages: Sequence[str]) -> dict[str, int]:
    """The number of each weekday by its names; Monday is 1."""
    return _numbered(_WEEKDAYS, languages)


def day_words() -> dict[str, int]:
    """The days of a month as they are said in English: "fifteenth"."""
    return {said: number for number, said in enumerate(_DAY_WORDS.split(), 1)}


def _numbered(table: dict[str, str], languages: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for language in languages:
        for number, names in enumerate(table.get(language, "").split(), 1):
            for name in names.split(","):
                found |= dict.fromkeys([name, *slips.of_other_length(name)], number)
    return found


def concept(name: str, languages: Sequence[str]) -> dict[str, str]:
    """For each value of a concept (of "unit": day, week …) the pattern of its words in these languages."""
    found: dict[str, list[str]] = {}
    for language in languages:
        for value, pattern in _CONCEPTS[name].get(language, {}).items():
            found.setdefault(value, []).extend(part for part in alternatives(pattern) if part)
    return {value: "|".join(sorted(parts, key=len, reverse=True)) for value, parts in found.items() if parts}


def alternatives(pattern: str) -> list[str]:
    """At the bars that stand in no brackets."""
    parts, depth = [""], 0
    for letter in pattern:
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
