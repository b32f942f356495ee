"""What fails is logged with its place and its kind, and without what visitors wrote."""

from __future__ import annotations

import asyncio
import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction
from psycopg import errors
from pydantic import BaseModel

from agents.tests.factories import AgentFactory
from leads.models import Lead
from salesagent.serving.log_lines import LineFormatter, told

SECRET = "jo.hansen@example.org"
DETAIL = f"DETAIL:  Key (email)=({SECRET}) already exists.\nCONTEXT:  unnamed portal parameter $1 = '{SECRET}'"


class Budget(BaseModel):
    amount: int


def of_database(kind: type[Exception], words: str) -> None:
    """As Django raises what the driver did."""
    try:
        raise errors.UniqueViolation(words)
    except errors.UniqueViolation as error:
        raise kind(words) from error


def beside_another() -> None:
    try:
        of_database(IntegrityError, f"duplicate key value violates unique constraint\n{DETAIL}")
    except IntegrityError:
        raise RuntimeError("the lead could not be kept")  # noqa: B904 as it happens


def in_a_group() -> None:
    raise ExceptionGroup("two", [ValueError(f"no sum: '{SECRET}'"), KeyError(SECRET)])


def with_two_quotes() -> None:
    raise ValueError(f"it's no \"{SECRET}")


FAILURES = {
    "a unique value": lambda: of_database(IntegrityError, f"duplicate key value violates unique constraint\n{DETAIL}"),
    "a wrong type": lambda: of_database(DataError, f'invalid input syntax for type uuid: "{SECRET}"\nLINE 1: {SECRET}'),
    "while another is handled": beside_another,
    "a number": lambda: int(SECRET),
    "a key": lambda: {}[SECRET],
    "a body": lambda: Budget.model_validate({"amount": SECRET}),
    "a group": in_a_group,
    "an open quote": with_two_quotes,
}


def line_of(log: str, failure) -> str:  # type: ignore[no-untyped-def]
    """The line that a logger of the site writes of it."""
    formatter = LineFormatter("%(levelname)s %(name)s: %(message)s")
    try:
        failure()
    except Exception as error:
        record = logging.getLogger(log).makeRecord(
            log, logging.ERROR, __file__, 1, "it failed: %s", (error,), (type(error), error, error.__traceback__)
        )
        return formatter.format(record)
    raise AssertionError("it did not fail")


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_values_are_left_out_and_the_place_is_told(failure):
    try:
        failure()
    except Exception as error:
        text = told(error)
        kind = type(error).__name__

    assert SECRET not in text
    assert "hansen" not in text
    assert kind in text
    assert "test_log_lines.py" in text


def test_names_of_the_code_are_told():
    with pytest.raises(AttributeError) as raised:
        logging.no_such_name  # noqa: B018 it fails

    assert "has no attribute 'no_such_name'" in told(raised.value)


def test_all_loggers_have_this_formatter():
    formatters = settings.LOGGING["formatters"]

    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"line"}
    assert formatters["line"]["()"] == f"{LineFormatter.__module__}.{LineFormatter.__qualname__}"
    dictConfig({**settings.LOGGING, "incremental": False, "root": {"handlers": ["console"], "level": "INFO"}})


def test_the_server_that_repeats_the_error_in_its_sentence_is_kept_short():
    line = line_of("daphne.server", FAILURES["a unique value"])

    assert SECRET not in line
    assert "IntegrityError: duplicate key value violates unique constraint" in line


def test_a_task_that_nobody_waited_for_is_not_shown_with_its_error(caplog):
    async def lose() -> None:
        loop = asyncio.get_running_loop()
        task = loop.create_task(asyncio.sleep(0))
        await task
        error = ValueError(SECRET)
        loop.call_exception_handler({"message": "never retrieved", "exception": error, "future": error})

    asyncio.run(lose())

    line = LineFormatter("%(message)s").format(caplog.records[-1])
    assert line.splitlines()[0] == "never retrieved"
    assert f"({SECRET!r})" not in line


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL repeats the row")
def test_what_the_server_says_of_a_row_is_left_out():
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        Lead.objects.create(agent=AgentFactory.create(), name=SECRET)  # and no session

    assert SECRET in str(raised.value)
    assert SECRET not in told(raised.value)
    assert "leads_lead, session_id" in told(raised.value)
