"""Where a lead stands: its score with the rules behind it, and its stage, by pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from leads.models import Lead
from leads.terms import QuestionData


def bring_up_to_date(lead: Lead, questions: Sequence[QuestionData]) -> None:
    """Set score, reasons and stage of a lead from its facts; the caller saves it."""
