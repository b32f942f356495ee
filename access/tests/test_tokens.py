"""A visitor's token opens one session for a day, and is renewed while it is used."""

from __future__ import annotations

import uuid

import pytest

from access import tokens

SESSION = uuid.uuid4()
NOON = 1_800_000_000.0


def test_a_token_opens_its_session_for_a_day():
    token = tokens.issue(SESSION, NOON)

    assert tokens.session_of(token, NOON) == SESSION
    assert tokens.session_of(token, NOON + tokens.MAX_AGE_S - 1) == SESSION
    assert tokens.session_of(token, NOON + tokens.MAX_AGE_S) is None


def test_a_token_in_use_is_renewed_after_an_hour():
    token = tokens.issue(SESSION, NOON)

    assert tokens.renewed(token, NOON + 3599) is None
    fresh = tokens.renewed(token, NOON + 3600)

    assert fresh
    assert tokens.session_of(fresh, NOON + tokens.MAX_AGE_S + 1800) == SESSION


def test_one_that_ran_out_is_not_renewed():
    assert tokens.renewed(tokens.issue(SESSION, NOON), NOON + tokens.MAX_AGE_S) is None


@pytest.mark.parametrize("wrong", ["", "x", ".", "...", "vt1.", "\x00", "é.é.é.é", "\udce9", "a" * 100_000])
def test_anything_else_is_no_token(wrong):
    assert tokens.session_of(wrong) is None
    assert tokens.renewed(wrong) is None


def test_a_changed_token_opens_nothing():
    token = tokens.issue(SESSION, NOON)
    other = token.replace(SESSION.hex, uuid.uuid4().hex)
    longer = token.replace(str(int(NOON)), str(int(NOON) + 60))

    assert tokens.session_of(other, NOON) is None
    assert tokens.session_of(longer, NOON) is None


def test_the_token_of_another_installation_opens_nothing(settings):
    token = tokens.issue(SESSION, NOON)

    settings.SECRET_KEY = "another one, as long as it must be at least"

    assert tokens.session_of(token, NOON) is None


def test_a_token_from_the_future_opens_nothing():
    assert tokens.session_of(tokens.issue(SESSION, NOON + 3600), NOON) is None
