"""Judges an answer to a case: what is wrong with it, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from agents.models import FallbackText
from conversations.models import Reply
from conversations.replies.leases import Outcome
from evaluation.models import EvaluatedCase
from evaluation.phrases import PatternTooSlow, is_in
from knowledge.copies import answering_for


def faults(case: EvaluatedCase, outcome: Outcome, not_cited: Collection[str] = ()) -> list[str]:
    """One sentence for each expectation of the case that the answer does not meet; none if it passes. `not_cited` are
    the names of documents that it should cite and does not."""
    if outcome.state != Reply.State.COMPLETE or not outcome.content.strip():
        return [_no_answer(outcome)]
    return [*_of_the_maker(outcome), *_of_phrases(case, outcome.content), *_of_sources(case, outcome, not_cited)]


def not_cited(case: EvaluatedCase, outcome: Outcome) -> list[str]:
    """The names of the documents that the case cites and the answer does not. One that says the same counts as well: of
    several that do, one is answered from."""
    if not case.cites:
        return []
    sources = [str(source.get("document_id")) for source in outcome.sources]
    answering = answering_for(case.evaluation.agent_id, [*sources, *case.cites])
    cited = {answering[document_id] for document_id in sources}
    return [name for document_id, name in case.cites.items() if answering[document_id] not in cited]


def _no_answer(outcome: Outcome) -> str:
    cause = dict(FallbackText.Cause.choices).get(outcome.cause, outcome.cause)
    return _("There was no answer: %(cause)s.") % {"cause": cause or _("it was empty")}


def _of_the_maker(outcome: Outcome) -> Iterator[str]:
    if outcome.notice:
        yield _("The model could not be reached: this is the built-in agent's answer, which follows no prompt.")
    if outcome.cut:
        yield _("The answer is incomplete: %(why)s.") % {"why": Reply.Cut(outcome.cut).label}


def _of_phrases(case: EvaluatedCase, answer: str) -> Iterator[str]:
    for phrases, is_wanted, words in (
        (case.must, True, _("Does not say “%(phrase)s”.")),
        (case.must_not, False, _("Says “%(phrase)s”.")),
    ):
        for phrase in phrases:
            try:
                if is_in(phrase, answer) is not is_wanted:
                    yield words % {"phrase": phrase}
            except PatternTooSlow:
                yield _("The pattern “%(phrase)s” takes too long; write a simpler one.") % {"phrase": phrase}


def _of_sources(case: EvaluatedCase, outcome: Outcome, not_cited: Collection[str]) -> Iterator[str]:
    for name in not_cited:
        yield _("Is not taken from “%(document)s”.") % {"document": name}
    if case.refuses and not refused(outcome):
        yield _("Answers, though it should say that it does not know.")


def refused(outcome: Outcome) -> bool:
    """Whether the agent said that it does not know. A language model does not tell; its answer counts as such if it
    uses nothing from the knowledge."""
    if outcome.certainty:
        return outcome.certainty == Reply.Certainty.REFUSED
    return not outcome.sources
