"""Numbers, sums of money and ranges in a message, with what stands around them; whose they are is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from leads.extraction.message import Message, word_set
from leads.extraction.numerals import Numeral, digits_of, number_begins, numeral_at

MAX_TRIES = 150  # places where an amount may begin
MAX_AMOUNTS = 25  # of one message: each is looked at from many sides
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₪": "ILS"}
_DOLLARS = {"AU": "AUD", "CA": "CAD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"}
_CODES = ["eur", "usd", "gbp", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk", "inr", "jpy"]
_CURRENCY_WORDS = {
    **{code: code.upper() for code in _CODES},
    **dict.fromkeys(["euro", "euros", "eur"], "EUR"),
    **dict.fromkeys(["pound", "pounds", "quid", "pfund", "sterling"], "GBP"),
    **dict.fromkeys(["dollar", "dollars", "bucks", "dolares", "dolar"], "USD"),
    **dict.fromkeys(["franc", "francs", "franken", "sfr"], "CHF"),
    **dict.fromkeys(["zloty", "zlotys"], "PLN"),
    **dict.fromkeys(["rupee", "rupees"], "INR"),
    **dict.fromkeys(["yen"], "JPY"),
}
_EACH = word_set("per a an each every / pro im je par al por the") | {"le", "la", "el", "the"}
_PERIODS = {
    **dict.fromkeys(["day", "days", "daily", "tag", "taglich", "jour", "jours", "dia"], "day"),
    **dict.fromkeys(["week", "weeks", "weekly", "wk", "woche", "wochentlich", "semaine", "semana"], "week"),
    **dict.fromkeys(
        [
            "month",
            "months",
            "monthly",
            "mo",
            "mth",
            "moth",
            "mnth",
            "montly",
            "monat",
            "monatlich",
            "mois",
            "mensuel",
            "mes",
            "mensual",
            "pcm",
        ],
        "month",
    ),
    **dict.fromkeys(
        [
            "year",
            "years",
            "yearly",
            "annually",
            "annual",
            "annum",
            "yr",
            "jahr",
            "jahrlich",
            "an",
            "annee",
            "ans",
            "ano",
            "anual",
            "pa",
        ],
        "year",
    ),
    **dict.fromkeys(
        [
            "person",
            "people",
            "head",
            "user",
            "users",
            "seat",
            "seats",
            "guest",
            "guests",
            "employee",
            "member",
            "licence",
            "license",
            "pp",
            "personne",
            "persona",
            "kopf",
            "mitarbeiter",
            "nutzer",
            "utilisateur",
            "usuario",
        ],
        "person",
    ),
}
_ADVERBS = word_set("daily weekly monthly yearly annually monatlich jahrlich pcm pp mensual anual")
_UNITS = word_set(
    "percent % second seconds sec secs minute minutes min mins hour hours hr hrs h kg g kilo kilos gram grams "
    "lb lbs pounds_ cm mm km m metre metres meter meters mile miles inch inches feet foot ft sqm sq square l "
    "litre litres liter liters ml gb mb tb kb w kw watt watts degrees tonne tonnes ton tons t kwh kwp kw hp cc "
    "mph days day weeks week months month years "
    "year yrs am pm o'clock uhr bar psi v volt volts st nd rd th prozent stunde stunden minuten tage tag wochen "
    "woche monate monat jahre jahr heures heure jours jour semaines semaine mois ans annees horas hora dias "
    "semanas meses anos stars times x"
) - {"pounds_"}
_BEFORE_CODE = re.compile(
    r"(?:#|\b(?:no|nr|nos|number|model|models|version|page|pages|room|floor|step|chapter|error|code|"
    r"order|article|art|item|"
    r"invoice|ref|reference|ticket|part|type|iso|din|en|windows|level|figure|option|point|rule|"
    r"section|street|road|unit|"
    r"postcode|zip|rev|release|series|modell|seite|artikel|rechnung|bestellung|numero|modele|page|modelo|pagina|pedido|"
    r"route|highway|size|line|case|vat|id|pin|class|grade|gate|platform|bus|port|http|status)\.?\s?[:#-]?\s{0,2})$"
)
_IS_NO = re.compile(r"\W*no[ ,]{1,2}")  # "no 60 not 50"
_HIGH_BEFORE = re.compile(
    r"\b(?:up to|max(?:imum|imal|imo)?\.?(?: of)?|at (?:the )?(?:very )?most|no more than|not more than|"
    r"not exceeding|not to exceed|not above|"
    r"not over|less than|fewer than|"
    r"under|below|(?:can't|cannot|can not|won't|not) go (?:over|above|beyond|higher than)|hochstens|bis zu|"
    r"unter|weniger als|nicht mehr als|"
    r"the most (?:we|i)[^,.;!?]{1,20} is|jusqu'a|au maximum|moins de|hasta|como maximo|menos de)"
    r"[\s:]{1,3}(?:of |about |around |like |say )?$"
)
_LOW_BEFORE = re.compile(
    r"\b(?:at (?:the )?(?:very )?least|min(?:imum|destens)?(?: of)?|more than|over|above|upwards of|"
    r"mindestens|uber|mehr als|"
    r"au moins|plus de|al menos|mas de|como minimo)[\s:]{1,3}(?:of |about |around )?$"
)
_NOT_MORE = re.compile(r"\b(?:not|don't|dont|can't|cannot|won't|wouldn't|never|nicht|kein\w*|pas|no)\b[^,.;!?]{0,30}$")
_HIGH_AFTER = re.compile(
    r"[\s,]{0,2}(?:or (?:less|fewer|under|below)|(?:at )?(?:the )?(?:very )?most|max(?:imum|imal)?|tops|"
    r"hochstens|oder weniger|ou moins|o menos|"
    r"(?:is|would be) (?:the|our|my) (?:most|max\w*|limit|upper limit|ceiling)\b)"
)
_LOW_AFTER = re.compile(
    r"(?:\+|[\s,]{0,2}(?:or (?:more|above|over)|plus\b|at (?:the )?(?:very )?least|min(?:imum)?\b|"
    r"oder mehr|ou plus|o mas))"
)
_RANGE_WORDS = word_set("- to or bis oder ou o a")
_GLUED_WORDS = frozenset(
    ("k", "m", "ish", "euro", "euros", "eur", "gbp", "usd", "chf", "x", "pp", "pcm", "quid", "ppl", "pax")
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or a range: `low` and `high` are equal for one number, None where the range is open."""

    low: Decimal | None
    high: Decimal | None
    first: int  # token
    end: int  # the token behind it
    start_char: int
    end_char: int
    currency: str = ""
    per: tuple[str, ...] = ()
    is_weak: bool = False
    is_scaled: bool = False
    unit: str = ""  # "minutes", "kg", "%": what is no count and no money

    @property
    def is_money(self) -> bool:
        return bool(self.currency)

    def written(self) -> str:
        """In the normalised form of a number: "40", "30-40", "30-", "-40"."""
        low, high = (digits_of(each) if each is not None else "" for each in (self.low, self.high))
        return low if low == high else f"{low}-{high}"

    def money(self) -> str:
        """In the normalised form of money: "10000-20000 EUR / month"."""
        currency = f" {self.currency}" if self.currency else ""
        return self.written() + currency + "".join(f" / {period}" for period in self.per)


def amounts(
    message: Message, languages: Sequence[str], taken: Sequence[tuple[int, int]], country: str = ""
) -> list[Amount]:
    """All amounts in their order, but those within `taken` (spans in characters, sorted) and parts of codes."""
    reader = _Reader(message, (*languages, "en") if "en" not in languages else tuple(languages), country)
    found: list[Amount] = []
    begins, index, tries, spans = _begins(reader.languages), 0, 0, iter(taken)
    span = next(spans, None)
    while index < len(message.tokens) and len(found) < MAX_AMOUNTS:
        token = message.tokens[index]
        if not (token.is_number or token.plain in begins):
            index += 1
            continue
        tries += 1
        if tries > MAX_TRIES:
            break
        while span and span[1] <= token.start:
            span = next(spans, None)
        amount = None if span and span[0] < token.end else reader.amount_at(index)
        if amount:
            found.append(amount)
        index = max(amount.end, index + 1) if amount else index + 1
    return found


@lru_cache(maxsize=32)
def _begins(languages: tuple[str, ...]) -> frozenset[str]:
    """The words at which an amount may begin; digits may anyway."""
    return frozenset((*number_begins(languages), *_SIGNS, *_CURRENCY_WORDS))


class _Reader:
    def __init__(self, message: Message, languages: tuple[str, ...], country: str) -> None:
        self.message, self.languages, self.country = message, languages, country

    def amount_at(self, index: int) -> Amount | None:
        currency, at = self._currency_before(index)
        numeral = self._numeral(at) if at < len(self.message.tokens) else None
        if not numeral or self._is_code(at, numeral.end):
            return None
        low, high, end, is_scaled, is_weak, second_currency = self._range(at, numeral)
        end, after = self._currency_after(end)
        per, end_per = self._per(end)
        start, chars = self.message.tokens[index].start, self.message.tokens[end_per - 1].end
        amount = Amount(
            low, high, index, end_per, start, chars, currency or after or second_currency, per, is_weak, is_scaled,
            unit=self._unit(end),
        )  # fmt: skip
        return self._opened(amount, end)

    def _numeral(self, at: int) -> Numeral | None:
        return numeral_at(self.message, at, self.languages)

    def _currency_before(self, index: int) -> tuple[str, int]:
        currency = self._currency(index)
        following = index + 1 < len(self.message.tokens)
        return (currency, index + 1) if currency and following else ("", index)

    def _currency(self, index: int) -> str:
        word = self.message.tokens[index].plain if index < len(self.message.tokens) else ""
        if word == "$" or word in {"dollar", "dollars"}:
            return _DOLLARS.get(self.country, "USD")
        return _SIGNS.get(word) or _CURRENCY_WORDS.get(word, "")

    def _currency_after(self, end: int) -> tuple[int, str]:
        at = end + 1 if self._word(end) in {"us", "-"} and self._currency(end + 1) else end
        if self._word(end) == "," and self._word(end + 1) == "-" and self.message.is_glued(end + 1):  # "2.000,- €"
            at = end + 2
        currency = self._currency(at)
        return (at + 1, currency) if currency else (end, "")

    def _word(self, index: int) -> str:
        return self.message.tokens[index].plain if index < len(self.message.tokens) else ""

    def _range(self, at: int, first: Numeral) -> tuple[Decimal, Decimal, int, bool, bool, str]:
        """The bounds, the token behind them, whether one is scaled, whether it is weak, the currency between them."""
        nothing = (first.value, first.value, first.end, first.is_scaled, first.is_weak, "")
        end, between = self._currency_after(first.end)
        word = self._word(end)
        has_between = any(self._word(each) in {"between", "zwischen", "entre"} for each in range(max(0, at - 3), at))
        is_pair = not first.is_digits and (word == "," or self._is_said_twice(first))
        if word not in _RANGE_WORDS and not is_pair and not (has_between and word in {"and", "und", "et", "y"}):
            return nothing
        if is_pair and word != ",":
            end -= 1
        currency, at_second = self._currency_before(end + 1) if end + 1 < len(self.message.tokens) else ("", end + 1)
        second = self._numeral(at_second) if at_second < len(self.message.tokens) else None
        if not second or (is_pair and (second.is_digits or second.value > 2 * first.value)):
            return nothing
        low = first.value
        scale = next((each for each in (1_000_000, 1000) if second.value % each == 0 and second.is_scaled), 1)
        if self._word(second.end - 1) == "hundred" and not first.is_digits and low < 10:  # "one or two hundred"
            low *= 100
        if not first.is_scaled and scale > 1 and low < second.value / scale:
            low *= scale
        if low >= second.value or self._is_code(at_second, second.end, in_range=True):
            return nothing
        return low, second.value, second.end, second.is_scaled or first.is_scaled, False, between or currency

    def _is_said_twice(self, first: Numeral) -> bool:
        """ "Five six vans": two number words, and no third, which would spell a number out."""
        second = self._numeral(first.end) if first.end < len(self.message.tokens) else None
        if not second or second.is_digits or not first.value < second.value <= 2 * first.value:
            return False
        return second.end >= len(self.message.tokens) or not self._numeral(second.end)

    def _is_code(self, at: int, end: int, in_range: bool = False) -> bool:
        message = self.message
        token, last = message.tokens[at], message.tokens[end - 1]
        before = message.text[token.start - 1 : token.start]
        if (
            before
            and not in_range
            and (
                before.isalnum()
                or before in "#/@_:.,'"
                or (before in "-–" and token.start > 1 and message.text[token.start - 2].isalnum())
            )
        ):
            return (
                not (before == "," and message.text[token.start - 2 : token.start - 1].isalpha()) and before != "/"
            ) or before == "#"
        after, next_one = message.text[last.end : last.end + 1], message.text[last.end + 1 : last.end + 2]
        if after and ((after in "/:@_" and next_one.isalnum() and not next_one.isalpha()) or after == "%"):
            return True
        if after.isalpha() and self._word(end) not in _GLUED_WORDS:
            return True
        said = message.before(token.start, 24)
        return bool(_BEFORE_CODE.search(said)) and not _IS_NO.fullmatch(said)

    def _per(self, end: int) -> tuple[tuple[str, ...], int]:
        """What the sum is for, in the order "person", "month": "a month", "per user per month", "monthly"."""
        found: list[str] = []
        while len(found) < 2:
            word, following = self._word(end), self._word(end + 1)
            if (
                word in _EACH
                and following in _PERIODS
                and (following not in {"days", "weeks", "months", "years", "ans", "people"})
            ):
                found.append(_PERIODS[following])
                end += 2
            elif word in {"per", "p"} and following in {".", "calendar"} and self._word(end + 2) in {"month", "m", "p"}:
                found.append("month")
                end += 3
            elif found and word == "and" and following in _PERIODS:  # "per user and month"
                found.append(_PERIODS[following])
                end += 2
            elif word in _ADVERBS:
                found.append(_PERIODS[word])
                end += 1
            elif word == "each":
                found.append("person")
                end += 1
            else:
                break
        return tuple(sorted(set(found), key=lambda period: (period != "person", period))), end

    def _unit(self, end: int) -> str:
        word = self._word(end)
        if word == "-" and self.message.is_glued(end):
            word = self._word(end + 1)
        return word if word in _UNITS else ""

    def _opened(self, amount: Amount, end: int) -> Amount:
        """With an open end where "at least", "up to", "or more" say so."""
        if amount.low != amount.high:
            return amount
        before = self.message.before(amount.start_char, 40)
        after = self.message.plain[amount.end_char : amount.end_char + 40]
        near = self.message.plain[self.message.tokens[end - 1].end :][:40]
        if _HIGH_BEFORE.search(before) or _HIGH_AFTER.match(after) or _HIGH_AFTER.match(near):
            return replace(amount, low=None)
        low = _LOW_BEFORE.search(before)
        if low and _NOT_MORE.search(before[: low.start()]):  # "we don't want to spend more than 6,000"
            return replace(amount, low=None)
        if low or _LOW_AFTER.match(after):
            return replace(amount, high=None)
        return amount


def bare(amount: Amount) -> Iterator[Decimal]:
    """The bounds that are known."""
    yield from (each for each in (amount.low, amount.high) if each is not None)
