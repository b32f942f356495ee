"""What messages are a sign of, and what only looks like one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from leads.dialogue.phrases import PHRASES, Sign
from leads.dialogue.signs import MAX_CHARS, is_small_talk, normalised, signs_of, told


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("I’d rather not say.", Sign.DECLINE),
        ("id rather not share that", Sign.DECLINE),
        ("Das geht Sie nichts an!", Sign.DECLINE),
        ("Je préfère ne pas répondre", Sign.DECLINE),
        ("Prefiero no decirlo", Sign.DECLINE),
        ("No, thanks.", Sign.SHORT_NO),
        ("Nein danke", Sign.SHORT_NO),
        ("Stop asking me things", Sign.CANCEL),
        ("Never mind", Sign.CANCEL),
        ("Bitte keine Fragen mehr", Sign.CANCEL),
        ("ok, bye", Sign.GOODBYE),
        ("Tschüss!", Sign.GOODBYE),
        ("Au revoir", Sign.GOODBYE),
        ("¡Adiós!", Sign.GOODBYE),
        ("this is RIDICULOUS", Sign.ANGER),
        ("So eine Frechheit", Sign.ANGER),
        ("Can I speak to a human?", Sign.PERSON),
        ("Ich möchte mit einem Menschen reden", Sign.PERSON),
        ("Why do you ask?", Sign.WHY),
        ("Wozu brauchen Sie das?", Sign.WHY),
        ("Pourquoi voulez-vous le savoir ?", Sign.WHY),
        ("¿Para qué lo necesita?", Sign.WHY),
        ("I don't know yet", Sign.DOES_NOT_KNOW),
        ("That's too expensive", Sign.DOUBT),
        ("Das ist uns zu teuer", Sign.DOUBT),
        ("C’est trop cher", Sign.DOUBT),
        ("Could you send us a quote?", Sign.BUYING),
        ("Bitte schicken Sie mir ein Angebot", Sign.BUYING),
        ("How much is the large one", Sign.ASKS_OFFER),
        ("Sorry, I meant 50", Sign.CORRECTION),
        ("That's not what I asked", Sign.MISUNDERSTOOD),
        ("my boyfriend is coeliac, can he eat with you", Sign.QUESTION),
        ("¿Dónde están", Sign.QUESTION),
        ("Wann liefern Sie", Sign.QUESTION),
    ],
)
def test_a_message_is_a_sign(said, sign):
    assert sign in signs_of(said)


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        ("Can I cancel my subscription?", Sign.CANCEL),
        ("How do I stop a delivery?", Sign.CANCEL),
        ("Do you have a skip for hire?", Sign.DECLINE),
        ("I'd rather not pay up front", Sign.DECLINE),
        ("Is there a contract or not?", Sign.SHORT_NO),
        ("We do not yet want to buy", Sign.BUYING),
        ("Which is cheaper, Gull or Heron?", Sign.DOUBT),
        ("how much notice do I have to give", Sign.WHY),
        ("Sorry, stupid question: what is a portafilter?", Sign.ANGER),
        ("We would like to begin in March", Sign.QUESTION),
        ("Should be around 40", Sign.QUESTION),
        ("May 5th", Sign.QUESTION),
    ],
)
def test_what_only_looks_like_a_sign_is_none(said, sign):
    assert sign not in signs_of(said)


def test_questions_of_visitors_seldom_end_the_asking():
    """Over the 1,452 questions that the built-in agent is measured with, asked of 24 sites."""
    files = sorted((Path(__file__).parents[3] / "bench" / "answers" / "questions").rglob("*.jsonl"))
    asked = [json.loads(line)["q"] for file in files for line in file.read_text().splitlines() if line.strip()]
    counts = Counter(sign for question in asked for sign in signs_of(question))

    assert len(asked) > 700
    assert counts[Sign.ANGER] <= 1  # "how do I make a complaint"
    assert not any(counts[sign] for sign in (Sign.GOODBYE, Sign.CANCEL, Sign.DECLINE, Sign.WHY))
    assert counts[Sign.QUESTION] >= 0.86 * len(asked)  # who types "parking" or "pick up in person" asks without a sign


@pytest.mark.parametrize("said", ["Hello", "thanks a lot", "ok", "Guten Tag", "Merci beaucoup !", "¡Hola!"])
def test_small_talk_is_told_from_what_says_something(said):
    assert is_small_talk(said, signs_of(said))
    assert not is_small_talk(f"{said}, we are 40 people", signs_of(f"{said}, we are 40 people"))


def test_what_is_told_leaves_out_what_is_asked():
    assert told("About 40. Is that a lot?") == "About 40."
    assert told("How much would that be?") == ""
    assert told("We have a Jura\nWhat do you take for it?") == "We have a Jura"


def test_a_long_message_is_read_at_its_beginning_and_its_end():
    filling = "coffee " * MAX_CHARS

    assert Sign.GOODBYE in signs_of(f"{filling} bye bye")
    assert Sign.WHY in signs_of(f"Why do you ask? {filling}")
    assert len(normalised(filling)) <= MAX_CHARS


@pytest.mark.parametrize("sign", PHRASES)
def test_each_phrase_is_found_as_it_is_listed(sign):
    """Written with an accent, a capital or an apostrophe by mistake, it would never be."""
    phrases = [phrase.strip() for line in PHRASES[sign].splitlines() for phrase in line.split(",") if phrase.strip()]

    for phrase in phrases:
        words = phrase.removeprefix("=").strip()
        assert " ".join(normalised(words)) == words
        assert sign in signs_of(words), phrase
