"""Trains the cross-encoder: `python -m bench.cross_encoder.train FILE.pt [--steps N]`.

Prints how well it tells answers from near misses on the sites that are kept apart. One thread of one core takes 1.4 s
for a step of 32 pairs.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator

import torch
from torch.nn import functional

from bench.answers.fit import area_under_curve
from bench.cross_encoder.network import SENTENCE, Coded, Network, Pair, batch_of, coded, shared_words
from bench.cross_encoder.sites import MadePassage, Question, is_kept_apart, passages

STEPS, WARM_UP, BATCH, OF_LIKE_LENGTH = 1900, 60, 32, 12
RATE, RATE_OF_HEADS, DECAY = 1.5e-4, 6e-4, 0.02
WEIGHT_OF_STRETCH = 0.3
# How many of the answered questions are asked of another passage of the site too, and of their own without its answer.
ASKED_ELSEWHERE, ASKED_WITHOUT = 0.6, 0.5
WEIGHT_ELSEWHERE, WEIGHT_WITHOUT = 0.5, 0.7
NEAREST = 3  # other passages, by the words they share with the question
SHORTEST_REST = 12  # words


def pairs(seed: int) -> list[Pair]:
    """Every question with its own passage, and some with texts that do not answer them, others for each seed."""
    pick, by_site = random.Random(seed), defaultdict(list)
    for passage in passages():
        by_site[passage.site].append(passage)
    return [
        pair
        for own in by_site.values()
        for passage in own
        for question in passage.asked
        for pair in _of(passage, question, [other for other in own if other is not passage], pick)
    ]


def _of(passage: MadePassage, question: Question, others: list[MadePassage], pick: random.Random) -> Iterator[Pair]:
    asked = question.text if pick.random() < 0.8 else question.text.rstrip("?").lower()
    if question.answer is None:
        yield Pair(passage.site, asked, passage.heading, passage.text)
        return
    begin = passage.text.index(question.answer)
    stretch = begin, begin + len(question.answer)
    yield Pair(passage.site, asked, passage.heading, passage.text, stretch)
    nearest = sorted(others, key=lambda other: -shared_words(asked, f"{other.heading} {other.text}"))[:NEAREST]
    if nearest and pick.random() < ASKED_ELSEWHERE:
        other = pick.choice(nearest)
        yield Pair(passage.site, asked, other.heading, other.text, weight=WEIGHT_ELSEWHERE)
    if pick.random() < ASKED_WITHOUT:
        rest = _without(passage.text, stretch)
        if len(rest.split()) >= SHORTEST_REST:
            yield Pair(passage.site, asked, passage.heading, rest, weight=WEIGHT_WITHOUT)


def _without(text: str, stretch: tuple[int, int]) -> str:
    kept = (each for each in SENTENCE.finditer(text) if each.end() <= stretch[0] or each.start() >= stretch[1])
    return "".join(each[0] for each in kept).strip()


def batches(pick: random.Random) -> Iterator[list[Coded]]:
    """Without end; the pairs of a batch are of like length."""
    seed = 0
    while True:
        trained_on = [coded(pair) for pair in pairs(seed) if not is_kept_apart(pair.site)]
        pick.shuffle(trained_on)
        found = []
        for start in range(0, len(trained_on), BATCH * OF_LIKE_LENGTH):
            some = sorted(trained_on[start : start + BATCH * OF_LIKE_LENGTH], key=lambda pair: len(pair.ids))
            found += [some[at : at + BATCH] for at in range(0, len(some), BATCH)]
        pick.shuffle(found)
        yield from found
        seed += 1


def trained(steps: int) -> Network:
    torch.manual_seed(1)
    network = Network().train()
    heads = [*network.answers.parameters(), *network.stretch.parameters()]
    layers = [parameter for parameter in network.bert.parameters() if parameter.requires_grad]
    groups = [{"params": layers, "usual": RATE}, {"params": heads, "usual": RATE_OF_HEADS}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=DECAY)
    for step, pairs_of_step in zip(range(steps), batches(random.Random(1)), strict=False):
        for group in optimizer.param_groups:
            group["lr"] = group["usual"] * max(0.02, 1 - step / steps) * min(1, (step + 1) / WARM_UP)
        loss = _loss(network, batch_of(pairs_of_step))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*layers, *heads], 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            print(
                f"step {step + 1} of {steps}: loss {loss.item():.2f}, kept apart {_told_apart(network):.3f}", flush=True
            )
    return network.eval()


def _loss(network: Network, data: dict[str, torch.Tensor]) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        odds, stretch = network(data["ids"], data["kinds"], data["mask"])
    stretch = stretch.float().masked_fill(data["mask"].unsqueeze(-1) == 0, -1e4)
    whether = functional.binary_cross_entropy_with_logits(odds.float(), data["answers"], reduction="none")
    where = sum(
        functional.cross_entropy(stretch[:, :, side], data[name].clamp_min(0), reduction="none")
        for side, name in enumerate(("first", "last"))
    )
    known = data["first"] >= 0
    return ((whether + WEIGHT_OF_STRETCH * where * known) * data["weight"]).mean()


@torch.no_grad()
def _told_apart(network: Network) -> float:
    """The area under the curve of questions with their own passage, on the sites that are kept apart."""
    network.eval()
    kept = [pair for pair in pairs(0) if is_kept_apart(pair.site) and pair.weight == 1]
    judged = []
    for start in range(0, len(kept), BATCH):
        some = kept[start : start + BATCH]
        data = batch_of([coded(pair) for pair in some])
        odds, _stretch = network(data["ids"], data["kinds"], data["mask"])
        judged += [(each, pair.answers) for each, pair in zip(odds.tolist(), some, strict=True)]
    network.train()
    return area_under_curve(judged)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="for the weights as floats; `export` makes of it what ships")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.save(trained(options.steps).state_dict(), options.file)


if __name__ == "__main__":
    main()
