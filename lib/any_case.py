"""Searches find "Über" by "über" on SQLite too, whose LIKE only knows the case of ASCII letters."""

from __future__ import annotations

from typing import Any

from django.db.models import Field
from django.db.models.lookups import IContains, IExact


class _InEachCase:
    """Compares with the words as given, in small letters, in capitals, and with a capital for each word.

    A function of Python's in place of LIKE would find any mixture, but each row that it reads would wait for the GIL.
    """

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, found = self.as_sql(compiler, connection)  # type: ignore[attr-defined]  # of the lookup
        params = list(found)
        wanted = params[-1] if self.rhs_is_direct_value() else None  # type: ignore[attr-defined]
        if not isinstance(wanted, str) or wanted.isascii():
            return sql, params
        spellings = dict.fromkeys((wanted, wanted.lower(), wanted.upper(), wanted.title()))
        either = " OR ".join([sql] * len(spellings))
        return f"({either})", [param for spelling in spellings for param in (*params[:-1], spelling)]


class ContainsInAnyCase(_InEachCase, IContains):
    """`icontains`."""


class ExactInAnyCase(_InEachCase, IExact):
    """`iexact`."""


def register() -> None:
    """Use these wherever `icontains` and `iexact` are written. For the start of a process."""
    Field.register_lookup(ContainsInAnyCase)
    Field.register_lookup(ExactInAnyCase)
