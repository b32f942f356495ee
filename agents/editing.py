"""Creates, changes and deletes agents for callers other than the admin's forms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agents.landing_agent import make_room
from agents.models import Agent
from lib.files import delete_with_files

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SLUG_CHARS = 50  # of a slug made from a name; leaves room for a number at its end


class SlugTaken(Exception):
    """Another agent has this slug."""


class NotOnLandingPage(Exception):
    """An inactive agent cannot be on the landing page; `str()` says what to do."""

    def __str__(self) -> str:
        return _("An agent that is switched off cannot be on the landing page. Change is_active or is_default.")


def create(values: Mapping[str, Any], author: User | None = None) -> Agent:
    """A new agent with its prompt published as version 1."""
    values = {**values, "slug": values.get("slug") or _free_slug(str(values["name"]))}
    return _save(Agent(), values, author)


@transaction.atomic
def change(agent_id: uuid.UUID, values: Mapping[str, Any], author: User | None = None) -> Agent | None:
    """Set only the fields in `values`; None if there is no such agent."""
    agent = Agent.objects.select_for_update(of=("self",)).filter(pk=agent_id).first()
    return _save(agent, values, author) if agent else None


def delete(agent_id: uuid.UUID) -> bool:
    """Delete the agent with its sessions, messages and documents, and their files. Returns False if there is none."""
    return bool(delete_with_files(Agent.objects.filter(pk=agent_id)).rows)


def _save(agent: Agent, values: Mapping[str, Any], author: User | None) -> Agent:
    columns = {name: value for name, value in values.items() if name != "system_prompt"}
    if "starter_questions" in columns:
        columns["starter_questions"] = "\n".join(columns["starter_questions"])
    for name, value in columns.items():
        setattr(agent, name, value)
    if agent.is_default and not agent.is_active:
        raise NotOnLandingPage
    with transaction.atomic():
        if columns.get("is_default"):
            make_room(agent)
        _store(agent, columns)
        if "system_prompt" in values:
            agent.publish(values["system_prompt"], author=author, note=_("Through the API"))
    return agent


def _store(agent: Agent, columns: Mapping[str, Any]) -> None:
    """Write only the named columns, so that changes by others at the same time stay."""
    if "slug" in columns and Agent.objects.exclude(pk=agent.pk).filter(slug=agent.slug).exists():
        raise SlugTaken
    try:
        with transaction.atomic():
            if agent._state.adding:
                agent.save()
            elif columns:
                agent.save(update_fields=[*columns, "updated_at"])
    except IntegrityError:  # the slug was taken just now
        raise SlugTaken from None


def _free_slug(name: str) -> str:
    slug = slugify(name)[:SLUG_CHARS].strip("-_") or "agent"
    return f"{slug}-{uuid.uuid4().hex[:6]}" if Agent.objects.filter(slug=slug).exists() else slug
