"""The stages of a sale: the transitions between them with their conditions, and what each stage allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.terms import Stage


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The conditions when a message comes in. All are False for a visitor who has said nothing about themselves."""

    has_fact: bool = False
    has_required: bool = False  # there are required questions, and the facts of all are known
    has_contact: bool = False  # an e-mail address or a telephone number
    has_nothing_left: bool = False  # to ask
    asks_offer: bool = False  # for a product or its price
    doubts: bool = False
    wants_to_buy: bool = False  # or a quote, or a demonstration
    leaves: bool = False  # says goodbye


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition between two stages if `holds` is True; `when` is the condition in words."""

    source: Stage
    target: Stage
    when: Promise  # for staff
    holds: Callable[[Circumstances], bool]


def _ready(now: Circumstances) -> bool:
    return now.has_contact and now.wants_to_buy and not now.doubts


def _looks(now: Circumstances) -> bool:
    return now.has_fact and (now.asks_offer or now.wants_to_buy)


def _left(now: Circumstances) -> bool:
    return now.has_contact and now.leaves


# The first transition whose condition holds is taken.
TRANSITIONS: tuple[Transition, ...] = (
    Transition(Stage.DISCOVER, Stage.QUALIFY, _("a first fact is known"), lambda now: now.has_fact),
    Transition(Stage.QUALIFY, Stage.FOLLOW_UP, _("contact known, and goodbye"), _left),
    Transition(Stage.QUALIFY, Stage.OBJECTIONS, _("a doubt"), lambda now: now.doubts),
    Transition(Stage.QUALIFY, Stage.PRESENT, _("what is required is known"), lambda now: now.has_required),
    Transition(Stage.QUALIFY, Stage.PRESENT, _("a fact is known, and the offer asked for"), _looks),
    Transition(Stage.PRESENT, Stage.FOLLOW_UP, _("contact known, and goodbye"), _left),
    Transition(Stage.PRESENT, Stage.OBJECTIONS, _("a doubt"), lambda now: now.doubts),
    Transition(Stage.PRESENT, Stage.CLOSE, _("contact known, and wants to buy"), _ready),
    Transition(Stage.OBJECTIONS, Stage.FOLLOW_UP, _("contact known, and goodbye"), _left),
    Transition(Stage.OBJECTIONS, Stage.CLOSE, _("contact known, and wants to buy"), _ready),
    Transition(Stage.OBJECTIONS, Stage.PRESENT, _("no more doubt"), lambda now: not now.doubts),
    Transition(Stage.CLOSE, Stage.FOLLOW_UP, _("contact known, and goodbye"), _left),
    Transition(Stage.CLOSE, Stage.OBJECTIONS, _("a doubt"), lambda now: now.doubts),
    Transition(
        Stage.CLOSE,
        Stage.FOLLOW_UP,
        _("contact known, and nothing left to ask"),
        lambda now: now.has_contact and now.has_nothing_left,
    ),
    Transition(Stage.FOLLOW_UP, Stage.OBJECTIONS, _("a doubt"), lambda now: now.doubts and not now.leaves),
    Transition(Stage.FOLLOW_UP, Stage.CLOSE, _("wants to buy after all"), lambda now: _ready(now) and not now.leaves),
)
# A message goes no further than these stages: a doubt is answered, and a deal made, before the next step.
_RESTS = frozenset({Stage.OBJECTIONS, Stage.CLOSE, Stage.FOLLOW_UP})


def steps(stage: Stage, now: Circumstances) -> tuple[Transition, ...]:
    """The transitions of one message, in order; none if it changes nothing."""
    walked: list[Transition] = []
    seen = {stage}
    while not walked or walked[-1].target not in _RESTS:
        found = (each for each in TRANSITIONS if each.source is stage and each.holds(now))
        step = next(found, None)
        if step is None or step.target in seen:
            break
        walked.append(step)
        seen.add(stage := step.target)
    return tuple(walked)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a reply may do at a stage. `rule` is for a language model."""

    may_ask: bool
    may_propose: bool  # a next step: a quote, a demonstration, an order
    rule: str


ALLOWED: dict[Stage, Allowed] = {
    Stage.DISCOVER: Allowed(True, False, "Find out what they need. Recommend nothing yet and propose no next step."),
    Stage.QUALIFY: Allowed(True, False, "Learn what a fitting offer depends on. Propose no next step yet."),
    Stage.PRESENT: Allowed(True, True, "Say which offer fits what is known, and why. One next step may be proposed."),
    Stage.OBJECTIONS: Allowed(
        False, False, "They have a doubt. Answer it with facts, without pressing and without proposing a next step."
    ),
    Stage.CLOSE: Allowed(True, True, "They want to go on. Say plainly what the next step is."),
    Stage.FOLLOW_UP: Allowed(False, False, "All is said. Confirm it briefly and propose nothing new."),
}
