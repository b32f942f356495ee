"""Recognises messages in which a visitor asks to speak to a person."""

from __future__ import annotations

import re

from leads.dialogue.phrases import Sign
from leads.dialogue.signs import normalised, signs_of

MAX_CHARS = 300  # in a longer message, words about a person are probably not a wish
_TAKEN_BACK = re.compile(
    r"\b(?:dont|do not|not|never|no) (?:want|need|wish|like|wanna|have)\b(?: \w+){0,5} (?:person|human|agent|someone)\b"
    r"|\b(?:kein|keine|keinen|nicht mit einem|nicht mit einer) (?:\w+ )?(?:mensch|menschen|person|mitarbeiter)\b"
    r"|\bne (?:veux|souhaite) pas parler\b|\bno quiero hablar\b"
)


def wants_person(text: str) -> bool:
    """True for "can I talk to a human?", False for "I don't want to talk to a human"."""
    if len(text) > MAX_CHARS or Sign.PERSON not in signs_of(text):
        return False
    return not _TAKEN_BACK.search(" ".join(normalised(text)))
