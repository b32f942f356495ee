"""Questions in everyday words ask what pages say in theirs."""

from __future__ import annotations

import pytest

from agents.llm.builtin.question.everyday import in_pages_words

DELIVERY = "how long does delivery take"
RETURNS = "can I return it for a refund"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("when would it arrive if I order today?", f"{DELIVERY} if I order today?"),
        ("how soon can I get one", DELIVERY),
        ("how long till it's here?", f"{DELIVERY}?"),
        ("can I get it by next tuesday", DELIVERY),
        ("will it be here before Christmas, we are in Leeds", f"{DELIVERY}, we are in Leeds"),
        ("what if I don't like it", RETURNS),
        ("what happens if they don't fit?", f"{RETURNS}?"),
        ("wat if i change my mind", RETURNS),
        ("can i send it back", RETURNS),
        ("do i get my money back if it rains", "can I get a refund if it rains"),
        ("what if it breaks down", "what if it is faulty or breaks, is there a warranty"),
        ("do I have to sign up", "do I need an account to order"),
        ("how much will it set me back", "how much does it cost"),
        ("can I try it before I buy", "can I try it first, is there a free trial"),
        ("would you come out to our office?", "which area do you serve?"),
        ("who owns the shop?", "who is the owner, who opened and runs the business?"),
        ("who is the boss", "who is the owner, who opened and runs the business"),
        ("do you take amex", "do you take american express"),
        ("can I charge my EV", "can I charge my electric car"),
        ("how do I get hold of someone", "how can I contact you"),
        ("do you work weekends", "are you open weekends"),
        ("do you guys work on Saturdays?", "are you open on Saturdays?"),
        ("do you operate on bank holidays", "are you open on bank holidays"),
        ("could you do it any cheaper?", "is there a discount?"),
        ("can u give us a better price on ten", "is there a discount on ten"),
        ("thats a bit expensive", "is there a discount"),
        ("that's steep", "is there a discount"),
        ("that's a lot of money", "is there a discount"),
        ("no, i mean the price", "and the price"),
        ("compare the chairs", "what chairs do you have"),
        ("thats a lot. any discount?", "any discount?"),
        ("That's great, when do you open?", "when do you open?"),
        ("would you knock £50 off?", "is there a discount?"),
        ("whats your best price", "is there a discount"),
        ("can we pick the chairs up", "can we collect the chairs"),
        ("can I pick up on Friday", "can I collect on Friday"),
    ],
)
def test_everyday_words_are_read_as_what_pages_say(written: str, read: str) -> None:
    assert in_pages_words(written) == read


@pytest.mark.parametrize(
    "message",
    [
        "can we get a refund on a yearly plan",
        "can I get the report before I sign",
        "what if I don't like spiders",
        "does the bike come with a light",
        "what's the damage to the door",
        "can I get it in blue",
        "who owns the copyright",
        "who runs the Monday class",
        "when will the shop open",
        "how long until the sale ends",
        "do you work with resellers",
        "do I have to take shoes off",
        "what is the best price for a bike",
        "do you do cheaper bikes",
        "can I pick the colour",
        "it's for 40 people. which one fits?",
        "is it a lot of work",
        "I mean it",
        "compare the chairs with the benches",
        "do you work on Saturday's boats",
        "do you work from home at weekends",
    ],
)
def test_other_questions_stay_as_they_are(message: str) -> None:
    assert in_pages_words(message) == message
