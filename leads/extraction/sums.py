"""Which of the agent's questions for money a sum answers. The visitor's own questions about prices hold no budget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from language.words import STOP_WORDS, stem
from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.candidate import Candidate
from leads.extraction.counts import counting
from leads.extraction.counts.counted import ALL_NOUNS
from leads.extraction.counts.nouns import is_bare, noun_behind
from leads.extraction.currencies import PERIODS
from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of, any_word
from leads.terms import Kind, QuestionData

_OWN_QUESTION = re.compile(
    r"(?:^|[.!,;\n] )(?:(?:our|my|the|and) )?(?P<said>[a-z]{3,20})\? (?:about |around |roughly |maybe |say )?$"
)
_PER_THING = re.compile(r"\bper (?!person|head|user|seat|guest|day|week|month|year)[a-z]+")
_LEAST_BY_MONTH = 20
# Confidence: to the question, "our budget is", between commas, in a sentence that says nothing else of the sum.
ANSWERED, SAID, ALONE, OWN = 0.95, 0.93, 0.85, 0.82
_SET_ASIDE = any_of(
    any_word("budge?te?d? bud?ge?t budgets approval approved authori[sz]ed allocated reserved calculated earmarked"),
    "signed off|(?:set|put) aside|green light|go-?ahead|(?:been|was|were) (?:given|granted)|saved(?: up)?|sign-?off",
    "reckon(?:ed)? (?:on|with)|to spare|released|freed up|pencilled in|put (?:by|away)|at (?:our|my) disposal",
)
_WOULD_PAY = any_of(
    any_word("spend spending afford invest(?:ing)?"),
    "(?:willing|able|happy|ready|want|prepared) to pay|(?:can|could) pay",
    "(?:we|i)(?:'d| would|'ll| will| could) (?:pay|calculate)|buy (?:it |one |something )?for",
    any_word("ausgeben zahlen investieren depenser payer gast\\w+ depens\\w+ pagar presupuesto financ\\w+"),
    "kosten darf",
)
_LIMITED_TO = any_of(
    "price range|price limit|spending limit|(?:keep|stay)(?: it)? (?:under|below|within)",
    "(?:can|could|would|'d|might|will) go (?:up )?to|(?:can't|cannot|won't) go (?:over|above|beyond|higher)",
    "(?:get|bring|keep) (?:it|that|this|costs?) (?:down )?(?:to|under|below|within)|come in (?:at|under|below)",
    "go up to|go as (?:high|far) as|stretch to|capped at|anything (?:under|below|up to)",
    r"(?:our|my|the) (?:\w+ )?(?:limit|ceiling|cap|maximum)",
)
_BUDGET = re.compile(rf"\b(?:{any_of(_SET_ASIDE, _WOULD_PAY, _LIMITED_TO)})\b")
# Where what follows is a sum for certain: "we could stretch to 4k", "it mustn't cost more than 500 euros".
_WE = any_word("we i we'd i'd we'll i'll we're i'm we've i've")
_WOULD = "could|can|would|might|will|want to|like to|going to"
_PUT_IN = any_of(
    r"put(?: in)?|stretch(?: to)?|go(?: up)? to|do|manage|spare|commit|find|free up|allow|part with",
    "thinking(?: of)?|looking at|come up with|stump up",
)
_SOME = any_of(
    " about| around| roughly| some| only| just| maybe| say| up to| like| in the region of| somewhere around",
    " something like| anything like| between",
)
_MUST_NOT = "shouldn't|mustn't|can't|cannot|must not|should not|not"
_SUM_FOLLOWS = any_of(
    rf"(?:{_WE})(?: \w+)?(?:,? (?:{_WOULD}))? (?:{_PUT_IN})(?:{_SOME})* $",
    rf"\b(?:{_MUST_NOT}) (?:cost|be|exceed|come to)(?: us)?(?: any)?(?: more than| over)? $",
    r"\b(?:in the region of|ballpark(?: of)?|somewhere around|to the tune of) $",
)
_SUM_FOLLOWS_ABROAD = any_of(
    "on a|on peut mettre|nous avons|on dispose de|nous disposons de|wir (?:haben|hatten)",
    "tenemos|disponemos de|podemos poner",
)
_BUDGET_OF_SUM = re.compile(rf"\b{_SUM_FOLLOWS}|\b(?:{_SUM_FOLLOWS_ABROAD})(?: \w+){{0,2}} $")
_WHOLE_PERIOD = re.compile(r" for (?:the|a|one) (?:whole |full |entire )?(day|week|month|year)\b")
_ADVERB_BEFORE = re.compile(
    r"\b(?:(?:per|a|each|every) (?P<each>month|week|year)|"
    r"(?P<adverb>monatlich|jahrlich|wochentlich|mensuel\w*|monthly|weekly|yearly|annually))(?: [a-z]+){0,2} $"
)
_PERIOD_BEFORE = re.compile(
    r"\b(monthly|weekly|yearly|annual) (?:\w+ ){0,2}(?:budget|spend|spending|limit)\b[^,.;]{0,40}$"
)
_PERIOD_BEHIND = re.compile(r" (?:for )?[a-z]{3,15} (?:a|per|each|every) (day|week|month|year)\b")
_HAVE = re.compile(r"\b(?:have|have got|got|with)(?: (?:about|around|roughly|up to|some|only|just|like|max))?\s$")
_TOO_MUCH = r"[^.;!?]{0,25}\b(?:over|above|beyond|outside|more than|exceeds?|not (?:in|within))\b"
_IS_WHAT_WE_SPEND = any_of(
    "budget|to spend|we can (?:pay|spend|afford)|saved(?: up)?|in the (?:pot|kitty|bank)|set aside",
    r"is (?:the|our|my) (?:max\w*|limit|most|ceiling)|is (?:all|what) (?:we|i)",
    r"(?:is )?(?:the )?(?:most|max\w*) (?:we|i) can|(?:is )?(?:about )?(?:all )?(?:we|i) (?:can|could|want|have)",
    "(?:is|are|would be|sounds|seems) (?:doable|fine|ok|okay|possible|realistic|affordable|feasible|manageable)",
    r"is what (?:\w+ ){1,3}(?:can|could|would|will|(?:am|is|are) (?:prepared|willing|able|ready|happy))",
    "ausgeben|eingeplant|vorgesehen|(?:ist|sind|ware[nt]?|geht|gehen) (?:nicht )?(?:drin|ok|moglich)",
    "zur verfugung|a depenser|para gastar",
)
_SPEND_AFTER = re.compile(rf"(?! we pay\b)(?!{_TOO_MUCH})[^.;!?]{{0,25}}\b(?:{_IS_WHAT_WE_SPEND})\b")
_ASKS_BUDGET = re.compile(
    r"\b(?:budget|spend|invest|afford|price range|ausgeben|investieren|depenser|gastar|presupuesto)\b"
)
_FOR_THIS = re.compile(
    r"\s{0,2}(?:$|[,.;!\n)]|(?:to spend|to invest|available|in mind|set aside|aside|for (?:it|this|that|the|a|"
    r"all|everything)"
    r"|max\w*|at most|or so|in total|total|all in|and|but|so|per|a (?:month|year)|ish|put aside)\b)"
)
_PRICES = any_of(
    any_word("cost costs price priced charge charges charged quoted quote offered offer sell sells selling"),
    any_word("fee fees invoice bill billed discount worth deposit delivery shipping orders?"),
    "minimum order|kostet|preis|prix|coute|precio|cuesta",
)
_SPENT = any_of(
    any_word(
        "paid paying currently bought saw found refund save saves saved spent turnover revenue salary earn rent owe"
    ),
    "pay now|at the moment|used up",
)
_OTHER_SUM = re.compile(rf"\b(?:{_PRICES}|{_SPENT})\b")


_OURS = re.compile(
    r"\b(?:we|i|us|our|my|we're|we've|we'd|we'll|i'm|i've|i'd|i'll|wir|unser\w*|ich|nous|on|je|notre|nuestr[oa])\b"
)
# "400/van", "20 a pop", "45 per visit"
_FOR_EACH = re.compile(r" ?(?:/|\b(?:an?|per|each|every)\b) ?[a-z]+")
_GET_FOR = re.compile(
    r"\b(?:can|could|would|do) (?:we|i) (?:\w+ )?(?:get|have|buy|expect)\b[^.;?]{0,20}\bfor (?:about |around )?$"
)
_WOULD_IT_DO = re.compile(r"(?:^|\b(?:and|so|but) |\W)(?:would|will|does|is|are) (?:about |around )?$")
_GETS_US = re.compile(r" (?:\w+ )?(?:get (?:us|me)|be enough|enough|sufficient|suffice|do it|cover it)\b")
# Sums that people tell of themselves and would not spend on this.
_OTHER_MONEY = any_of(
    any_word(
        "lost lose losing won win voucher coupon gift card prize debt loan wages? pension stole fined? raised left"
    ),
    any_word(
        "customers? clients? sales shares? reward points rebate difference expensive cheaper overcharged elsewhere"
    ),
    any_word("competitors? make makes earns?"),
    "(?:we|i) (?:currently |now |already |still )?pay",
    r"donat\w+|too much|other (?:supplier|provider|company)|same thing|turned over",
)
_NO_BUDGET = re.compile(rf"\b(?:{_OTHER_MONEY})\b")
_THING_BEHIND = re.compile(
    r" (?!(?:a|an|per|each|every|for|max|or|and|in|to|at|on|if|so|is|as|but|all|total|tops)\b)[a-z]+"
)


def money(
    message: VisitorText, found: Sequence[Amount], questions: Sequence[QuestionData], asked: str
) -> list[Candidate]:
    """For each sum of the visitor's own: the question that it answers, the one that is named before the one asked."""
    of_kind = [each for each in questions if each.kind is Kind.MONEY]
    answers: list[Candidate] = []
    for amount in found if of_kind else ():
        is_answer = any(each.key == asked for each in of_kind)
        is_of_bill = any(each.key == asked and not _is_budget(each) for each in of_kind)  # a bill was paid before
        if not _is_said_as_fact(message, amount, is_asked=is_answer, may_be_past=is_of_bill):
            continue
        scored = [
            (
                _is_named(message, amount, each, of_kind),
                each.key == asked,
                _score(message, amount, each, of_kind, each.key == asked, not asked),
                -place,
            )
            for place, each in enumerate(of_kind)
        ]
        _, _, score, place = max((each for each in scored if each[2]), default=(False, False, 0, 0))
        if score:
            question = of_kind[-place]
            value = _for_each(message, _with_period(message, amount), question).money()
            key = question.key
            answers.append(Candidate(key, Kind.MONEY, value, amount.start_char, amount.end_char, score))
    return answers


def _is_said_as_fact(message: VisitorText, amount: Amount, *, is_asked: bool, may_be_past: bool) -> bool:
    start, end = amount.start_char, amount.end_char
    return not (
        certainty.is_negated(message, start, end)
        or (certainty.is_past(message, start, end) and not may_be_past)
        or certainty.is_supposed(message, start)
        or certainty.is_of_others(message, start, is_asked=is_asked)
    )


def _with_period(message: VisitorText, amount: Amount) -> Amount:
    """The period where it stands before: "a monthly budget of 4,000"."""
    if amount.per:
        return amount
    after = message.plain[amount.end_char : amount.end_char + 40]
    behind = _PERIOD_BEHIND.match(after) or _WHOLE_PERIOD.match(after)
    match = _PERIOD_BEFORE.search(message.before(amount.start_char, 60))
    if behind:
        return replace(amount, per=(behind[1],))
    if not match:
        match = _ADVERB_BEFORE.search(certainty.clause_before(message, amount.start_char))
    if not match:
        return amount
    said = next(each for each in match.groups() if each)
    return replace(amount, per=(PERIODS.get(said, "month"),))


def _for_each(message: VisitorText, amount: Amount, question: QuestionData) -> Amount:
    """ "380 each" to "What can you spend per van?" is 380 a van, and for no person."""
    is_each = (
        message.plain[: amount.end_char].rpartition(" each")[2].isspace()
        or " each" in message.plain[amount.start_char : amount.end_char]
    )
    if not (is_each and _PER_THING.search(f"{question.label} {question.ask}".lower())):
        return amount
    return replace(amount, per=tuple(each for each in amount.per if each != "person"))


def _score(
    message: VisitorText,
    amount: Amount,
    question: QuestionData,
    of_kind: Sequence[QuestionData],
    is_asked: bool,
    is_free: bool,
) -> float:
    before = certainty.clause_before(message, amount.start_char)
    looks_like_money = bool(amount.currency or amount.per or (amount.is_scaled and not _counts_things(message, amount)))
    sentence = message.sentence_at(amount.start_char)
    is_question = sentence.is_question and not (is_asked and sentence.is_hesitant)
    is_named = _is_named(message, amount, question, of_kind)
    has_value = looks_like_money or (is_bare(message, amount) and noun_behind(message, amount) not in ALL_NOUNS)
    if amount.unit and not amount.currency and not amount.per:
        return 0
    if not looks_like_money and counting.is_headcount(message, amount):
        return 0
    is_other = bool(_OTHER_SUM.search(before)) and not (is_named and not _is_budget(question))
    is_only_budget = len(of_kind) == 1 and _is_budget(question)
    if is_question:
        is_own = is_named and re.search(r"\b(?:my|our|we|i|us|budget)\b", before)
        is_sum = bool(amount.currency) or (amount.is_scaled and bool(re.search(r"\bbudget of [a-z ]{0,12}$", before)))
        if is_own and is_sum and not is_other:
            return SAID
        return OWN if is_only_budget and looks_like_money and not is_other and _is_enough(message, amount) else 0
    has_value = has_value or (is_asked and bool(_FOR_EACH.match(message.plain, amount.end_char)))
    if is_asked and has_value and (not is_other or _names(question, before)):
        return ANSWERED if looks_like_money or not amount.is_weak else 0
    if is_named and has_value and not (is_other and _OTHER_SUM.search(before.replace("price range", ""))):
        return SAID
    is_only = len([each for each in of_kind if _is_budget(each) or len(of_kind) == 1]) == 1
    is_for_this = _is_budget(question) or len(of_kind) == 1
    if is_only and is_for_this and looks_like_money and not is_other and _BUDGET_OF_SUM.search(before):
        return SAID
    is_only = len(of_kind) == 1
    is_sum = bool(amount.currency) or (amount.is_scaled and amount.low is None) or _is_by_month(amount)  # "1k max"
    if is_only and is_sum and _is_alone(message, amount, is_free):
        return ALONE
    if is_only and looks_like_money and _is_had(message, amount, before):
        return SAID
    is_of_budget = looks_like_money and bool(_BUDGET.search(message.before(amount.start_char, 60)))
    return OWN if is_only and not is_other and (is_sum or is_of_budget) and _is_own_sum(message, amount) else 0


def _is_enough(message: VisitorText, amount: Amount) -> bool:
    """ "What can we get for 500 a month?", "Would 1,100 euros get us anywhere?"."""
    before, after = message.before(amount.start_char, 60), message.after(amount.end_char, 40)
    return bool(_GET_FOR.search(before)) or bool(_WOULD_IT_DO.search(before) and _GETS_US.match(after))


def _is_own_sum(message: VisitorText, amount: Amount) -> bool:
    """Whether the sentence is about the visitor, and nothing in it says that the sum is of another kind."""
    sentence = message.sentence_at(amount.start_char)
    said = message.plain[sentence.start : sentence.end]
    before, after = message.before(amount.start_char, 80), message.after(amount.end_char, 40)
    return bool(_OURS.search(said)) and not (
        _OTHER_SUM.search(before) or _OTHER_SUM.search(after) or _NO_BUDGET.search(said) or _THING_BEHIND.match(after)
    )


def _counts_things(message: VisitorText, amount: Amount) -> bool:
    """ "20k users", "two thousand people": a noun behind a number that is scaled."""
    noun = re.match(r"[ -](?:of )?([a-z]{3,})", message.plain[amount.end_char : amount.end_char + 24])
    return bool(noun) and (noun[1] if noun else "") in ALL_NOUNS


def _is_by_month(amount: Amount) -> bool:
    """ "380 each per month" in a list: no count is told by the month or the year."""
    least = amount.low if amount.low is not None else amount.high
    return bool({"month", "year"} & set(amount.per)) and least is not None and least >= _LEAST_BY_MONTH


def _is_had(message: VisitorText, amount: Amount, before: str) -> bool:
    """ "We have about 5,000 euros", "we have 5 grand for this"; but not "we have 300 euros left on the card"."""
    has = _HAVE.search(before) and re.search(r"\b(?:we|i)\b", before)
    return bool(has) and bool(_FOR_THIS.match(message.plain[amount.end_char : amount.end_char + 40]))


def _is_named(message: VisitorText, amount: Amount, question: QuestionData, of_kind: Sequence[QuestionData]) -> bool:
    """Whether the words around the sum say that it is what the question asks for."""
    before, after = certainty.clause_before(message, amount.start_char), message.after(amount.end_char, 60)
    if _names(question, before) or _is_answered_by_self(message, amount, question):
        return True
    if not _is_budget(question) and any(_is_budget(each) for each in of_kind):
        return _is_own_bill(message, amount, question)
    return bool(_BUDGET.search(before)) or bool(_SPEND_AFTER.match(after))


def _is_answered_by_self(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "Budget? About 4,000." """
    asked = _OWN_QUESTION.search(message.plain[max(0, amount.start_char - 60) : amount.start_char])
    return bool(asked) and _names(question, asked["said"] if asked else "")


def _is_own_bill(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "We pay 140 a month for electricity", "130 € electricity", to "What do you pay for electricity each month?"."""
    noun = re.match(r" ([a-z]{3,20})\b", message.plain[amount.end_char : amount.end_char + 30])
    if noun and amount.currency and stem(noun[1]) in _own_stems(f"{question.label} {question.ask}"):
        return True
    behind = re.match(
        r"[^,.;!?]{0,12}(?:\b(?:for|on|fur|pour|por|de)(?: (?:our|the|my|la|l))? |\bd'|\bl')([a-z]{3,20})",
        message.after(amount.end_char, 50),
    )
    before = certainty.clause_before(message, amount.start_char)
    is_paid = re.search(r"\b(?:we|i|'re|'m|our)\b.*\b(?:pay|paying|spend|spending|is|comes? to)\b", before)
    is_paid = is_paid or re.search(r"\b(?:zahlen?|paie|paye|payons|pago|pagamos)\b", before)
    is_paid = is_paid or re.match(
        r" (?:is what )?(?:we|i) pay\b", message.plain[amount.end_char : amount.end_char + 20]
    )
    if not behind and is_paid and amount.per and "pay" in question.ask.lower():
        return True
    return bool(behind and is_paid) and stem(behind[1] if behind else "") in _own_stems(
        f"{question.label} {question.ask}"
    )


@lru_cache(maxsize=512)
def _is_budget(question: QuestionData) -> bool:
    """Whether the question asks what the visitor would spend, and not for a sum of another kind."""
    return bool(_ASKS_BUDGET.search(f"{question.key.replace('_', ' ')} {question.label} {question.ask}".lower()))


def _names(question: QuestionData, before: str) -> bool:
    """Whether a word of the question's own name stands before the sum: "our budget is"."""
    named = _own_stems(f"{question.key.replace('_', ' ')} {question.label}")
    return bool(named & {stem(word) for word in re.findall(r"[a-z]+", before)})


# What the visitor pays for is called otherwise than in the question.
_OTHER_WORDS = {
    "electricity": "electric leccy power energy current strom luz electricite electricidad",
    "heating": "gas oil heizung chauffage calefaccion",
    "bill": "rechnung stromrechnung abschlag facture factura",
    "rent": "lease miete loyer alquiler",
}


@lru_cache(maxsize=512)
def _own_stems(text: str) -> frozenset[str]:
    words = (word for word in re.findall(r"[a-z]+", text.lower()) if word not in STOP_WORDS and len(word) > 3)
    said = set(words)
    said |= {other for word, others in _OTHER_WORDS.items() if word in said for other in others.split()}
    return frozenset(map(stem, said)) - frozenset(map(stem, ("month", "monthly", "year", "yearly", "person", "each")))


def _is_alone(message: VisitorText, amount: Amount, is_free: bool) -> bool:
    """Between commas or lines, with nothing but an "about" beside it: one of several facts in a list."""
    before, after = message.text[: amount.start_char], message.text[amount.end_char : amount.end_char + 40]
    lead = re.search(
        r"(?:^|[,;\n])\s{0,3}(?:[-*•]\s)?(?:(?:ideally|preferably|maybe|say|hopefully) )?(?:about|around|ca\.?|"
        r"approx\.?|roughly|max\.?|up to|under|below|"
        r"less than|at most|no more than|etwa|hochstens|höchstens|environ)?\s{0,3}$",
        before[-40:] if len(before) > 40 else before,
        re.IGNORECASE,
    )
    is_lead_all = lead is not None and len(before) <= 40 and not before[: lead.start()].strip()
    return (
        bool(lead)
        and bool(re.match(r"\s{0,3}(?:max|tops|total|all in|in total|an? [a-z]{3,10})?\s{0,3}(?:[,;\n.]|$)", after))
        and ("," in message.text or "\n" in message.text or (is_free and is_lead_all and _is_last(message, amount)))
    )


def _is_last(message: VisitorText, amount: Amount) -> bool:
    """Whether nothing much is said behind the sum: "£12k–£14k all in"."""
    after = message.plain[amount.end_char :]
    return len(after) < 20 and "?" not in after
