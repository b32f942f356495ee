"""Small talk is answered without looking anything up, and questions are not taken for it."""

from __future__ import annotations

import pytest

from agents.llm.builtin.question.smalltalk import small_talk
from agents.llm.builtin.question.wordless import is_mash
from agents.tests.builtin.conftest import Ask
from language.embeddings import Encoder


@pytest.mark.parametrize(
    ("message", "talk"),
    [
        ("hi", "greeting"),
        ("Hello there!", "greeting"),
        ("good morning", "greeting"),
        ("thanks a lot", "thanks"),
        ("ok thank you so much!", "thanks"),
        ("who are you?", "who"),
        ("what's your name", "who"),
        ("are you a real person?", "human"),
        ("am I talking to a bot", "human"),
        ("what can you do?", "able"),
        ("bye", "bye"),
        ("hmm. thats everything then, bye", "bye"),
        ("That's all for now, thanks!", "bye"),
        ("you are useless", "complaint"),
        ("ok", "ok"),
        ("no thanks", "no"),
        ("ok, I'll think about it", "no"),
        ("maybe later", "no"),
        ("how are you?", "how_are_you"),
        ("u there?", "greeting"),
        ("hello, anybody here?", "greeting"),
        ("you still there", "greeting"),
        ("👍", "ok"),
        ("👍🏽👍🏽", "ok"),
        ("❤️", "ok"),
        (":-)", "ok"),
        ("🙏", "thanks"),
        ("👋", "greeting"),
        ("👎", "complaint"),
        ("😡😡", "complaint"),
        (":(", "complaint"),
    ],
)
def test_small_talk_by_words_alone(message: str, talk: str) -> None:
    assert small_talk(message) == talk


@pytest.mark.parametrize(
    "message",
    ["hi, what does the Tram cost?", "who repairs my bike?", "thanks, and do you ship to Spain?", "what are your hours",
     "how are deliveries made", "are you open on Sunday", "no charger, what now?", "are you there on Sunday",
     "👍 which bike is best?", "🚲?", "???"],
)  # fmt: skip
def test_questions_are_not_small_talk(message: str, encoder: Encoder) -> None:
    assert small_talk(message) is None
    assert small_talk(message, encoder) is None


def test_near_misses_of_the_patterns_are_found_by_meaning(encoder: Encoder) -> None:
    assert small_talk("thank you, that really helped me", encoder) == "thanks"


def test_who_answers_is_named_and_says_it_is_an_ai(ask: Ask) -> None:
    found = ask("who are you?")

    assert found.band == "talk"
    assert "Ada" in found.text
    assert "AI assistant" in found.text
    assert found.cited == ()


@pytest.mark.parametrize(
    "message", ["asdfgh", "qwertz uiop", "sdfsdf", "lkjhg", "hgfdsa!!", "xkcdbrt", "???", "🚲", "..."]
)
def test_keys_struck_at_random_are_not_looked_up(ask: Ask, message: str) -> None:
    found = ask("what does the Harbour cost?", message)

    assert found.band == "ask"
    assert found.cited == ()
    assert "look under" not in found.text


@pytest.mark.parametrize(
    "message",
    ["flask", "property", "typewriter", "liberty", "rhythm", "Schmidt", "HTML", "DHL", "Qatar", "alaska", "hjk 40"],
)
def test_words_are_not_taken_for_keys_struck_at_random(message: str) -> None:
    assert not is_mash(message)
