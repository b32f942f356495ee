"""What is counted of language models, whoever asks them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from agents.llm.request import ModelError, Usage
from lib.figures import Tally

MODEL_ERRORS = Tally(
    "salesagent_model_errors", "Requests to a model that failed, tries included", ["provider", "cause"]
)
TOKENS = Tally("salesagent_tokens", "Tokens as providers count them", ["provider", "direction"])


@contextmanager
def errors_counted(provider: str) -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        MODEL_ERRORS.add(provider, error.cause)
        raise


def note_usage(provider: str, usage: Usage) -> None:
    """Once an answer, when the provider has told."""
    TOKENS.add(provider, "input", count=usage.input_tokens)
    TOKENS.add(provider, "output", count=usage.output_tokens)
