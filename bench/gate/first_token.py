"""`python -m bench.gate.first_token`: what the gate costs a visitor before the first words, and a core altogether.

Two agents of one site, one that checks its answers and one that does not, are asked the same by turns, behind a
scripted model that writes 60 tokens a second. What the gate costs a core is measured alone, for 1,000 tokens.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import quote_plus

import aiohttp

from bench.leads.first_token import _begun, _first_token_ms, p95
from fakes.openai import FakeOpenAI
from fakes.site import Site, site

AGENTS = ("with", "without")
TURNS_A_SESSION = 10
TOKENS_PER_S = 60
QUESTION = "How much is the desk lamp, and how long does delivery take?"
ANSWER = (
    "The desk lamp costs 40 euros, and delivery takes 3 to 5 working days. It is a fine lamp for a reading room, and "
    "many people like its warm light. You may return it within 30 days."
)
PAGE = "# Lamps\n\nThe desk lamp costs 40 euros. Delivery takes 3 to 5 working days. Returns within 30 days."
MAKE = f"""
from agents.models import Agent
from knowledge.indexing import index_document
from knowledge.models import Document
for slug in ("with", "without"):
    agent = Agent.objects.create(name=slug, slug=slug, checks_answers=slug == "with")
    agent.publish("You sell lamps. Answer briefly.")
    index_document(Document.objects.create(agent=agent, name="lamps.md", text={PAGE!r}))
"""


async def measure(made: Site, turns: int) -> dict[str, list[float]]:
    """Milliseconds from the request to the first token, for each agent; the first session warms up."""
    found: dict[str, list[float]] = {agent: [] for agent in AGENTS}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client:
        for session in range(-(-turns // TURNS_A_SESSION) + 1):
            tokens = {agent: await _begun(client, made, agent) for agent in AGENTS}
            for number in range(TURNS_A_SESSION):
                for agent in AGENTS if number % 2 else reversed(AGENTS):
                    took_ms = await _first_token_ms(client, made, *tokens[agent], QUESTION)
                    if session:
                        found[agent].append(took_ms)
    return found


def processor_ms(checks_answers: bool) -> tuple[float, float]:
    """Of a core: to read the evidence, and to look at 1,000 tokens. Sentences differ, so that nothing is remembered."""
    from agents.llm.gate.checking import Gate
    from agents.llm.gate.evidence import StatedEvidence
    from agents.llm.request import ChatRequest, Passage, PastMessage
    from language.figures import reading

    passages = tuple(Passage(str(at), "lamps.md", "Lamps", f"{PAGE} {at} lamps.") for at in range(6))
    request = ChatRequest(
        "Ada", "You sell lamps. " * 100, (PastMessage("user", QUESTION),), passages, checks_answers=checks_answers
    )
    words = " ".join(f"{ANSWER} Number {at} is as good as the {at}th." for at in range(11, 35)).split(" ")
    tokens = [f"{word} " for word in words][:1000]
    reading.figures.cache_clear()
    began = time.process_time()
    evidence = StatedEvidence.of(request)
    read = time.process_time()
    gate = Gate(request, evidence)
    for token in tokens:
        gate.feed(token)
    gate.close()
    return (read - began) * 1000, (time.process_time() - read) * 1_000_000 / len(tokens)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gate.first_token", description=__doc__)
    parser.add_argument("--turns", type=int, default=60, help="for each agent; 60 unless told")
    turns = parser.parse_args().turns
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    import django

    django.setup()
    with tempfile.TemporaryDirectory(prefix="bench-gate-") as folder, FakeOpenAI().in_thread() as model:
        name = f"fake?text={quote_plus(ANSWER)}&rate_per_s={TOKENS_PER_S}"
        environment = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": name, "RATE_LIMITS": "off"}
        with site(Path(folder), begun_with=MAKE, **environment) as made:
            made.start()
            found = asyncio.run(measure(made, turns))
    print(f"{'first token, ms':<22}{'turns':>7}{'median':>9}{'p95':>9}")
    for agent in AGENTS:
        print(f"{agent + ' the check':<22}{len(found[agent]):>7}{median(found[agent]):>9.1f}{p95(found[agent]):>9.1f}")
    first = ANSWER.split(". ")[0].count(" ") + 1
    print(f"the first sentence has {first} tokens, {first / TOKENS_PER_S * 1000:.0f} ms at {TOKENS_PER_S} a second")
    for checks in (True, False):
        read_ms, look_ms = min(processor_ms(checks) for _ in range(5))
        how = "with" if checks else "without"
        print(f"{how} the check: evidence {read_ms:.1f} ms of a core once, {look_ms:.1f} ms for 1,000 tokens")


if __name__ == "__main__":
    main()
