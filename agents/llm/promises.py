"""Detects promises in an answer that nobody may keep; language models make them in spite of their rules.

Reads English, German, French and Spanish. A statement from the company's pages may look like one ("we will call you
before delivery"); what is then shown does no harm.
"""

from __future__ import annotations

import re

_WHO = (
    r"(?:i|we|someone|somebody|(?:a|an|one of our|our|the|my) (?:[a-z]+ )?"
    r"(?:team|colleagues?|people|experts?|staff|reps?|representatives?|specialists?|advisors?|agents?|managers?))"
)
_DONE = (
    r"(?:forward(?:ed)?|pass(?:ed)?|call(?:ed)?|contact(?:ed)?|reach(?:ed)? out|get back|got back|be in touch|"
    r"get in touch|come back to you|follow(?:ed)? up|e-?mail(?:ed)?|write|written|send|sent|book(?:ed)?|"
    r"schedul(?:e|ed)|arrang(?:e|ed)|notif(?:y|ied)|reserv(?:e|ed)|order(?:ed)?|let (?:\w+ ){1,3}know|ring|rung|"
    r"connect(?:ed)?|transfer(?:red)?|escalat(?:e|ed)|text(?:ed)?)"
)
_DOING = (
    r"(?:forwarding|passing|calling|contacting|sending|booking|scheduling|arranging|notifying|reserving|ordering|"
    r"connecting|transferring|escalating)"
)
_PROMISED = re.compile(
    "|".join(
        (
            rf"\b{_WHO}(?:['’]ll| will| shall| am going to| are going to| is going to| have| has|['’]ve)\s+"
            rf"(?:\w+[ ,]+){{0,4}}?{_DONE}\b",
            rf"\b(?:i am|i'm|i’m|we are|we're|we’re) (?:now |just )?{_DOING}\b",
            r"\blet me (?:\w+ ){0,2}?(?:forward|pass|book|schedule|arrange|notify|connect|transfer|reserve)\b",
            r"\byou(?:['’]ll| will| can expect to)? (?:\w+ ){0,2}?hear (?:back )?from (?:us|our|the team|me|someone)\b",
            r"\b(?:expect|receive|get) an? (?:call|e-?mail|message) from (?:us|our|the team|me|someone|one of)\b",
            r"\byour (?:\w+ ){0,2}?(?:request|message|details|inquiry|enquiry|order|appointment|booking|question|demo)"
            r" (?:has|have|is|was) (?:now |already )?(?:been )?"
            r"(?:forwarded|passed|sent|booked|confirmed|scheduled)\b",
            # German
            r"\b(?:ich|wir|unser team|ein(?:e)? (?:kolleg\w+|mitarbeiter\w*|berater\w*))"
            r" (?:(?:leite|gebe|reserviere|buche|vereinbare|informiere|verbinde|melde|rufe|schicke|sende)n?t?"
            r"|werden?|wird|habe[n]?|hat)\b[^.!?\n]{0,80}?"
            r"\b(?:weiter(?:geleitet|leiten|geben|gegeben)?|melden|zurückrufen|anrufen|rufen|kontaktieren|reserviert|"
            r"gebucht|vereinbart|informiert|verbunden|geschickt|gesendet|(?:bei|mit) ihnen(?! sprechen))\b",
            # French
            r"\b(?:je|nous|notre équipe|un(?:e)? (?:collègue|conseill\w+)|quelqu['’]un)"
            r" (?:(?:vous|lui|leur|l['’]) ?)?"
            r"(?:transmets|transmettons|transmettra|contacterai|contacterons|contactera|rappellerai|rappellerons|"
            r"rappellera|recontactera|recontacterons|écrirai|écrira|enverrai|enverrons|enverra|réserve|"
            r"(?:ai|avons|a) (?:transmis|réservé|envoyé|prévenu|informé)|mets en relation)\b",
            # Spanish
            r"\b(?:(?:me|nos|se) (?:pondré|pondremos|pondrá) en contacto|(?:le|te|os|les) "
            r"(?:llamaré|llamaremos|llamará|escribiré|escribiremos|escribirá|contactaré|contactaremos|contactará|"
            r"enviaré|enviaremos|enviará)|"
            r"(?:he|hemos|ha) (?:enviado|pasado|reservado|informado|transmitido)|"
            r"(?:paso|pasaré|pasaremos|transmito|transmitiré) su)\b",
        )
    ),
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|no|cannot|n['’]t|nicht|nie|kein\w*|pas|jamais|nunca)\b|n['’]t\b", re.IGNORECASE)


def makes_promise(answer: str) -> bool:
    """Whether an answer says that somebody will do, or has done, something for the visitor."""
    return any(not _DENIED.search(found.group()) for found in _PROMISED.finditer(answer))
