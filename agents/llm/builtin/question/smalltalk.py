"""Answers greetings, thanks, goodbyes and "who are you" without a search."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from agents.llm.builtin.question.wordless import said_by_signs
from agents.llm.offers import offer
from language.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.llm.request import Passage, Promise
    from language.embeddings import Encoder

Talk = Literal["greeting", "how_are_you", "who", "human", "able", "thanks", "bye", "ok", "no", "praise", "complaint"]

MAX_WORDS = 10
NEAR = 0.66  # cosine to a prototype; 0.62 had one false alarm in 225 questions: bench/answers/rounds.md
_TAIL = (
    r"(?:\s+(?:there|all|everyone|team|guys|again|so|very|much|a lot|a bunch|then|now|and|for|the|your|you|help|that|it"
    r"|bot|mate|please|today))*\W*$"
)
_HI = r"(?:(?:hi|hello|hey)\W+)?"
_ALL = r"that(?:['’]?s| is| was| will be) (?:all|everything)"
_WHO = r"(?:human|real|robot|bot|machine|ai|chat ?bot|person)"
_SAID: dict[Talk, str] = {
    "greeting": r"^\W*(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|hallo|bonjour|"
    rf"hola|ciao|servus|moin)(?:\W+(?:hi+|hello+|hey+))*{_TAIL}"
    rf"|^\W*{_HI}(?:(?:(?:are|r) )?(?:you|u) (?:still )?(?:there|here|around|online)"
    r"|(?:is )?(?:anyone|anybody|someone|somebody) (?:there|here|around|online))\W*$",
    "how_are_you": rf"^\W*{_HI}(?:how are (?:you|u|things)|how(?:'s| is) it going|what'?s up|how do you do|"
    r"you (?:ok|alright))\b[^?]{0,20}\W*$",
    "human": rf"\b(?:are|r) (?:you|u|this) (?:a |an |really )*{_WHO}\b"
    rf"|\bam i (?:talking|speaking|chatting) (?:to|with) (?:a |an )*{_WHO}\b"
    rf"|^\W*is (?:this|there) (?:a |an )*(?:real person|{_WHO})\W*$",
    "who": rf"^\W*{_HI}(?:who (?:are|r) (?:you|u)|what(?:'s| is) your name|what are you|do you have a name|"
    r"who am i (?:talking|speaking|chatting) (?:to|with)|introduce yourself|who made you|"
    r"are you chatgpt)\b\W*\w*\W*$",
    "able": r"^\W*(?:what can (?:you|u) (?:do|help (?:me )?with)|how can you help(?: me)?|what do you know|"
    r"what can i ask(?: you)?|help(?: me)?(?: please)?|can you help(?: me)?)\W*$",
    "thanks": r"^\W*(?:(?:ok(?:ay)?|great|perfect|cool|nice|awesome|alright)\W+)?(?:many )?"
    rf"(?:thanks|thank (?:you|u)|thx|ty|cheers|much appreciated|appreciate it|merci|danke|gracias){_TAIL}",
    "bye": r"^\W*(?:(?:ok(?:ay)?|thanks|thank you|great|hm+|well|right|no|nope|perfect|good)\W+)*"
    rf"(?:{_ALL}(?: then| for (?:now|today))?\W+)?"
    r"(?:bye+|goodbye|bye bye|see (?:you|ya)(?: later| soon)?|good ?night|"
    rf"have a (?:nice|good|great) (?:day|one|evening|weekend)|{_ALL})"
    rf"(?: for (?:now|today))?(?:\W+(?:thanks|thank you|cheers))?{_TAIL}",
    "ok": r"^\W*(?:ok(?:ay)?|k|alright|all right|got it|i see|understood|fine|sure|cool|great|perfect|nice|good|"
    r"awesome|yes|yeah|yep|yup|right|lol|haha+|wow|hm+)(?:\W+(?:ok|okay|good|great|cool|nice))*\W*$",
    "no": r"^\W*(?:no|nope|nah|not really|no thanks|no thank you|nothing(?: else)?|never ?mind|forget it|"
    r"(?:ok(?:ay)?\W+)?(?:i(?:['’]?ll| will| need to| have to|['’]d like to)|let me) (?:think|sleep)"
    r"(?: (?:about|on|over|it|this|that|a bit|first))*|(?:maybe )?(?:later|another time)|not (?:now|today|yet))\W*$",
    "complaint": r"^\W*(?:you(?:'re| are|r)? (?:useless|stupid|no help|not helpful|wrong)|wrong answer|bad bot|"
    r"this is useless|that(?:'s| is| was) (?:not (?:what i asked|helpful|right)|wrong|useless|no help))\W*$",
    "praise": r"^\W*(?:you(?:'re| are) (?:great|awesome|the best|very helpful|helpful|amazing)|good bot|well done|"
    r"that(?:'s| is| was) (?:great|helpful|perfect|all i needed))\W*$",
}
_PATTERNS = {talk: re.compile(pattern, re.IGNORECASE) for talk, pattern in _SAID.items()}
_PROTOTYPES: dict[Talk, tuple[str, ...]] = {
    "greeting": ("hello there", "hi, I have a question", "good morning to you"),
    "how_are_you": ("how are you doing today", "how's your day"),
    "who": ("who are you exactly", "tell me about yourself", "what should I call you"),
    "human": ("am I chatting with a robot or a human", "is this an AI"),
    "able": ("what kind of questions can you answer", "what are you able to help with"),
    "thanks": ("thank you so much for your help", "thanks, that helped a lot", "that was helpful, thank you"),
    "bye": ("goodbye, see you soon", "that is all, have a nice day", "I have to go now"),
}


def small_talk(question: str, encoder: Encoder | None = None) -> Talk | None:
    """Which small talk the whole message is; None if it may have a question."""
    if len(words(question)) > MAX_WORDS:
        return None
    if signed := said_by_signs(question):
        return signed
    for talk, pattern in _PATTERNS.items():
        if pattern.search(question):
            return talk
    if encoder is None or not words(question) or any(letter.isdigit() for letter in question):
        return None
    names, matrix = _prototype_vectors(encoder)
    near = matrix @ encoder.encode(question).vector
    best = int(near.argmax())
    return names[best] if near[best] >= NEAR else None


@cache
def _prototype_vectors(encoder: Encoder) -> tuple[list[Talk], Any]:
    import numpy as np

    pairs = [(talk, text) for talk, texts in _PROTOTYPES.items() for text in texts]
    encoded = encoder.encode_tokens([text for _, text in pairs])
    return [talk for talk, _ in pairs], np.stack([found.vector for found in encoded])


def talk_text(
    talk: Talk,
    agent_name: str,
    reach: Sequence[Passage] = (),
    promise: Promise | None = None,
    *,
    is_known: bool = False,
) -> str:
    """The reply to small talk. `reach` are the passages that say how to reach people; `is_known`: see `offer`.

    If the visitor asks who answers, it says that it is an AI assistant.
    """
    name = agent_name.strip() or _("the assistant")
    texts: dict[Talk, str] = {
        "greeting": _("Hello! I am %(name)s, an AI assistant. What would you like to know?"),
        "how_are_you": _("All is well, thank you. I am %(name)s, an AI assistant. What would you like to know?"),
        "who": _(
            "I am %(name)s, an AI assistant. I answer from this company's own pages, and I tell you when they do not "
            "hold the answer."
        ),
        "human": _(
            "I am %(name)s, an AI assistant, not a person. I answer from this company's pages, and I say so when they "
            "do not hold the answer."
        ),
        "able": _(
            "I am %(name)s, an AI assistant. Ask me in your own words about what this company offers, its prices and "
            "its terms. When I do not know, I say so."
        ),
        "thanks": _("You are welcome! Is there anything else you would like to know?"),
        "bye": _("Goodbye, and thank you for your visit!"),
        "ok": _("Good. Is there anything else you would like to know?"),
        "no": _("All right. I am here if a question comes up."),
        "praise": _("Thank you! Is there anything else you would like to know?"),
        "complaint": offer("complaint", reach, promise, is_known=is_known),
    }
    return texts[talk] % {"name": name}
