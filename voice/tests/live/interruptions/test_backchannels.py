"""Which words over an answer are no turn."""

import pytest

from voice.live.backchannels import is_backchannel

TOLD = "It costs ninety euros and is in stock."
ASKED = "Shall I send it to you? It would"


@pytest.mark.parametrize(
    "said", ["Mm-hm.", "Mhm", "mm hm", "Hmm…", "Uh-huh.", "uh huh", "Aha!", "Ah.", "MMM", "mm, mhm"]
)
@pytest.mark.parametrize("language", ["en", "de", "fr", ""])
def test_sounds_are_in_every_language(said, language):
    assert is_backchannel(said, language, TOLD)


@pytest.mark.parametrize(
    "said", ["Yeah.", "Okay, right.", "I see.", "Yes, I see.", "Oh, okay, sure.", "Got it!", "mm-hm, yes"]
)
def test_english_words(said):
    assert is_backchannel(said, "en", TOLD)


@pytest.mark.parametrize("said", ["Ja.", "Ja, genau.", "Ach so!", "Alles klar.", "Ja, ich verstehe.", "Okay."])
def test_german_words(said):
    assert is_backchannel(said, "de", TOLD)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "…",
        "No.",
        "Wait.",
        "Stop, okay.",
        "See.",
        "I",
        "Yes, and the price",
        "Yeah yeah yeah yeah",
        "Right?",
        "Thanks.",
    ],
)
def test_whoever_wants_something_takes_a_turn(said):
    assert not is_backchannel(said, "en", TOLD)


@pytest.mark.parametrize("language", ["", "fr", "de"])
def test_words_of_another_language_are_a_turn(language):
    assert not is_backchannel("Yeah.", language, TOLD)


@pytest.mark.parametrize("said", ["Yes.", "Sure.", "Okay.", "Mm-hm."])
def test_after_a_question_they_are_its_answer(said):
    assert not is_backchannel(said, "en", ASKED)


def test_a_long_noise_of_one_letter_is_a_turn_at_once():
    assert not is_backchannel("u" + "h" * 100_000, "en", TOLD)
