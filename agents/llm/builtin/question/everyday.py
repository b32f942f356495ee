"""Rewrites everyday questions in the words of pages: "when would it arrive?" asks how long delivery takes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from language.shorthand import written_out

_THING = r"(?:it|they|them|this|that|one|everything|(?:the|my|our|an?|your) (?:\w+ )?\w+)"
_HELPS = r"(?:would|will|does|do|can|could|might|should|is|are)"
_COMES = r"(?:arrives?|be here|be delivered|get here|get to (?:me|us)|turn up|show up|reach (?:me|us)|come)"
_IS_HERE = r"(?:['’]s| is| gets?| are|['’]re| arrives?| comes?)(?: here| delivered)?"
_DAY = r"(?:the|this|next|end|of|early|late|\w{2,6}day|weekend|week|month|tomorrow|tonight|christmas|easter|noon|\d\S*)"
_BY_DAY = rf"(?:(?:by|before|in time for)(?: {_DAY})+|today|tomorrow|(?:this|next) week)\b"
_TIME = r"(?:weekends?|evenings?|nights?|(?:bank |public )?holidays?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)"
_COMPANY = r"(?:it|you|this|(?:the|your|this) (?:\w+ )?(?:company|business|firm|shop|school|place|clinic|store|hotel))"
_NOT = r"(?:(?:do|does|did|is|are)(?:n['’]t| not))"
_WHAT_IF = r"\bwhat (?:if|happens (?:if|when))"
_BACK = r"(?:send|give|take|bring) (?:it|them) back"

# The words of pages, and questions for them that have none of these words.
_ASKED: dict[str, tuple[str, ...]] = {
    "how long does delivery take": (
        rf"\b(?:when|how (?:soon|quick|quickly|fast)) {_HELPS} {_THING} (?:likely )?{_COMES}\b",
        rf"\bhow long (?:(?:un)?['’]?till?|before) {_THING}{_IS_HERE}",
        rf"\b(?:how soon|when|how quickly) {_HELPS} (?:i|we) (?:get|have|receive|expect) {_THING}",
        rf"\b{_HELPS} (?:i|we) (?:get|have|receive) (?!\w+ (?:money|refund)){_THING} {_BY_DAY}",
        rf"\b{_HELPS} {_THING} {_COMES} {_BY_DAY}",
    ),
    "can I return it for a refund": (
        rf"{_WHAT_IF} (?:i|we) (?:{_NOT} (?:like|want|love|need)|(?:am|['’]m|are|['’]re) not happy with) (?:it|them)\b",
        rf"{_WHAT_IF} (?:i|we) change (?:my|our) minds?",
        rf"{_WHAT_IF} (?:it|they) {_NOT} (?:fit|suit (?:me|us)|work out)",
        rf"\b(?:if (?:i|we) {_NOT} like (?:it|them),? )?can (?:i|we) {_BACK}",
    ),
    "can I get a refund": (r"\b(?:do|can|would|will) (?:i|we) get (?:my|our|the) money back",),
    "what if it is faulty or breaks, is there a warranty": (
        rf"{_WHAT_IF} (?:it|they|something|the \w+) (?:breaks?(?: down)?|goes wrong|go wrong|stops? working|fails?)\b",
        rf"{_WHAT_IF} (?:it|they|something|the \w+) (?:is|are) (?:faulty|broken|defective)\b",
    ),
    "do I need an account to order": (
        r"\bdo (?:i|we) (?:have|need) to (?:sign up|register|(?:make|create|open) an account)\b",
    ),
    "how much does it cost": (
        r"\bhow much (?:will|would|does|is) (?:it|that|this) (?:going to )?set (?:me|us) back",
        r"\bwhat(?:['’]s| is| will be) the damage\b(?! (?:to|done|caused))",
        r"\bwhat (?:will|would|does) (?:it|that|this) set (?:me|us) back",
    ),
    "can I try it first, is there a free trial": (
        r"\bcan (?:i|we) (?:try|test) (?:it|them|one)(?: out)? (?:first|before (?:i|we) (?:buy|pay|order|decide))",
        r"\btry before (?:i|we|you) buy",
    ),
    "are you open": (
        r"\bdo (?:you|u) (?:guys |ever |also |still )?(?:work|operate)"
        rf"(?=(?: on| at| over| during| in)?(?: the)? {_TIME}(?![\w'’]))",
    ),
    "which area do you serve": (
        r"\b(?:do|would|can|could|will) you come (?:out )?to (?:me|us|(?:my|our) (?:home|house|place|office))",
    ),
    "who is the owner, who opened and runs the business": (
        rf"\bwho (?:owns|runs|is in charge of) {_COMPANY}(?=\W*$)",
        rf"\bwho(?:['’]s| is) (?:the |your )?(?:owner|boss|head)(?: of {_COMPANY})?(?=\W*$)",
    ),
    "is there a discount": (
        r"\b(?:can|could|would|will|do) (?:you|u) (?:guys )?(?:do|make|offer|give|get|let|go|come) "
        r"(?:(?:me|us|it|this|that|them|a|an|any|one|down|bit|little|on|for|have|to) )*"
        r"(?:cheaper|lower|better price|better deal|good price|best price|deal|lower price|less)\b"
        r"(?=\W*$| (?:on|for|if|when|please)\b)",
        r"\b(?:any|is there (?:a|any)|got any) (?:room|wiggle room|chance) (?:for|of|to) "
        r"(?:negotiat\w+|haggl\w+|(?:a |any )?(?:discount|better price|deal|money off))",
        r"\b(?:(?:can|could|would|will) (?:you|u) )?(?:knock|take) "
        r"(?:a bit|something|anything|some money|[£$€]?\d\S*(?: percent| ?%)?) off(?: the price)?\b",
        r"\b(?:that(?:['’]s| is)|it(?:['’]s| is)|you(?:['’]re| are)) "
        r"(?:(?:an? |bit |too |very |quite |rather |really |so )+(?:much|lot|dear)(?: of money)?"
        r"|(?:an? |bit |too |very |quite |rather |really |so )*(?:expensive|pricey|steep))\b(?=\W*$)",
        r"\b(?:is (?:that|this|it)|what(?:['’]s| is)) (?:your|the) (?:best|lowest|final|last) (?:price|offer|deal)\b"
        r"(?! (?:for|of|on)\b)",
        r"\bis the price (?:negotiable|fixed|final)\b",
    ),
    r"can \g<who> collect \g<thing>": (
        r"\bcan (?P<who>i|we) pick (?P<thing>it|them|those|that|(?:the|my|our) \w+(?: \w+)?) up\b",
    ),
    r"what \g<things> do you have": (
        r"^\W*(?:(?:can|could) (?:you|i|we) )?(?:please )?compare (?:(?:all|the|your|of) )*(?P<things>\w+s)(?=\W*$)",
    ),
    r"can \g<who> collect": (r"\bcan (?P<who>i|we) pick[ -]?up\b",),
    "how can I contact you": (
        r"\bhow (?:do|can|could|should) (?:i|we) (?:get hold of|get in touch with|reach|get through to) "
        r"(?:you|someone|somebody|anyone)",
    ),
}  # fmt: skip


def _patterns() -> Iterable[tuple[re.Pattern[str], str]]:
    for said, ways in _ASKED.items():
        yield re.compile("|".join(ways), re.IGNORECASE), said


_PATTERNS = tuple(_patterns())


# "That's a lot. Any discount?": a remark about the last answer, before the question.
_REMARK = re.compile(
    r"^\W*(?:(?:that|this|it)(?:['’]?s| is| sounds| looks)|sounds|wow|oh|hmm+)\b"
    r"(?: (?:an?|bit|too|very|quite|rather|really|so))*"
    r"(?: (?:lot|expensive|much|great|good|nice|perfect|fine|cool|interesting|clear|helpful|pity|shame|bad|pricey))?"
    r"[.!,]\s+(?=\S[^?]*\w[^?]*\?)",
    re.IGNORECASE,
)


# "No, I mean the price": repeats the question before with this change.
_CORRECTION = re.compile(
    r"^\W*(?:(?:no|nope|sorry|oh|well|wait|actually)\b\W*)*i (?:mean|meant)\b(?! (?:it|that|business|well)\b)\W*(?=\w)",
    re.IGNORECASE,
)


def in_pages_words(message: str) -> str:
    """The message with abbreviations written out, without a remark before the question, and with the words that pages
    use for what it asks."""
    text = _CORRECTION.sub("and ", _REMARK.sub("", written_out(message)))
    for pattern, said in _PATTERNS:
        text = pattern.sub(said, text, count=1)
    return text
