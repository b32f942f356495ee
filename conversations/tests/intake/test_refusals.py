"""One table of refusals: every code, its status, and words for who reads them."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from access.rates import RateLimited
from conversations.intake.refusals import EXPECTED, refusal_of
from conversations.intake.turns import ServerDraining, TurnRefused


def an_error(kind: type[Exception]) -> Exception:
    return RateLimited(7) if kind is RateLimited else kind("Write a message first.")


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_each_says_what_to_do_to_program_and_visitor(kind):
    refusal = refusal_of(an_error(kind))

    assert refusal.detail
    assert "%(" not in refusal.detail
    assert refusal.message
    assert 400 <= refusal.status < 600
    assert (refusal.retry_after_s is not None) == (refusal.status in {429, 503})


def test_a_kind_of_database_error_is_one():
    assert refusal_of(OperationalError("locked")).code == "unavailable"


def test_a_turn_s_own_words_are_kept():
    refusal = refusal_of(TurnRefused("Shorten it by 20 %."))

    assert (refusal.detail, refusal.message) == ("Shorten it by 20 %.", "Shorten it by 20 %.")


def test_when_to_come_back_is_the_limit_s_or_soon():
    assert refusal_of(RateLimited(7)).retry_after_s == 7
    assert "7 seconds" in refusal_of(RateLimited(7)).detail


def test_who_has_used_up_a_day_is_not_told_to_wait_a_moment():
    assert "wait a moment" in refusal_of(RateLimited(7)).message
    assert "for one day" in refusal_of(RateLimited(40_000)).message
    assert refusal_of(ServerDraining()).retry_after_s == 2


def test_what_nobody_expected_is_no_refusal():
    with pytest.raises(StopIteration):
        refusal_of(ValueError("?"))
