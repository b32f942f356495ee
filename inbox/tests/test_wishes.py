"""A visitor who wants a person is understood, and one who does not is left with the agent."""

import pytest

from inbox.wishes import wants_person


@pytest.mark.parametrize(
    "text",
    [
        "Can I talk to a human?",
        "I would like to talk to a person.",
        "i want to speak to a real person",
        "human agent please",
        "Could I speak with someone from sales?",
        "Why can't I talk to a human here?",
        "You are not helpful, let me speak to a person",
        "No, I want to talk to a person",
        "Agent",
        "Kann ich mit einem Menschen sprechen?",
        "Je voudrais parler à un conseiller",
        "Quiero hablar con una persona",
    ],
)
def test_a_wish_is_understood(text):
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "How many people can the machine serve?",
        "I don't want to talk to a person",
        "I do not need to speak to someone right now",
        "Is it one price per person?",
        "Do you have an agent in Oslo?",
        "Ich möchte keinen Menschen sprechen",
        "No quiero hablar con una persona",
        "I work in human resources",
        f"{'We are a firm with many questions about machines. ' * 10}Can I talk to a human?",
    ],
)
def test_what_is_no_wish_is_none(text):
    assert not wants_person(text)
