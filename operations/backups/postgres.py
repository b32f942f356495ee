"""PostgreSQL: every table by COPY, read in one transaction and written in one, without pg_dump."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from operations.backups.archive import DATABASE, Manifest, PackedFile, Unusable, Writer

LOOKS, LOOK_S = 10, 0.2  # a connection that was closed is counted for a moment longer
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
PART = 4_194_304  # bytes of a table in one file of the backup, and so in memory
MARK = "salesagent_restored"  # a table that says which backup was put back, until its files are there too
# The text of a value must not depend on how this server is set up.
PLAIN = (
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL statement_timeout = 0",
)


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that sees the database as it is now, whoever goes on writing."""
    with transaction.atomic(durable=True):
        _run(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            *PLAIN,
            "SELECT count(*) FROM django_migrations",
        )
        yield


def tables() -> dict[str, list[str]]:
    """Our tables and their columns, as the snapshot has them."""
    ours = {*connection.introspection.django_table_names(only_existing=True, include_views=False), _migrations()}
    with connection.cursor() as cursor:
        return {
            table: [each.name for each in connection.introspection.get_table_description(cursor, table)]
            for table in sorted(ours)
        }


def size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def write(manifest: Manifest, to: Writer) -> None:
    for table, columns in manifest.tables.items():
        for number, part in enumerate(_parts(table, columns)):
            to.add_bytes(f"{DATABASE}{table}/{number:06}", part)


def _parts(table: str, columns: Iterable[str]) -> Iterator[bytes]:
    part = bytearray()
    with connection.cursor() as cursor, cursor.copy(f"COPY {_named(table, columns)} TO STDOUT") as rows:
        for data in rows:
            part += data
            if len(part) >= PART:
                yield bytes(part)
                part.clear()
    if part:
        yield bytes(part)


def refuse_if_used() -> None:
    """Raises Unusable while others are connected: they would go on with what they know of the old rows."""
    database: Any = connection
    database.close()
    database.close_pool()  # it may have opened more than the one that was used here
    parameters = {**database.get_connection_params(), "autocommit": True}
    parameters.pop("pool", None)
    with closing(database.Database.connect(**parameters)) as alone:
        for _ in range(LOOKS):
            if not (others := alone.execute(OTHERS).fetchone()[0]):
                return
            time.sleep(LOOK_S)
    raise Unusable(
        f"The database is in use by {others} other connections. Stop the server and the workers first."
        " Nothing was touched."
    )


def load(manifest: Manifest, entries: Iterable[PackedFile], mark: str) -> None:
    """Put every row in the place of what is there; `entries` are all of the database's, in their order.

    One transaction: whoever looks sees all of the old or all of the new. Tables are made as they were then.
    """
    with transaction.atomic(durable=True):
        _run(*PLAIN, "SET CONSTRAINTS ALL IMMEDIATE")  # or a table with pending checks could not be altered
        _make_tables(manifest)
        names = ", ".join(connection.ops.quote_name(table) for table in manifest.tables)
        _run(f"TRUNCATE {names}", "SET CONSTRAINTS ALL DEFERRED")  # rows name each other in a circle
        _copy(manifest, entries)
        _run("SET CONSTRAINTS ALL IMMEDIATE", *_sequences(manifest))
        _run(f"DROP TABLE IF EXISTS {MARK}", f"CREATE TABLE {MARK} (id text)")
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {MARK} VALUES (%s)", [mark])  # noqa: S608 a name of ours


def was_loaded(mark: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [MARK])
        if cursor.fetchone()[0] is None:
            return False
        cursor.execute(f"SELECT id FROM {MARK}")  # noqa: S608 as above
        return (mark,) in cursor.fetchall()


def forget_mark() -> None:
    _run(f"DROP TABLE IF EXISTS {MARK}")


def _make_tables(manifest: Manifest) -> None:
    now = {*connection.introspection.django_table_names(only_existing=True, include_views=False), _migrations()}
    doomed = ", ".join(connection.ops.quote_name(table) for table in sorted(now | set(manifest.tables)))
    _run(f"DROP TABLE IF EXISTS {doomed} CASCADE")
    executor = MigrationExecutor(connection)
    executor.migrate(_ends(executor, {(app, name) for app, name in manifest.migrations}))


def _ends(executor: MigrationExecutor, applied: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The last migrations of each app among those that were applied."""
    followed: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for node in executor.loader.graph.nodes:
        for parent in executor.loader.graph.node_map[node].parents:
            followed[parent.key].add(node)
    return sorted(
        key
        for key in applied & set(executor.loader.graph.nodes)
        if not any(child in applied and child[0] == key[0] for child in followed[key])
    )


def _copy(manifest: Manifest, entries: Iterable[PackedFile]) -> None:
    rows, copying, current = None, None, ""
    with connection.cursor() as cursor:
        try:
            for entry in entries:
                table = entry.name.removeprefix(DATABASE).partition("/")[0]
                if table != current:
                    if copying is not None:
                        copying.__exit__(None, None, None)
                    if table not in manifest.tables:
                        raise Unusable(f"The backup holds rows of {table!r}, which its manifest does not name.")
                    copying = cursor.copy(f"COPY {_named(table, manifest.tables[table])} FROM STDIN")
                    rows, current = copying.__enter__(), table
                assert rows is not None  # noqa: S101 for the type checker
                rows.write(entry.content.read())
        except BaseException as error:
            if copying is not None:
                copying.__exit__(type(error), error, error.__traceback__)
            raise
        if copying is not None:
            copying.__exit__(None, None, None)


def _sequences(manifest: Manifest) -> list[str]:
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.db_table in manifest.tables
    ]
    recorder = MigrationRecorder(connection).Migration
    return connection.ops.sequence_reset_sql(no_style(), [*models, recorder])


def _named(table: str, columns: Iterable[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def _migrations() -> str:
    return str(MigrationRecorder.Migration._meta.db_table)


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)
