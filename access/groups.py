"""The groups for staff. Each group is created once and each permission is given once; later changes by people stay."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db import connections, transaction
from django.db.models.signals import post_migrate

from access.models import GivenPermission

EVERYTHING = "*"
# By app, so that permissions are given as soon as their app has created them. `inbox.answer_session` opens the inbox.
GROUPS: dict[str, dict[str, list[str] | str]] = {
    "Administrators": {},  # everything, including apps added later
    "Agents' editors": {
        "agents": EVERYTHING,
        "knowledge": EVERYTHING,
        "voice": EVERYTHING,
        "leads": [
            *(f"{what}_question" for what in ("view", "add", "change", "delete")),
            *(f"{what}_leadsettings" for what in ("view", "add", "change", "delete")),
        ],
        "inbox": [f"{what}_handoversettings" for what in ("view", "add", "change", "delete")],
        "memory": [f"{what}_memorysettings" for what in ("view", "add", "change", "delete")],
        "conversations": ["view_session", "view_message", "view_reply"],
        "evaluation": [
            *(f"{what}_case" for what in ("view", "add", "change", "delete")),
            *(f"{what}_evaluation" for what in ("view", "add", "delete")),
            *(f"{what}_gap" for what in ("view", "change", "delete")),
        ],
    },
    "Inbox": {
        "inbox": [
            "answer_session",
            *(f"{what}_cannedreply" for what in ("view", "add", "change", "delete")),
            *(f"{what}_note" for what in ("view", "add")),
        ],
        "conversations": ["view_session", "view_message", "view_reply", "add_message"],  # the last by the API
        "leads": ["view_lead", "change_lead", "view_fact"],
        "knowledge": ["view_document"],
        "agents": ["view_agent"],
    },
}


def connect() -> None:
    post_migrate.connect(_after_migrating, dispatch_uid="access.groups")


def _after_migrating(app_config: AppConfig, using: str, **kwargs: Any) -> None:
    """Runs after Django has created the permissions of an app. Does nothing until our own table exists."""
    if GivenPermission._meta.db_table in connections[using].introspection.table_names():
        give(app_config.label, using)


def give(label: str, using: str = "default") -> None:
    """Give the groups their permissions for one app, each permission once.

    A group that somebody deleted or renamed is not created again, and a permission that was taken away stays away.
    """
    permissions = list(Permission.objects.using(using).filter(content_type__app_label=label))
    with transaction.atomic(using=using):
        for name, wanted in GROUPS.items():
            given = set(GivenPermission.objects.using(using).filter(group=name).values_list("permission", flat=True))
            new = [one for one in permissions if _is_wanted(one, label, wanted) and _key(label, one) not in given]
            if not new:
                continue
            group = Group.objects.using(using).filter(name=name).first()
            if group is None and not given:
                group = Group.objects.using(using).create(name=name)
            if group is None:
                continue  # deleted by a person
            group.permissions.add(*new)
            rows = [GivenPermission(group=name, permission=_key(label, one)) for one in new]
            GivenPermission.objects.using(using).bulk_create(rows)


def _is_wanted(permission: Permission, label: str, wanted: dict[str, list[str] | str]) -> bool:
    if not wanted:
        return True
    of_app = wanted.get(label, [])
    return of_app == EVERYTHING or permission.codename in of_app


def _key(label: str, permission: Permission) -> str:
    return f"{label}.{permission.codename}"
