"""Numbers, sums of money and ranges in a message, with what stands around them; whose they are is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from leads.extraction import bounds
from leads.extraction.currencies import CURRENCY_WORDS, DOLLARS, OF_COUNTRIES, SIGNS
from leads.extraction.message import VisitorText, word_set
from leads.extraction.numerals import Numeral, digits_of, number_begins, numeral_at
from leads.extraction.patterns import any_word
from leads.extraction.rates import rate_at

MAX_TRIES = 150  # places where an amount may begin
MAX_AMOUNTS = 25  # of one message: each is looked at from many sides
_UNITS = word_set(
    "percent % second seconds sec secs minute minutes min mins hour hours hr hrs h kg g kilo kilos gram grams "
    "lb lbs pounds_ cm mm km m metre metres meter meters mile miles inch inches feet foot ft sqm sq square l "
    "litre litres liter liters ml gb mb tb kb w kw watt watts degrees tonne tonnes ton tons t kwh kwp kw hp cc "
    "mph days day weeks week months month years "
    "year yrs am pm o'clock uhr bar psi v volt volts st nd rd th prozent stunde stunden minuten tage tag wochen "
    "woche monate monat jahre jahr heures heure jours jour semaines semaine mois ans annees horas hora dias "
    "semanas meses anos stars times x"
) - {"pounds_"}
_NUMBERED = any_word(
    "no nr nos number model models version page pages room floor step chapter error code order article art item "
    "invoice ref reference ticket part type iso din en windows level figure option point rule section street road unit "
    "postcode zip rev release series route highway size line case vat id pin class grade gate platform bus port http "
    "status modell seite artikel rechnung bestellung numero modele modelo pagina pedido"
)
_BEFORE_CODE = re.compile(rf"(?:#|\b(?:{_NUMBERED})\.?\s?[:#-]?\s{{0,2}})$")
_IS_NO = re.compile(r"\W*no[ ,]{1,2}")  # "no 60 not 50"
_TAXED = word_set("+ plus excl ex incl net before without zzgl inkl hors mas")
_TAXES = word_set("vat tax mwst tva iva gst")
_NEAR_LIMITS = 40  # characters between the least and the most of one range
_BREAKS_RANGE = re.compile(r"[.;!?\n]")
_RANGE_WORDS = word_set("- to or bis oder ou o a")
_LAST_HOUR = 12  # "at 5 pm" is a time, "250 pm" is paid per month
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
    is_each: bool = False  # paid for a visit, an hour, a lesson

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
    message: VisitorText, languages: Sequence[str], taken: Sequence[tuple[int, int]], country: str = ""
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
    return _with_both_limits(message, found)


def _with_both_limits(message: VisitorText, found: list[Amount]) -> list[Amount]:
    """A least and a most that stand close are one range: "rarely fewer than 25, never more than 40"."""
    joined: list[Amount] = []
    for each in found:
        last = joined[-1] if joined else None
        between = message.plain[last.end_char : each.start_char] if last else ""
        if last and len(between) <= _NEAR_LIMITS and not _BREAKS_RANGE.search(between) and _is_range(last, each):
            joined[-1] = replace(
                last, high=each.high, end=each.end, end_char=each.end_char,
                currency=last.currency or each.currency, per=last.per or each.per,
            )  # fmt: skip
        else:
            joined.append(each)
    return joined


def _is_range(first: Amount, second: Amount) -> bool:
    """Whether the first is a least, the second a most, of the same measure."""
    if first.low is None or first.high is not None or second.high is None or second.low is not None:
        return False
    is_same = not (first.currency and second.currency and first.currency != second.currency)
    return is_same and first.unit == second.unit and first.low < second.high


@lru_cache(maxsize=32)
def _begins(languages: tuple[str, ...]) -> frozenset[str]:
    """The words at which an amount may begin; digits may anyway."""
    return frozenset((*number_begins(languages), *SIGNS, *CURRENCY_WORDS))


def _surer(before: str, after: str) -> str:
    """Of "$900 CAD" the second."""
    return after if before == "USD" and after in DOLLARS.values() else before or after


class _Reader:
    def __init__(self, message: VisitorText, languages: tuple[str, ...], country: str) -> None:
        self.message, self.languages, self.country = message, languages, country

    def amount_at(self, index: int) -> Amount | None:
        currency, at = self._currency_before(index)
        numeral = self._numeral(at) if at < len(self.message.tokens) else None
        if not numeral or self._is_code(at, numeral.end):
            return None
        low, high, end, is_scaled, is_weak, second_currency = self._range(at, numeral)
        end, after = self._currency_after(end)
        coin = _surer(currency, after) or second_currency
        is_time = not (coin or is_scaled or high > _LAST_HOUR)
        end = self._tax_behind(end, is_time)
        rate = rate_at(self.message, end, is_time=is_time)
        start, chars = self.message.tokens[index].start, self.message.tokens[rate.end - 1].end
        amount = Amount(
            low, high, index, rate.end, start, chars, coin, rate.per, is_weak, is_scaled, unit=self._unit(end),
            is_each=rate.is_each,
        )  # fmt: skip
        return self._opened(amount, end)

    def _numeral(self, at: int) -> Numeral | None:
        return numeral_at(self.message, at, self.languages)

    def _currency_before(self, index: int) -> tuple[str, int]:
        currency = self._currency(index)
        is_short = self._word(index + 1) == "." and self.message.is_glued(index + 1)  # "Rs. 25,000"
        at = index + 1 + is_short
        return (currency, at) if currency and at < len(self.message.tokens) else ("", index)

    def _currency(self, index: int) -> str:
        word = self.message.tokens[index].plain if index < len(self.message.tokens) else ""
        if word == "$" or word in {"dollar", "dollars"}:
            return DOLLARS.get(self.country, "USD")
        return SIGNS.get(word) or CURRENCY_WORDS.get(word, "")

    def _currency_after(self, end: int) -> tuple[int, str]:
        is_joined = self._word(end) in {"us", "-"} and self._currency(end + 1)
        at = end + 1 if is_joined and not self._word(end + 2)[:1].isdecimal() else end  # "£12k-£14k" is a range
        if self._word(end) == "," and self._word(end + 1) == "-" and self.message.is_glued(end + 1):  # "2.000,- €"
            end = at = end + 2
        coin = OF_COUNTRIES.get((self._word(end), self._word(end + 1)))
        if coin:
            return end + 2, coin
        currency = self._currency(at)
        return (at + 1, currency) if currency else (end, "")

    def _word(self, index: int) -> str:
        return self.message.tokens[index].plain if index < len(self.message.tokens) else ""

    def _tax_behind(self, end: int, is_time: bool) -> int:
        """Behind "+ VAT" where a period follows it: "£380 + VAT per month"."""
        for words in (2, 3):
            said = [self._word(at) for at in range(end, end + words)]
            if said[0] in _TAXED and said[-1] in _TAXES and rate_at(self.message, end + words, is_time=is_time).per:
                return end + words
        return end

    def _range(self, at: int, first: Numeral) -> tuple[Decimal, Decimal, int, bool, bool, str]:
        """The bounds, the token behind them, whether one is scaled, whether it is weak, the currency between them."""
        nothing = (first.value, first.value, first.end, first.is_scaled, first.is_weak, "")
        end, between = self._currency_after(first.end)
        word = self._word(end)
        has_between = any(self._word(each) in {"between", "zwischen", "entre"} for each in range(max(0, at - 3), at))
        is_doubtful = self._is_doubtful(end) or (word == "," and self._is_scaled_by_second(first, end + 1))
        is_pair = is_doubtful or (not first.is_digits and (word == "," or self._is_said_twice(first)))
        if word not in _RANGE_WORDS and not is_pair and not (has_between and word in {"and", "und", "et", "y"}):
            return nothing
        if is_doubtful and word == "," and not self._is_scaled_by_second(first, end + 1):
            end += 1
        elif is_pair and word != ",":
            end -= 1
        currency, at_second = self._currency_before(end + 1) if end + 1 < len(self.message.tokens) else ("", end + 1)
        second = self._numeral(at_second) if at_second < len(self.message.tokens) else None
        is_by_second = bool(second) and self._is_scaled_by_second(first, end + 1)
        if not second or (is_pair and not is_by_second and not self._is_near(first, second, is_doubtful)):
            return nothing
        low = first.value
        if first.is_scaled and not second.is_scaled and low < second.value * 1000 <= 2 * low:  # "15k, maybe 16"
            second = replace(second, value=second.value * 1000)
        scale = second.scale if second.is_scaled else 1
        if self._word(second.end - 1) == "hundred" and not first.is_digits and low < 10:  # "one or two hundred"
            low *= 100
        if not first.is_scaled and scale > 1 and low < second.value / scale:
            low *= scale
        if low >= second.value or self._is_code(at_second, second.end, in_range=True):
            return nothing
        return low, second.value, second.end, second.is_scaled or first.is_scaled, False, between or currency

    def _is_doubtful(self, end: int) -> bool:
        """ "Twelve, maybe thirteen"."""
        said = {"maybe", "perhaps", "possibly", "or", "probably", "vielleicht", "peut-etre"}
        return self._word(end) == "," and self._word(end + 1) in said

    def _is_scaled_by_second(self, first: Numeral, index: int) -> bool:
        """ "3, 4 thousand"."""
        second = self._numeral(index) if index < len(self.message.tokens) else None
        if not second or not second.is_scaled or first.is_scaled or second.value < 1000:
            return False
        return first.value < second.value / 1000 <= 2 * first.value

    def _is_near(self, first: Numeral, second: Numeral, is_doubtful: bool) -> bool:
        return (is_doubtful or not second.is_digits) and second.value <= 2 * first.value

    def _is_said_twice(self, first: Numeral) -> bool:
        """ "Five six vans": two number words, and no third, which would spell a number out."""
        second = self._numeral(first.end) if first.end < len(self.message.tokens) else None
        if self._is_scaled_by_second(first, first.end):  # "ten twelve grand"
            return True
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
        is_no = _IS_NO.fullmatch(said) or (said.endswith("no ") and not token.is_number)  # "seven, no eight of them"
        return bool(_BEFORE_CODE.search(said)) and not is_no

    def _unit(self, end: int) -> str:
        word = self._word(end)
        if word == "-" and self.message.is_glued(end):
            word = self._word(end + 1)
        if word in _RANGE_WORDS and self._word(end + 2) == "%":  # "1 to 2% of our turnover"
            return "%"
        return word if word in _UNITS else ""

    def _opened(self, amount: Amount, end: int) -> Amount:
        """With an open end where "at least", "up to", "or more" say so."""
        if amount.low != amount.high:
            return amount
        limit = bounds.limit(self.message, amount.start_char, (self.message.tokens[end - 1].end, amount.end_char))
        if limit:
            return replace(amount, low=None) if limit == "most" else replace(amount, high=None)
        return amount


def bare(amount: Amount) -> Iterator[Decimal]:
    """The bounds that are known."""
    yield from (each for each in (amount.low, amount.high) if each is not None)
