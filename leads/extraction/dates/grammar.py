"""The patterns of dates, made of the words of `calendar_words` in the languages that are wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from leads.extraction.dates import calendar_words, counted_on, rules
from leads.extraction.dates.periods import Period
from leads.extraction.dates.rules import DateReader, Grammar
from leads.extraction.message import word_set
from leads.extraction.numerals import small_numbers


def _any(patterns: dict[str, str] | Sequence[str]) -> str:
    parts = patterns.values() if isinstance(patterns, dict) else patterns
    return "|".join(sorted((part for part in parts), key=len, reverse=True))


@lru_cache(maxsize=32)
def grammar(languages: tuple[str, ...]) -> Grammar:
    months, weekdays = calendar_words.months(languages), calendar_words.weekdays(languages)
    names = ("unit", "near", "part", "next", "season", "holiday", "in", "ordinal", "to")
    concepts = {name: calendar_words.concept(name, languages) for name in (*names, "of", "quarter", "half", "weekend")}
    words = {name: _any(values) for name, values in concepts.items()}
    words["holiday"] = _any(
        [name for said in concepts["holiday"].values() for name in calendar_words.alternatives(said)]
    )
    numbers = {" ".join(said): value for known in small_numbers(languages).values() for said, value in known}
    numbers |= {"a": 1, "an": 1, "a couple of": 2, "couple of": 2}
    year_words = r"(?:year|jahr\w{0,2}|annee|an|ano)"
    nexts = words["next"]
    year = (
        rf"(?:(?:[ ,]{{1,2}}(?:{words['of']}) |[ ,]{{1,2}})(?:the )?(?P<year>(?:20)\d\d|'\d\d|"
        rf"(?:{nexts}) {year_words}|(?:l')?{year_words} (?:{nexts})))?"
    )
    day_words = calendar_words.day_words()
    said_days = [word.replace("-", "[- ]") for word in day_words]
    day = rf"(?P<d>\d{{1,2}}(?=(?:st|nd|rd|th|\.|er)?)|{_any(said_days)})(?:st|nd|rd|th|\.|er)?"
    month = rf"(?P<month>{_any([*months])})\b\.?"
    weekday_first = rf"(?:(?:{_any([*weekdays])})[ ,]{{1,2}}(?:the |den |le |el )?)?"
    part = rf"(?:(?P<part>{words['part']})[ -]?)?(?:the |des |du |del )?(?:month of |mois (?:de |d')|mes de |monats )?"
    unit = rf"(?P<unit>{words['unit']})"
    ordinal = rf"(?P<ordinal>{words['ordinal']})"
    patterns: list[tuple[str, Callable[[re.Match[str], DateReader], Period | None]]] = [
        (r"(?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})", rules.iso),
        (r"(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?:(?P=sep)(?P<y>20\d\d|\d\d))?(?P<last>\.?)(?!\d)",
         rules.numbers),
        (rf"{weekday_first}(?:the )?{day} ?(?:of |de )?{month}{year}", rules.day_of_month),
        (rf"{weekday_first}{month} (?:the )?{day}(?![\d:]| ?(?:people|users|guests|rooms|seats|euro|"
        rf"[ap]m)){year}", rules.day_of_month),
        (rf"{weekday_first}(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)? ?(?:-|to|or|and|until|till|bis|und|oder|"
        rf"au|al|a|et|ou|y|o) ?{weekday_first}(?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of |de )?"
        rf"{month}{year}", rules.days_of_month),
        (rf"(?:the )?(?P<d>\d{{1,2}}(?=st|nd|rd|th)|"
        rf"{_any(said_days[4:])})(?:st|nd|rd|th)?", rules.day_alone),
        (rf"(?P<weekday>{_any([*weekdays])}),? (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)", counted_on.weekday_and_day),
        (rf"{part}{month}{year}", rules.month),
        (rf"{part}(?:(?P<next>{nexts})[ -])?{unit}\b(?: (?P<next2>{nexts}))?", rules.unit),
        (rf"(?P<in>{words['in']}) (?P<many>\d{{1,3}}|{_any([*numbers])})(?: |-)(?:more )?{unit}(?:'s? time)?",
         rules.in_),
        (rf"(?P<in>)(?P<many>\d{{1,3}}|{_any([*numbers])}) {unit} (?:from (?:now|today)|time|today)", rules.in_),
        (rf"(?P<near>{words['near']})", rules.near),
        (rf"(?:(?:on |am |le |el )?(?P<next>{nexts}) )?(?P<weekday>{_any([*weekdays])})\b(?! ?(?:to|"
        rf"-) ?(?:{_any([*weekdays])})\b)(?: (?P<next2>{nexts})(?! (?:{words['unit']})))?", rules.weekday),
        (rf"(?P<weekday>{_any([*weekdays])}),? (?:of |in |de la |de |der )?(?:(?:{nexts}) (?:week|wk|woche|semana)|"
         rf"(?:semaine|semana) (?:{nexts}))", rules.weekday_of_next_week),
        (rf"(?P<next>{nexts}) (?:{words['weekend']})", rules.weekend),
        (rf"{part}(?:q(?P<q>[1-4])|(?:the )?{ordinal} (?:{words['quarter']})){year}", rules.quarter),
        (rf"(?:the )?{ordinal} (?:half|halfte|moitie|mitad) (?:of |de |des |du )?{month}{year}", rules.half_of_month),
        (rf"(?:h(?P<h>[12])|(?:the )?{ordinal} (?:{words['half']})){year}", rules.half),
        (rf"{part}(?:(?P<next>{nexts}) )?(?P<season>{words['season']}){year}", rules.season),
        (rf"(?P<holiday>{words['holiday']}){year}", rules.holiday),
        (rf"{part}(?P<y>20\d\d)", rules.year),
        (rf"(?P<weekday>{_any([*weekdays])}) (?:week|fortnight)\b|"
         rf"(?:a|1|one) (?:week|fortnight) (?:(?:on|from|this|coming) )?(?:(?P<near>today|tomorrow|now)|"
         rf"(?P<weekday2>{_any([*weekdays])}))", counted_on.week_later),
        (r"(?:the )?(?P<unit>week|weekend|month) after next|ubernachste[rsnm]? (?P<unit2>woche|monat)",
         counted_on.after_next),
        (r"(?:in|within|inside|over) (?:the next |about )?(?:a fortnight|half a year)(?:'s time)?|"
         r"(?:a fortnight|half a year) from (?:now|today)|in einem halben jahr|dans six mois", counted_on.in_fortnight),
        (rf"(?:the )?{day} of (?:(?P<next>{nexts}) month|the month)", counted_on.day_of_coming_month),
        (rf"(?:the )?(?P<which>{words['ordinal']}) (?:(?P<weekday>{_any([*weekdays])})|"
         rf"(?P<weekend>weekend|wochenende)|week|woche|semaine|semana) (?:of |in |im |de |d')?(?:the )?{month}{year}",
         counted_on.nth_of_month),
        (r"(?:the )?(?:year|month)[- ]end|eoy|eom", counted_on.end_of_year),
        (rf"(?P<many>\d{{1,2}}|{_any([*numbers])}) {unit} (?P<way>before|after|prior to) (?P<date>(?:the )?[a-z0-9]+"
         r"[^,.;!?\n]{0,20})", counted_on.beside),
        (rf"(?:calendar week|kw|cw|kalenderwoche) ?(?P<w>\d{{1,2}}){year}", counted_on.calendar_week),
        (r"(?:the )?week (?:of|beginning|commencing|starting)(?: on)? (?P<date>(?:the )?\w+[^.!?]{0,20})",
         rules.week_of),
    ]  # fmt: skip
    values = {name: [(re.compile(pattern), value) for value, pattern in concepts[name].items()] for name in names}
    begins = _begins(concepts, [*months, *weekdays, *numbers, *day_words])
    compiled = tuple((re.compile(pattern), function) for pattern, function in patterns)
    joins = re.compile(rf" ?(?:-|(?:{words['to']})\b)(?: the)? ?")
    return Grammar(compiled, begins, joins, months, weekdays, numbers, values)


_ALSO_BEGINS = word_set(
    "eoy eom kw cw calendar kalenderwoche "
    "half 1 within inside ubernachste ubernachster ubernachsten the on am le el q h week l mid a au en im "
    "prochain prochaine proximo proxima este esta"
)
_GERMAN_BEGINS = frozenset(f"{base}{end}" for base in ("nachste", "kommende", "diese") for end in ("", *"rsnm"))


def _begins(concepts: dict[str, dict[str, str]], said: Sequence[str]) -> frozenset[str]:
    """The first words at which a date may begin; numbers may anyway."""
    begins = {re.split("[ -]", each)[0] for each in said} | _ALSO_BEGINS | _GERMAN_BEGINS
    for name in ("near", "part", "next", "season", "holiday", "in", "ordinal", "unit"):
        for pattern in concepts[name].values():
            for optional, first in re.findall(r"(?:^|\|)(?:\(\?:([a-z' |]+)\)\??)?([a-z']*)", pattern):
                begins |= {word for piece in (optional, first) for word in re.split(r"[ |]", piece) if word}
    return frozenset(begins)
