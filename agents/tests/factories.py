"""Agents and staff with the fewest fields that make them valid."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from agents.models import Agent, LandingPage


class AgentFactory(factory.django.DjangoModelFactory):
    """An active agent whose `prompt` is published as version 1."""

    name = factory.Sequence(lambda n: f"Agent {n}")
    slug = factory.Sequence(lambda n: f"agent-{n}")

    class Meta:
        model = Agent
        skip_postgeneration_save = True

    @factory.post_generation
    def prompt(self: Any, create: bool, text: str | None, **kwargs: Any) -> None:
        if create:
            self.publish(text or "Be helpful.")


class LandingPageFactory(factory.django.DjangoModelFactory):
    agent = factory.SubFactory(AgentFactory)
    headline = "Good coffee"
    subline = "Machines and beans"
    primary_action = "Ask"
    secondary_action = "See how"
    how_title = "How it answers"
    how_question = "How much?"

    class Meta:
        model = LandingPage


class StaffFactory(factory.django.DjangoModelFactory):
    """Staff who may do nothing yet; name what they may: `StaffFactory(may=["agents.view_agent"])`."""

    username = factory.Sequence(lambda n: f"staff-{n}")
    is_staff = True

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    @factory.post_generation
    def may(self: Any, create: bool, names: list[str] | None, **kwargs: Any) -> None:
        for name in names or ():
            app, codename = name.split(".")
            self.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


class SuperuserFactory(StaffFactory):
    is_superuser = True
