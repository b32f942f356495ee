"""The words around a sum that say whether it is what the visitor would spend, or money of another kind."""

from __future__ import annotations

import re

from leads.extraction.patterns import any_of, any_word

OWN_QUESTION = re.compile(
    r"(?:^|[.!,;\n] )(?:(?:our|my|the|and) )?(?P<said>[a-z]{3,20})\? (?:about |around |roughly |maybe |say )?$"
)
PER_THING = re.compile(r"\bper (?!person|head|user|seat|guest|day|week|month|year)[a-z]+")
_SET_ASIDE = any_of(
    any_word("budge?te?d? bud?ge?t budgets approval approved authori[sz]ed allocated reserved calculated earmarked"),
    "signed off|(?:set|put) aside|green light|go-?ahead|(?:been|was|were) (?:given|granted)|saved(?: up)?|sign-?off",
    "reckon(?:ed)? (?:on|with)|to spare|released|freed up|pencilled in|put (?:by|away)|at (?:our|my) disposal",
    "(?:scraped|put) together|allowance|allotment|funds|(?:money|price|budget|cost)[- ]?wise|okayed|green-?lit",
)
_DENIED = "can't|cant|cannot|can not|won't|wouldn't|not|don't|dont|never|mustn't|shouldn't"
_WOULD_PAY = any_of(
    any_word("spend spending afford invest(?:ing)?"),
    "(?:willing|able|happy|ready|want|prepared) to pay|(?:can|could) (?:to )?pay",
    "(?:hop(?:e|ed|ing)|like|love|expect(?:ed|ing)?|plan(?:ned|ning)?|looking|aim(?:ed|ing)?) to pay",
    "(?:we|i)(?:'d| would|'ll| will| could) (?:pay|calculate)|buy (?:it |one |something )?for",
    any_word("ausgeben zahlen investieren depenser payer gast\\w+ depens\\w+ pagar presupuesto financ\\w+"),
    "kosten darf",
)
_LIMITED_TO = any_of(
    "price range|price limit|spending limit|(?:keep|stay|remain)s?(?: [a-z]+){0,2} (?:under|below|within)",
    "(?:can|could|would|'d|might|will) go (?:up )?to",
    rf"(?:{_DENIED})(?: \w+){{0,2}} (?:go|get|be|stretch|run) (?:over|above|beyond|past|higher|more than)",
    "(?:get|bring|keep) (?:it|that|this|costs?) (?:down )?(?:to|under|below|within)|come in (?:at|under|below)",
    "go up to|go as (?:high|far) as|stretch to|capped at|anything (?:under|below|up to)",
    r"(?:our|my|the) (?:\w+ )?(?:limit|ceiling|cap|maximum)",
)
BUDGET = re.compile(rf"\b(?:{any_of(_SET_ASIDE, _WOULD_PAY, _LIMITED_TO)})\b")
# Where what follows is a sum for certain: "we could stretch to 4k", "it mustn't cost more than 500 euros".
_WE = any_word("we i we'd i'd we'll i'll we're i'm we've i've")
_WOULD = "could|can|would|might|will|want to|like to|going to"
_PUT_IN = any_of(
    r"put(?: in)?|stretch(?: to)?|go(?: up)? to|do|manage|spare|commit|find|free up|allow|part with",
    "thinking(?: of| about)?|looking at|come up with|stump up|aim(?:ing)? (?:for|at)|hoping for",
)
_SOME = any_of(
    " about| around| roughly| some| only| just| maybe| say| up to| like| in the region of| somewhere| something",
    " anything| between| perhaps| probably| approx\\.?| circa| along the lines of",
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
BUDGET_OF_SUM = re.compile(rf"\b{_SUM_FOLLOWS}|\b(?:{_SUM_FOLLOWS_ABROAD})(?: \w+){{0,2}} $")
WHOLE_PERIOD = re.compile(r" for (?:the|a|one) (?:whole |full |entire )?(day|week|month|year)\b")
ADVERB_BEFORE = re.compile(
    r"\b(?:(?:per|a|each|every) (?P<each>month|week|year)|"
    r"(?P<adverb>monatlich|jahrlich|wochentlich|mensuel\w*|monthly|weekly|yearly|annually))(?: [a-z]+){0,2} $"
)
PERIOD_BEFORE = re.compile(
    r"\b(monthly|weekly|yearly|annual) (?:\w+ ){0,2}(?:budget|spend|spending|limit|allowance|cap|ceiling)\b"
    r"[^,.;]{0,40}$"
)
PERIOD_BEHIND = re.compile(r" (?:for )?[a-z]{3,15} (?:a|per|each|every) (day|week|month|year)\b")
HAVE = re.compile(r"\b(?:have|have got|got|with)(?: (?:about|around|roughly|up to|some|only|just|like|max))?\s$")
_TOO_MUCH = r"[^.;!?]{0,25}\b(?:over|above|beyond|outside|more than|exceeds?|not (?:in|within))\b"
_IS_WHAT_WE_SPEND = any_of(
    "budget|to spend|we can (?:pay|spend|afford)|saved(?: up)?|in the (?:pot|kitty|bank)|set aside",
    r"is (?:the|our|my) (?:max\w*|limit|most|ceiling)|is (?:all|what) (?:we|i)",
    r"(?:is )?(?:the )?(?:most|max\w*) (?:we|i) can|(?:is )?(?:about )?(?:all )?(?:we|i) (?:can|could|want|have)",
    "(?:is|are|would be|sounds|seems) (?:doable|fine|ok|okay|possible|realistic|affordable|feasible|manageable)",
    r"is what (?:\w+ ){1,3}(?:can|could|would|will|(?:am|is|are) (?:prepared|willing|able|ready|happy))",
    "ausgeben|eingeplant|vorgesehen|(?:ist|sind|ware[nt]?|geht|gehen) (?:nicht )?(?:drin|ok|moglich)",
    "(?:is|are) (?:there for|available|ready|waiting)|zur verfugung|a depenser|para gastar",
)
SPEND_AFTER = re.compile(rf"(?! we pay\b)(?!{_TOO_MUCH})[^.;!?]{{0,25}}\b(?:{_IS_WHAT_WE_SPEND})\b")
ASKS_BUDGET = re.compile(
    r"\b(?:budget|spend|invest|afford|price range|ausgeben|investieren|depenser|gastar|presupuesto)\b"
)
FOR_THIS = re.compile(
    r"\s{0,2}(?:$|[,.;!\n)]|(?:to (?:spend|invest|put|play|work|use|pay|go)|available|in mind|set aside|aside|"
    r"for (?:it|this|that|the|a|"
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
OTHER_SUM = re.compile(rf"\b(?:{_PRICES}|{_SPENT})\b")


OURS = re.compile(
    r"\b(?:we|i|us|our|my|we're|we've|we'd|we'll|i'm|i've|i'd|i'll|wir|unser\w*|ich|nous|on|je|notre|nuestr[oa])\b"
)
# "400/van", "20 a pop", "45 per visit"
FOR_EACH = re.compile(r" ?(?:/|\b(?:an?|per|each|every)\b) ?[a-z]+")
GET_FOR = re.compile(
    r"\b(?:can|could|would|do) (?:we|i) (?:\w+ )?(?:get|have|buy|expect)\b[^.;?]{0,20}\bfor (?:about |around )?$"
)
WOULD_IT_DO = re.compile(r"(?:^|\b(?:and|so|but) |\W)(?:would|will|does|is|are) (?:about |around )?$")
GETS_US = re.compile(r" (?:\w+ )?(?:get (?:us|me)|be enough|enough|sufficient|suffice|do it|cover it)\b")
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
    "took|takes|demand(?:s|ed)?|(?:they|he|she|it|who|which) (?:\\w+ )?(?:wants?|wanted|asks?|asked)",
    "(?:last|old|previous|former|current|present) [a-z]+",
    r"donat\w+|too much|other (?:supplier|provider|company)|same thing|turned over",
)
NO_BUDGET = re.compile(rf"\b(?:{_OTHER_MONEY})\b")
_NO_THING = any_of(
    any_word("a an per each every for max maximum min minimum or and in to at on if so is as but all total tops"),
    any_word("please pls thanks thank tbh altogether overall depending including incl excluding excl plus with"),
    any_word("ideally hopefully roughly approx we i that this before when give at though"),
)
THING_BEHIND = re.compile(rf" (?!(?:{_NO_THING})\b)[a-z]+")
ONLY_ABOUT = re.compile(r"(?:\s|about|around|roughly|like|say|some|maybe|probably|only|just|up to|currently)*")
# "Last winter we paid 210 a month, now it's 175": a second sum of the same matter.
NOW_INSTEAD = re.compile(
    r"\b(?:now|today|these days|meanwhile|currently)(?:,? (?:it's|it is|we're at|we are at|i'm at|we pay|i pay|at|"
    r"more like|only|about|around))* $"
)
# What may stand between a sign or the begin of a line and a sum that is one of several facts.
_LEADS = any_of(
    any_word("ideally preferably maybe perhaps probably say hopefully about around ca\\.? approx\\.? roughly circa"),
    any_word("max\\.? maximum under below somewhere something between like for at with [<>~≤≥] etwa hochstens environ"),
    "up to|less than|at most|at least|(?:no|not) more than|in the region of",
)
LEAD_OF_LISTED = re.compile(rf"(?:^|[,;\n])\s{{0,3}}(?:[-*•]\s)?(?:(?:{_LEADS})[\s:]{{1,2}}){{0,3}}$")
_TAILS = any_of(
    "max(?:imum)?|tops|total|all[- ]in|in total|altogether|please|pls|thanks|or so|ish|give or take|at (?:the )?most",
    "an? [a-z]{3,10}|(?:incl|excl)(?:uding|\\.)?(?: vat| tax)?|for (?:the|our|my|a|this|it|everything)(?: [a-z]+){0,2}",
)
TAIL_OF_LISTED = re.compile(rf"(?:\s{{1,2}}(?:{_TAILS})){{0,3}}\s{{0,3}}(?:[,;\n.!]|$)")
