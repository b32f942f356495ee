"""Queries that Django compiles once in each thread, and then only runs: compiling takes longer than running most.

For what each turn asks. A query is written as usual, by a function of the values that come with each call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=models.Model)
Make = Callable[..., models.QuerySet[Any, Any]]


class Given(models.Expression):
    """Stands in a query for the value of that name."""

    def __init__(self, name: str, field: models.Field[Any, Any]):
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, *_args: Any, **_kwargs: Any) -> Any:
        return "%s", [self]

    def stored(self, value: Any, connection: Any) -> Any:
        """A value of it as the database takes it."""
        return self.output_field.get_db_prep_save(value, connection)


class _Compiled:
    """The SQL of a query, and how its rows are read, for one connection."""

    def __init__(self, query: Any, connection: Any):
        self.connection = connection
        self.compiler = query.get_compiler(connection=connection)
        self.sql, self._params = self.compiler.as_sql()

    def executed(self, values: dict[str, Any]) -> Any:
        """A cursor that has run it; to be closed."""
        params = [
            each.stored(values[each.name], self.connection) if isinstance(each, Given) else each
            for each in self._params
        ]
        cursor = self.connection.cursor()
        try:
            cursor.execute(self.sql, params)
        except BaseException:
            cursor.close()
            raise
        return cursor

    def rows(self, values: dict[str, Any]) -> Iterator[Sequence[Any]]:
        with self.executed(values) as cursor:
            found = cursor.fetchall()
        return self.compiler.apply_converters(found, self._converters) if self._converters else iter(found)

    @cached_property
    def _converters(self) -> Any:
        return self.compiler.get_converters([each[0] for each in self.compiler.select[: self.compiler.col_count]])

    @cached_property
    def model_of(self) -> Callable[[Sequence[Any]], Any]:
        """Makes an object of a row, with those that `select_related` names."""
        select, info, alias = self.compiler.select, self.compiler.klass_info, self.connection.alias
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [each[0].target.attname for each in select[first:last]]
        populators = get_related_populators(info, select, alias)  # type: ignore[call-arg]  # of a later Django
        annotated = list((self.compiler.annotation_col_map or {}).items())

        def made(row: Sequence[Any]) -> Any:
            found = info["model"].from_db(alias, names, row[first:last])
            for each in populators:
                each.populate(row, found)
            for name, place in annotated:
                setattr(found, name, row[place])
            return found

        return made


class _Prepared:
    def __init__(self, make: Make, given: Mapping[str, models.Field[Any, Any]]):
        self._make = make
        self._given = {name: Given(name, field) for name, field in given.items()}
        self._threads = threading.local()

    def _compiled(self) -> _Compiled:
        known = getattr(self._threads, "compiled", None)
        own = connections[DEFAULT_DB_ALIAS]
        if known is None or known.connection is not own:
            known = self._threads.compiled = _Compiled(self._query(), own)
        return cast(_Compiled, known)

    def _query(self) -> Any:
        return self._make(**self._given).query


class Rows(_Prepared):
    """The rows of a `values_list`, as lists."""

    def __call__(self, **values: Any) -> list[Sequence[Any]]:
        return list(self._compiled().rows(values))


class Objects(_Prepared, Generic[M]):
    """Objects of a model, with what `select_related` and `annotate` name; nothing is prefetched."""

    def __call__(self, **values: Any) -> list[M]:
        compiled = self._compiled()
        return [compiled.model_of(row) for row in compiled.rows(values)]

    def first(self, **values: Any) -> M | None:
        """The first of them, None if there is none. All are read: it is for queries that find one."""
        return next(iter(self(**values)), None)


class Update(_Prepared):
    """An UPDATE of some columns of the rows that a query finds; returns how many were found."""

    def __init__(self, make: Make, given: Mapping[str, models.Field[Any, Any]], columns: Sequence[str]):
        super().__init__(make, given)
        self._columns = columns

    def __call__(self, **values: Any) -> int:
        with self._compiled().executed(values) as cursor:
            return int(cursor.rowcount)

    def _query(self) -> Any:
        found = super()._query()
        query = found.chain(UpdateQuery)
        fields = {name: found.model._meta.get_field(name) for name in self._columns}
        query.add_update_fields([(field, None, Given(name, field)) for name, field in fields.items()])
        return query


class Insert(Generic[M]):
    """Stores new rows of a model, as `bulk_create` does: without signals.

    With `instead`, the names of columns, a row whose key is there gets them instead.
    """

    def __init__(self, model: type[M], *, instead: Sequence[str] = ()):
        self._model, self._instead = model, list(instead)

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        return [each for each in self._model._meta.concrete_fields if not isinstance(each, models.AutoField)]

    @cached_property
    def _sql(self) -> tuple[str, str]:
        """The statement before its values, and behind them."""
        ops: Any = connections[DEFAULT_DB_ALIAS].ops
        meta = self._model._meta
        columns = ", ".join(ops.quote_name(each.column) for each in self._fields)
        behind = ""
        if self._instead:
            names, key = [each.column for each in self._fields], [cast(Any, meta.pk).column]
            behind = ops.on_conflict_suffix_sql(names, OnConflict.UPDATE, self._instead, key)
        if self._is_numbered:
            behind, _params = ops.return_insert_columns([meta.pk])  # SQLite has it since 3.35
        return f"INSERT INTO {ops.quote_name(meta.db_table)} ({columns}) VALUES", behind

    @property
    def _is_numbered(self) -> bool:
        return isinstance(self._model._meta.pk, models.AutoField)

    def __call__(self, *made: M) -> None:
        own = connections[DEFAULT_DB_ALIAS]
        row = f"({', '.join(['%s'] * len(self._fields))})"
        values = [each.get_db_prep_save(each.pre_save(one, add=True), own) for one in made for each in self._fields]
        before, behind = self._sql
        with own.cursor() as cursor:
            cursor.execute(f"{before} {', '.join([row] * len(made))} {behind}", values)
            keys = [key for (key,) in cursor.fetchall()] if self._is_numbered else [each.pk for each in made]
        for one, key in zip(made, keys, strict=True):
            one.pk, one._state.adding, one._state.db = key, False, own.alias


def rows(**given: models.Field[Any, Any]) -> Callable[[Make], Rows]:
    """Decorates a function that makes a `values_list` of the values named; calling it then returns the rows."""
    return lambda make: Rows(make, given)


def objects(model: type[M], **given: models.Field[Any, Any]) -> Callable[[Make], Objects[M]]:
    """The same for a query of objects."""
    return lambda make: Objects(make, given)


def update(*columns: str, **given: models.Field[Any, Any]) -> Callable[[Make], Update]:
    """Decorates a function that makes a query of the rows to change; `columns` are given with each call, too."""
    return lambda make: Update(make, given, columns)
