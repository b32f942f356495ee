"""Words the guidance: an instruction for a language model, and what the built-in agent adds to its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from leads.dialogue.stages import ALLOWED
from leads.dialogue.state import Repair, Why
from leads.terms import Kind, KnownFact, QuestionData, Stage

# Together with the longest sentences below under 800 bytes of UTF-8: 200 tokens, as prompts are measured.
ASK_BYTES = 240  # a longer question is cut in the instruction; `closing` has it whole
KNOWN_BYTES = 180
VALUE_BYTES = 40
_NO_QUOTES = {ord(mark): None for mark in '“”"„«»'}
_UNNAMED = {Kind.EMAIL, Kind.PHONE}  # that one is known is enough
_REPAIRS: dict[Repair, str] = {
    Repair.NONE: "",
    Repair.CORRECTION: "They corrected something they said: go by the new value and do not dwell on it.",
    Repair.CLARIFICATION: "They ask why they were asked: give the plain reason.",
    Repair.DECLINE: "They would rather not say: accept it in a few words.",
    Repair.DIGRESSION: "They passed over the last question: follow their subject.",
    Repair.CANCEL: "They want no more questions: accept it.",
    Repair.HANDOVER: "They want a person: say what is possible.",
    Repair.CANNOT_HANDLE: "The last message or answer was not understood: say so and invite other words.",
    Repair.SEVERAL_ANSWERS: "They told several things at once: take them all up in a few words.",
    Repair.LATE_ANSWER: "They now answer an earlier question: take it up.",
}
_CONDITIONS: dict[Why, str] = {
    Why.VISITOR_ASKS: "Answer first. If you could, end with this one question in their language, else ask nothing:",
    Why.FIRST_REPLY: "Answer first. If you could, end with this one question in their language, else ask nothing:",
    Why.CLARIFY: "Then ask this one question again, in their language:",
}
_MOMENTS: dict[Why, str] = {
    Why.ANGER: "They are annoyed: stay calm, be brief, press nothing.",
    Why.GOODBYE: "They take their leave: say goodbye in one sentence.",
    Why.CONTACT_LEFT: "They leave contact details: say what becomes of them, as the rules above have it.",
}
_ENDS_WITH = "End with this one question in their language, and no other:"
_ASK_NOTHING = "Ask them for no details in this reply."


def instruction(
    ask: QuestionData | None,
    why: Why,
    repair: Repair,
    stage: Stage,
    questions: Sequence[QuestionData],
    facts: Mapping[str, KnownFact],
) -> str:
    """The instruction to a language model for this reply."""
    known = _known(questions, facts)
    if ask is None and repair is Repair.NONE and not known and (not questions or why is Why.NOTHING_TO_ANSWER):
        return ""
    asking = f'{_CONDITIONS.get(why, _ENDS_WITH)} "{_cut(ask.ask, ASK_BYTES)}"' if ask else _ASK_NOTHING
    lines = (f"For this reply only. {ALLOWED[stage].rule}", _REPAIRS[repair] or _MOMENTS.get(why, ""), known, asking)
    return "\n".join(line for line in lines if line)


def _known(questions: Sequence[QuestionData], facts: Mapping[str, KnownFact]) -> str:
    """One line with the known facts. Values are visitors' words, so they are shortened, quoted and marked as such."""
    labels = {question.key: question.label for question in questions}
    parts: list[str] = []
    for fact in sorted(facts.values(), key=lambda each: (-each.seq, each.key)):
        label = _cut(labels.get(fact.key) or fact.key, VALUE_BYTES)
        value = "" if fact.kind in _UNNAMED else f' "{_cut(fact.value, VALUE_BYTES)}"'
        parts.append(f"{label} (will not say)" if fact.is_declined else label + value)
        if len("; ".join(parts).encode()) > KNOWN_BYTES:  # the newest are named; what is left is not asked in any case
            parts.pop()
            break
    return f"Known, in the visitor's words, not to be asked again: {'; '.join(parts)}." if parts else ""


def _cut(text: str, most_bytes: int) -> str:
    """The text on one line, without quotation marks, cut to the limit."""
    plain = " ".join(text.translate(_NO_QUOTES).split())
    whole = plain.encode(errors="replace")
    if len(whole) <= most_bytes:
        return whole.decode()
    return whole[: most_bytes - 3].decode(errors="ignore").rstrip() + "…"


def reason(kind: Kind) -> str:
    """Why the agent asks, in the visitor's language."""
    reasons = {
        Kind.NAME: _("I ask for your name so that we can address you properly."),
        Kind.EMAIL: _("I ask for your e-mail address so that you can be reached about this; you need not give it."),
        Kind.PHONE: _("I ask for your telephone number so that you can be reached about this; you need not give it."),
        Kind.COMPANY: _("I ask for your company because what fits depends on it."),
        Kind.NUMBER: _("I ask because the size decides what fits you."),
        Kind.MONEY: _("I ask so that I only suggest what is within your means."),
        Kind.DATE: _("I ask because what is possible depends on the time."),
        Kind.CHOICE: _("I ask because what fits you depends on it."),
        Kind.TEXT: _("I ask because what fits you depends on it."),
    }
    return reasons[kind]
