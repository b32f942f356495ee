"""`python -m bench.leads.dialogue`: what guidance costs a reply, with 20 questions and 40 turns.

In milliseconds of the processor, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import argparse
import os
import time
from statistics import median, quantiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")

import django

django.setup()

from leads.dialogue.manager import guide  # noqa: E402 settings first
from leads.dialogue.state import PastTurn  # noqa: E402
from leads.terms import Kind, KnownFact, QuestionData, Stage  # noqa: E402

GOAL_MS = 5.0
QUESTIONS = tuple(
    QuestionData(f"q{n}", f"What they need, {n}", f"How is it with the {n}th thing that you need?", kind, n % 3 == 0)
    for n, kind in enumerate([*Kind, *Kind, Kind.TEXT, Kind.NUMBER])
)
SAID = (
    "We have an old machine in the kitchen and about 40 people who drink coffee, most of them in the morning.",
    "What would it cost per month if we take the beans with it, and is there a contract? We moved here last year.",
    "That is more than we pay now, but the coffee we have is not good, so we could think about it until March.",
    "ok",
    "How do you deliver to the second floor? Our lift is out of order on Tuesdays, and nobody is here before nine.",
)
LONG = " ".join(SAID) * 30  # about 10,000 characters, the longest that is taken


def dialogue(turns: int, last: str) -> list[PastTurn]:
    """Turns in which every third answer ended with a question."""
    past = [
        PastTurn(2 * n + 1, SAID[n % len(SAID)], "As it is.", f"q{n % 20}" if n % 3 == 0 else "", "answered")
        for n in range(turns - 1)
    ]
    return [*past, PastTurn(2 * turns, last)]


def measured_ms(turns: list[PastTurn], rounds: int) -> list[float]:
    facts = {f"q{n}": KnownFact(f"q{n}", QUESTIONS[n].kind, "40", 1) for n in range(0, 10, 2)}
    found = []
    for _ in range(rounds):
        began = time.process_time()
        guide(QUESTIONS, facts, turns, stage=Stage.QUALIFY)
        found.append((time.process_time() - began) * 1000)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.leads.dialogue", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    print(f"{'dialogue':<44}{'median':>9}{'p95':>9}{'most':>9}")
    cases = {
        "20 questions, 1 turn": dialogue(1, SAID[1]),
        "20 questions, 40 turns": dialogue(40, SAID[1]),
        "20 questions, 40 turns, answered": dialogue(41, SAID[0]),
    }
    worst = max(shown(name, measured_ms(turns, rounds)) for name, turns in cases.items())
    essays = [PastTurn(turn.seq, LONG, turn.answered, turn.asked, turn.certainty) for turn in dialogue(40, LONG)]
    shown("the same, each message of 10,000 characters", measured_ms(essays, rounds // 5))
    print(f"\nGoal: under {GOAL_MS:.0f} ms; the highest p95 of the first three is {worst:.2f} ms.")
    if worst >= GOAL_MS:
        print("The goal is missed.")


def shown(name: str, times: list[float]) -> float:
    """Prints a line; the p95."""
    p95 = quantiles(times, n=20)[-1]
    print(f"{name:<44}{median(times):>9.2f}{p95:>9.2f}{max(times):>9.2f}")
    return p95


if __name__ == "__main__":
    main()
