"""Deletes rows together with their files. Django's own delete leaves the files in the storage."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.core.files.storage import Storage
from django.db import connections, router, transaction
from django.db.models import FileField, Model, QuerySet
from django.db.models.deletion import Collector

log = logging.getLogger(__name__)

BATCH = 500  # keys in one query; SQLite before 3.32 takes 999

StoredFile = tuple[Storage, str]


@dataclass(frozen=True, slots=True)
class Deletion:
    """How many rows and files are deleted, by model label ("agents.agent"), without the models that lose nothing."""

    rows: dict[str, int]
    files: dict[str, int]


def count_with_files(target: Model | QuerySet) -> Deletion:
    """What `delete_with_files` would delete now. Raises RestrictedError or ProtectedError as it would."""
    plan = _Plan(target, lock=False)
    return Deletion(plan.rows(), {label: len(files) for label, files in plan.files().items()})


def delete_with_files(target: Model | QuerySet) -> Deletion:
    """Delete the rows and everything that cascades in one transaction, and their files after it is committed.

    If a storage fails, the error is logged and the file stays; the rows are deleted anyway.
    """
    with transaction.atomic(using=_alias(target)):
        plan = _Plan(target, lock=True)
        files = plan.files()
        _, rows = plan.collector.delete()
        stored = {file for some in files.values() for file in some}
        transaction.on_commit(partial(remove_files, stored), using=plan.using)
    return Deletion(
        {label.lower(): count for label, count in rows.items()}, {label: len(some) for label, some in files.items()}
    )


def replaced_files(changed: Model) -> list[StoredFile]:
    """The stored files that will belong to no row once `changed` is saved, because they were removed or replaced."""
    fields = [field for field in changed._meta.concrete_fields if isinstance(field, FileField)]
    stored = type(changed)._base_manager.filter(pk=changed.pk).values(*(field.name for field in fields)).first()
    named = [(field, stored[field.name]) for field in fields] if stored else []
    return [(field.storage, name) for field, name in named if name and name != str(getattr(changed, field.name))]


def remove_files(files: Iterable[StoredFile]) -> None:
    """Delete stored files. One that is gone already is no error; one that cannot be deleted is logged."""
    for storage, name in files:
        try:
            storage.delete(name)
        except Exception:  # each storage has its own errors, and the rows are deleted already
            log.exception("The file %s could not be removed from %s.", name, type(storage).__name__)


def _alias(target: Model | QuerySet) -> str:
    return target.db if isinstance(target, QuerySet) else router.db_for_write(type(target), instance=target)


class _QuickCollector(Collector):
    """Django's collector, without its quadratic check of RESTRICT.

    For each batch of rows that it deletes unseen, the original queries all restricted rows by key: with 100,000
    messages that is 200 queries with 50,000 keys each, minutes instead of seconds.
    """

    def clear_restricted_objects_from_queryset(self, model: type[Model], qs: QuerySet) -> None:
        if model in self.restricted_objects:
            going = set(qs.only("pk"))
            for restricted in self.restricted_objects[model].values():  # type: ignore[index]  # the stubs mistake the key
                restricted.difference_update(going)


class _Plan:
    """The rows to delete, as Django's collector finds them: some loaded (keys only), some as querysets."""

    def __init__(self, target: Model | QuerySet, *, lock: bool):
        self.using = _alias(target)
        model = target.model if isinstance(target, QuerySet) else type(target)
        roots = model._base_manager.using(self.using)
        if lock:
            roots = roots.select_for_update(of=("self",))  # from now on nothing can be added to them
        keys = target.values("pk") if isinstance(target, QuerySet) else [target.pk]
        going = list(roots.only("pk").filter(pk__in=keys))
        if lock and isinstance(target, QuerySet) and connections[self.using].features.has_select_for_update:
            # Evaluated again now that the rows are locked: they may have changed before that.
            still = set(target.values_list("pk", flat=True))
            going = [row for row in going if row.pk in still]
        self.collector = _QuickCollector(using=self.using, origin=target)
        self.collector.collect(going)

    def _parts(self) -> Iterator[tuple[type[Model], QuerySet]]:
        """Every model that loses rows, with the rows as querysets small enough for the database."""
        for model, instances in self.collector.data.items():
            keys = [instance.pk for instance in instances]
            for start in range(0, len(keys), BATCH):
                yield model, model._base_manager.using(self.using).filter(pk__in=keys[start : start + BATCH])
        for some in self.collector.fast_deletes:
            yield some.model, some

    def rows(self) -> dict[str, int]:
        # A reply belongs to two messages, so it may be in two querysets: collect keys instead of adding up counts.
        keys: dict[str, set[object]] = defaultdict(set)
        for model, instances in self.collector.data.items():
            keys[model._meta.label_lower].update(instance.pk for instance in instances)
        for some in self.collector.fast_deletes:
            keys[some.model._meta.label_lower].update(some.values_list("pk", flat=True))
        return {label: len(found) for label, found in keys.items() if found}

    def files(self) -> dict[str, set[StoredFile]]:
        """Storage and name of each file, by model label. Read from the database: the collector defers file fields."""
        found: dict[str, set[StoredFile]] = defaultdict(set)
        for model, rows in self._parts():
            for field in (field for field in model._meta.concrete_fields if isinstance(field, FileField)):
                names = rows.exclude(**{field.name: ""}).values_list(field.name, flat=True)
                found[model._meta.label_lower].update((field.storage, name) for name in names if name)
        return {label: some for label, some in found.items() if some}
