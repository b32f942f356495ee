"""Whole dialogues, line by line: what each reply asks, why, and where the sale then stands."""

from __future__ import annotations

import pytest

from leads.tests.dialogue.talk import Talk

# What the visitor says, what is told in it, how sure the answer is; key asked, why, repair, stage.
Line = tuple[str, dict[str, str], str, str, str, str, str]

IGNORES: list[Line] = [
    ("Hello", {}, "", "", "small_talk", "", "discover"),
    ("Do you deliver to Leeds?", {}, "answered", "people", "first_reply", "", "discover"),
    ("And what does delivery cost?", {}, "answered", "", "asked_last_turn", "digression", "discover"),
    ("Is the coffee organic?", {}, "answered", "people", "visitor_asks", "", "discover"),
    ("How is it roasted?", {}, "answered", "", "asked_last_turn", "digression", "discover"),
    ("Can I return a bag?", {}, "answered", "email", "visitor_asks", "", "discover"),
    ("Where do you roast?", {}, "answered", "", "ignored", "digression", "discover"),
    ("Who founded the company?", {}, "answered", "", "ignored", "", "discover"),
    ("We are 40 people by the way", {"people": "40"}, "answered", "", "ignored", "", "discover"),
    ("Which plan fits us?", {}, "answered", "email", "visitor_asks", "", "present"),
]
DECLINES: list[Line] = [
    ("Which plans are there?", {}, "answered", "people", "first_reply", "", "discover"),
    ("I'd rather not say", {"people": ""}, "", "", "declined", "decline", "discover"),
    ("What is in the small one?", {}, "answered", "email", "visitor_asks", "", "discover"),
    ("no thanks", {}, "", "", "declined_twice", "decline", "discover"),
    ("Is there a contract?", {}, "answered", "", "declined_twice", "", "discover"),
    ("We have an old machine", {"machine": "old"}, "answered", "", "declined_twice", "", "discover"),
    ("Is it any good?", {}, "answered", "", "declined_twice", "", "qualify"),
]
THREE_AT_ONCE: list[Line] = [
    ("Hi, do you have something for an office?", {}, "answered", "people", "first_reply", "", "discover"),
    (
        "40 people, we have an old Jura machine and up to 5000 €",
        {"people": "40", "machine": "old Jura", "budget": "-5000 EUR"},
        "hedged",
        "email",
        "next_question",
        "",
        "discover",
    ),
    ("ann@example.com", {"email": "ann@example.com"}, "", "", "contact_left", "", "qualify"),
    ("Which plan do you recommend?", {}, "answered", "start", "visitor_asks", "", "present"),
    ("In March", {"start": "2027-03"}, "", "", "later", "", "present"),
    ("That is too expensive for us", {}, "answered", "", "doubt", "", "objections"),
    ("All right, please send me a quote", {}, "answered", "", "nothing_left", "", "close"),
    ("Thank you, bye", {}, "", "", "goodbye", "", "follow_up"),
]
ASKS_BACK: list[Line] = [
    ("What do you sell?", {}, "answered", "people", "first_reply", "", "discover"),
    ("Why do you ask?", {}, "refused", "people", "clarify", "clarification", "discover"),
    ("About forty", {"people": "40"}, "", "email", "next_question", "", "discover"),
    ("Why do you need that?", {}, "", "email", "clarify", "clarification", "qualify"),
    ("Why should I give you that?", {}, "", "", "clarify", "clarification", "qualify"),
    ("How do you clean the machine?", {}, "answered", "machine", "visitor_asks", "", "qualify"),
    ("Sorry, I meant 50 people", {"people": "50"}, "answered", "", "asked_last_turn", "correction", "qualify"),
    ("Do you buy old machines?", {}, "answered", "machine", "visitor_asks", "", "qualify"),
    ("An old Jura", {"machine": "old Jura"}, "", "budget", "next_question", "", "qualify"),
    ("In March", {"start": "2027-03"}, "", "", "asked_last_turn", "digression", "qualify"),
    ("Up to 8k", {"budget": "-8000"}, "answered", "", "later", "", "qualify"),
]
LEAVES_ANGRILY: list[Line] = [
    ("Prices please", {}, "answered", "people", "first_reply", "", "discover"),
    ("This is ridiculous, you are useless", {}, "", "", "anger", "", "discover"),
    ("What does the large plan cost?", {}, "answered", "", "anger", "", "discover"),
    ("I want to talk to a human", {}, "", "", "anger", "handover", "discover"),
]


# The same with facts that were read before the reply.
READ_AT_ONCE: list[Line] = [
    ("What plans do you have?", {}, "answered", "people", "first_reply", "", "discover"),
    ("Is there one without a contract?", {}, "answered", "", "asked_last_turn", "digression", "discover"),
    ("Which coffees?", {}, "answered", "people", "visitor_asks", "", "discover"),
    ("And can we change them?", {}, "answered", "", "asked_last_turn", "digression", "discover"),
    ("Ah, we are 40 here", {"people": "40"}, "answered", "email", "next_question", "late_answer", "qualify"),
    ("Is that a newsletter?", {}, "answered", "", "asked_last_turn", "digression", "qualify"),
    (
        "No, 45 people, an old Jura, and at most 5000 €",
        {"people": "45", "machine": "old Jura", "budget": "-5000 EUR"},
        "answered",
        "email",
        "asked_again",
        "correction",
        "qualify",
    ),
    (
        "ann@example.com, from March on",
        {"email": "ann@example.com", "start": "2027-03"},
        "",
        "",
        "contact_left",
        "several_answers",
        "present",
    ),
    ("Can you make me an offer?", {}, "answered", "", "nothing_left", "", "close"),
    ("Great", {}, "", "", "small_talk", "", "follow_up"),
]


@pytest.mark.parametrize(
    "lines",
    [IGNORES, DECLINES, THREE_AT_ONCE, ASKS_BACK, LEAVES_ANGRILY],
    ids=["ignores", "declines", "three at once", "asks back", "leaves angrily"],
)
def test_a_dialogue_is_guided_line_by_line(lines):
    _follow(Talk(), lines)


def test_facts_that_are_read_before_the_reply_count_in_it():
    _follow(Talk(at_once=True), READ_AT_ONCE)


def _follow(talk: Talk, lines: list[Line]) -> None:
    for said, values, certainty, *expected in lines:
        guidance = talk.say(said, certainty, **values)

        asked = guidance.ask.key if guidance.ask else ""
        assert [asked, guidance.why, guidance.repair, guidance.stage] == expected, said
