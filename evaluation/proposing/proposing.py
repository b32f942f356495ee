"""Proposes cases for an agent, one after the other; nothing is stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings

from agents.llm.configured import configured, is_configured
from agents.llm.request import ChatModel, ModelError
from agents.models import Agent
from evaluation.phrases import folded
from evaluation.proposing.by_model import by_model
from evaluation.proposing.by_rules import by_rules
from evaluation.proposing.proposal import Proposal, Untouched, is_borne_out
from evaluation.proposing.untouched import untouched
from lib.database import with_fresh_connection

log = logging.getLogger(__name__)

WANTED = 6  # as many as a person reviews at once
TRIED = 24  # passages; some state nothing that can be checked
AT_ONCE = 3  # one less than for evaluations, so that visitors do not wait
ANSWER_S = 30.0


@dataclass
class Proposals:
    """The results of one request so far."""

    agent: Agent
    shown: int = 0
    dropped: int = 0  # made by the model, but not supported by the passage
    has_failed: bool = False  # the model failed; rules made the rest
    _known: set[str] = field(default_factory=set)

    async def each(self) -> AsyncGenerator[Proposal, None]:
        """Up to WANTED proposals, each as soon as it is ready."""
        # Not on a database thread: 5,000 passages are searched for figures, and visitors would have to wait.
        passages = await asyncio.to_thread(with_fresh_connection(self._read))
        model = _model()
        at_once = AT_ONCE if model else 1
        for first in range(0, len(passages), at_once):
            made = await asyncio.gather(*(self._made(model, each) for each in passages[first : first + at_once]))
            for proposal in filter(None, made):
                if folded(proposal.question) in self._known or self.shown == WANTED:
                    continue
                self._known.add(folded(proposal.question))
                self.shown += 1
                yield proposal
            if self.shown == WANTED:
                return

    def _read(self) -> Sequence[Untouched]:
        self._known = {folded(question) for question in self.agent.cases.values_list("question", flat=True)}
        return list(islice(untouched(self.agent), TRIED))

    async def _made(self, model: ChatModel | None, passage: Untouched) -> Proposal | None:
        if model is None:
            return by_rules(passage)
        try:
            async with asyncio.timeout(ANSWER_S):
                proposal = await by_model(model, self.agent, passage)
        except (ModelError, TimeoutError) as error:
            log.warning("a case was proposed by rules, since the model did not answer: %s", type(error).__name__)
            self.has_failed = True
            return by_rules(passage)
        if proposal and is_borne_out(proposal, self._known):
            return proposal
        self.dropped += 1
        return None


def _model() -> ChatModel | None:
    if not is_configured():
        return None
    from agents.llm.chain import Chain  # not at the top: who has no model needs none of it

    return Chain(configured(), fallback_model=settings.OPENAI_FALLBACK_MODEL)
