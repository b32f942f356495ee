"""The database at migrations of before, for tests of what a migration does with rows that are there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@contextlib.contextmanager
def migrations() -> Iterator[Callable[[list[tuple[str, str]]], Apps]]:
    """A function that goes to migrations of one app and gives the models as they are there; in the end all are back."""
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()

    def to(target: list[tuple[str, str]]) -> Apps:
        MigrationExecutor(connection).migrate(target)
        others = [key for key in latest if key[0] != target[0][0]]
        return MigrationExecutor(connection).loader.project_state(target + others).apps

    yield to
    MigrationExecutor(connection).migrate(latest)
