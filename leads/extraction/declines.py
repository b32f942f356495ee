"""A visitor who does not want to say, or does not know yet, what the agent has just asked."""

from __future__ import annotations

import re

from leads.extraction.message import Message
from leads.terms import Kind

_REFUSED = re.compile(
    r"\b(?:(?:(?:i'd|i would|we'd|we would|id|i|we) )?(?:really |much )?(?:rather|prefer|sooner)(?: to)? (?:not|no)"
    r"(?: to)?(?=\W*$| (?:say|share|tell|give|disclose|answer|discuss|talk|leave|provide|reveal|get into|"
    r"go into|mention|"
    r"be specific|reply|respond|thanks|thank you|yet|at this|right now|now|if)\b|[,.;!])|"
    r"(?:i'd|i would|we'd|we would|i|we) (?:really |much )?(?:rather|prefer to) (?:keep|stay|remain) (?:it |"
    r"this |that )?"
    r"(?:private|anonymous|quiet|secret|confidential|to (?:myself|ourselves))|none of (?:your|ur) (?:business|concern)|"
    r"(?:don't|do not|dont|never) (?:just )?(?:give|hand) (?:out|away) |"
    r"(?:don't|do not|dont) (?:usually |normally |like to |want to )?(?:share|give|disclose)(?= (?:that|this|my|"
    r"our|it))|"
    r"(?:not|no) telling|not (?:giving|sharing|leaving|saying|handing)|(?:won't|will not|not going to|"
    r"not (?:yet )?(?:ready|prepared|able|in a position|keen|authori[sz]ed) to|unable to|"
    r"(?:reluctant|hesitant) to|"
    r"not willing to|don't want to|dont want to|"
    r"do not want to|don't wanna|can't|cannot|can not|not allowed to|not comfortable|don't feel like|"
    r"don't like to) "
    r"(?:\w+ )?(?:say|saying|share|sharing|give|giving|tell|telling|disclose|reveal|answer(?! (?:the|my|a|your|"
    r"any) (?:phone|calls?|door))|discuss|leave|provide)|"
    r"(?:rather|prefer to) keep (?:my|our|that|it|this)(?: \w+)? (?:private|to (?:myself|ourselves)|confidential)|"
    r"(?:don't|do not|not something (?:i|we)) want to share|"
    r"(?:that's|that is|it's|thats) (?:private|confidential|personal|secret)|no comment|keep (?:that|"
    r"it) (?:to myself|private)|why would i tell you|you don't need (?:that|to know|my)|"
    r"mochte ich (?:nicht|lieber nicht)|will ich nicht|sage ich nicht|geht sie nichts an|keine angabe|"
    r"je prefere ne pas|je ne veux pas|ca ne vous regarde pas|"
    r"prefiero no|no quiero decir|no es asunto)\b"
)
_SKIPPED = re.compile(
    r"\W*(?:(?:ok|um|uh|er|hm+|well|sorry|let's|lets|please|can we|i'll|we can|oh|nah|"
    r"no)[ ,.]{1,3}){0,3}(?:skip(?: (?:this|that|it|the question|this one|that one))?|pass|"
    r"next(?: question)?|move on|n/?a|not applicable|"
    r"uberspringen|weiter|passer|passe|saltar|siguiente)(?:[ ,]{1,2}(?:please|thanks|thank you|for now|bitte))?\W*"
)
_TAIL = (
    r"(?=\W*(?:$|yet|sorry|tbh|to be honest|honestly|exactly|for sure|right now|at the moment|"
    r"at this point|really|about (?:that|this)|either|i'm afraid|when|how (?:many|much)|our|the|my|so|but|"
    r",|\.|!|noch|encore|todavia))"
)
_UNKNOWN = re.compile(
    rf"\b(?:(?:i |we )?(?:really |honestly |still )?(?:don't|dont|do not|didn't) (?:really |quite |"
    rf"actually )?know(?: (?:that|it|this))?{_TAIL}(?! what| why| who)|"
    rf"(?:(?:not|n't)(?: really| quite| entirely| totally| so| too| 100%)? (?:sure|certain|decided|clear)|unsure)"
    rf"(?: about (?:that|this|it))?(?: yet)?{_TAIL}|"
    r"(?:not|n't) (?:really|yet|right now|at the moment|at this point)(?=\W*(?:$|sorry|[.,!;]))|"
    r"idk|dunno|no idea|no clue|haven't (?:\w+ )?(?:decided|set|agreed|thought|got|made up|worked|fixed|planned|"
    r"picked|a clue|the foggiest)|have not decided|(?:hasn't|not) been (?:decided|set|agreed|fixed)|"
    r"(?:isn't|is not|aren't|are not) (?:set|fixed|decided)|"
    r"to be (?:decided|confirmed|defined|determined)|tbd|tbc|not decided|hard to say|can't say yet|"
    r"depends|too early to (?:say|tell)|undecided|"
    r"weiß (?:ich )?(?:noch )?nicht|wissen wir (?:noch )?nicht|noch nicht|keine ahnung|noch offen|"
    r"je ne sais pas|on ne sait pas|pas encore|aucune idee|no (?:lo )?(?:se|sabemos)|ni idea|"
    r"todavia no|aun no)"
)
# Somebody else knows or decides, or it is left for later.
_ELSEWHERE = re.compile(
    r"\b(?:(?:my|our|the) (?:\w+ )?(?:boss|manager|director|ceo|cfo|chef|wife|husband|partner|parents|landlord|head|"
    r"accountant|accounts|finance|board|colleague|team|it|office|mum|mom|dad|client)(?: \w+){0,2}? (?:hasn't|has not|"
    r"haven't|knows?|decides?|will (?:decide|know|tell)|would know|has to|needs to|handles|deals|does that)|"
    r"(?:boss|manager|director) decides|up to (?:my|our|the|him|her|them)|(?:that's )?between me and|above my pay|"
    r"(?:i'd|i'll|i would|we'd|we'll|i|we) (?:would |will )?(?:have to|need to|must|gotta) (?:ask|check|look|find "
    r"out|talk|speak|"
    r"discuss)|(?:need|have|must|gotta)(?: to)? (?:ask|check|look (?:it|that) up|find out)|"
    r"(?:still )?(?:figuring|working) (?:that|it|this) out|(?:still )?(?:waiting (?:for|on)|thinking about)|"
    r"nothing (?:is )?(?:fixed|set|decided|planned)|not (?:fixed|finali[sz]ed|planned|known|set|confirmed)|up in "
    r"the air|"
    r"(?:leave|park|keep|save) (?:that|it|this)(?: one)?(?: for (?:later|now))?$|for later\b|"
    r"(?:(?:talk|discuss|speak|come back|get back|tell you|say|see|let you know)(?: \w+){0,3} later)|"
    r"(?:couldn't|could not|can't|cannot|wouldn't)(?: really)? (?:say|tell|know|tell you|guess|put a number)\b|"
    r"hard to (?:say|tell|put|estimate|know|guess)|difficult to (?:say|tell|put|estimate)|impossible to (?:say|tell)|"
    r"(?:it |that )?(?:varies|changes|fluctuates)|(?:get|come) back to you|beats me|who knows|search me|your guess|"
    r"not a clue|haven't (?:got "
    r")?a clue|"
    r"haven't (?:\w+ )?(?:counted|checked|asked|looked|heard|had a chance)|haven't (?:got )?(?:the|my|that|it)(?: "
    r"\w+){0,3} "
    r"(?:to hand|here|with me|handy)|don't have (?:the|my|that|it|any)(?: \w+){0,3} (?:to hand|here|with me|handy|"
    r"in front of me)|"
    r"off the top of my head|anonymous|i don't do (?:phone )?calls|(?:no|without) (?:phone|calls|e-?mails?)(?: "
    r"calls)? please|"
    r"rather by (?:e-?mail|phone|chat)|(?:prefer|happy) to stay in (?:the )?chat|pass on (?:that|this)|none of that|"
    r"weiss? (?:nur )?(?:mein|meine|unser|der|die) |weiß (?:nur )?(?:mein|meine|unser|der|die) |muss ich (?:erst "
    r")?(?:fragen|nachsehen|"
    r"klaren)|entscheidet (?:mein|meine|unser|der|die)|(?:steht|ist) noch nicht (?:fest|klar)|kommt (?:ganz "
    r")?darauf an|"
    r"spater|plus tard|(?:je|il) (?:dois|faut que je) demander|ca depend|mas tarde|tengo que preguntar|depende)\b"
)
_OPEN = re.compile(
    r"\W*(?:still |completely |totally |all )?(?:open|undecided|unknown|unclear|later|whatever|offen|ouvert|abierto)\W*"
)
_LACKING = re.compile(
    r"\b(?:(?:we |i )?(?:don't|do not|dont) have (?:a |an |any )?(?:\w+ ){0,2}|(?:we |"
    r"i )?have no (?:\w+ )?|(?:there's |there is )?no (?:\w+ )?|(?:kein\w*|noch kein\w*) (?:\w+ )?|"
    r"pas de (?:\w+ )?|sin |no tenemos (?:\w+ )?)"
    r"(?:budget|date|deadline|phone|number|email|e-mail|company|name|plan|preference|figure|idea|"
    r"limit|fixed budget|set date|termin|firma|telefon|presupuesto|fecha|telephone)\b"
)
_NOT_HAVING = re.compile(
    r"\W{0,3}(?:i |we )?(?:don't|do not|dont|haven't) (?:have|got) (?:one|any|that)(?: yet)?\W{0,3}|"
    r"\W{0,3}(?:well )?we(?:'ll| will) see\W{0,3}|\W{0,3}that's (?:a|my) secret\W{0,3}"
)
_NO = re.compile(
    r"\W*(?:no|nope|nah|nein|non|no way|absolutely not|definitely not|no thanks|no thank you|"
    r"lieber nicht|not now|not yet|later|maybe later|another time)(?:[ ,]{1,2}(?:sorry|thanks|"
    r"thank you|danke|merci|gracias))?\W*"
)
_ABOUT_UNDERSTANDING = re.compile(
    r"\b(?:what (?:you|that|this|it)|why|who you|which|if (?:you|it|that|this)|whether|understand)\b"
)
_SURE_OF_NO = 0.85
_LONGEST = 160  # characters of an answer that says it does not know; what is longer says something


def declined(
    message: Message, kind: Kind, *, is_asked: bool, words_of_question: frozenset[str]
) -> tuple[int, int, float] | None:
    """Where the words stand that decline the question, and how sure that is. Without being asked, only a refusal that
    names what it refuses ("I won't tell you my budget")."""
    refused = _REFUSED.search(message.plain)
    if refused:
        behind = set(re.findall(r"[a-z]+", message.plain[refused.end() : refused.end() + 60]))
        if is_asked or behind & words_of_question:
            return refused.start(), refused.end(), 0.95
    if not is_asked or message.plain.rstrip().endswith("?") or len(message.text) > _LONGEST:
        return None
    if kind is Kind.TEXT and not (_SKIPPED.fullmatch(message.plain) or _UNKNOWN.search(message.plain)):
        return None  # what somebody else does or what changes may be the answer
    for pattern, is_whole in (
        (_SKIPPED, True),
        (_UNKNOWN, False),
        (_OPEN, True),
        (_ELSEWHERE, False),
        (_LACKING, False),
        (_NOT_HAVING, True),
        (_NO, True),
    ):
        found = pattern.fullmatch(message.plain) if is_whole else pattern.search(message.plain)
        if (
            found
            and not _ABOUT_UNDERSTANDING.search(message.plain)
            and not (kind is Kind.TEXT and pattern in (_LACKING, _NO))
        ):
            start, end = _trimmed(message.plain, found.start(), found.end())
            return (start, end, 0.9 if pattern is not _NO else _SURE_OF_NO) if end > start else None
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end
