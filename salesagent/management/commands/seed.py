"""Fills a new database once, with the demo agent, its knowledge and landing page, and a staff account."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

from agents.models import Agent, Brand, LandingPage
from knowledge.indexing import index_document
from knowledge.models import Document
from knowledge.packaged_vectors import DEMO, demo_pages
from leads.models import LeadSettings

STAFF = "staff"


class Command(BaseCommand):
    help = "Make the demo agent and a staff account, each only where there is none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Agent.objects.exists():
            self._make_agent()
        if not get_user_model().objects.filter(is_staff=True).exists():
            self._make_staff()

    @transaction.atomic
    def _make_agent(self) -> None:
        self.stdout.write("Preparing the demo and its knowledge...")
        self.stdout.flush()
        demo = json.loads((DEMO / "agent.json").read_text())
        agent = Agent.objects.create(
            name=demo["name"],
            slug=demo["slug"],
            greeting=demo["greeting"],
            starter_questions="\n".join(demo["starter_questions"]),
            is_default=True,
        )
        agent.publish(demo["system_prompt"], note="Demo")
        LeadSettings.objects.create(agent=agent, answer_time=demo["answer_time"], country="US")
        for position, question in enumerate(demo["questions"]):
            agent.questions.create(position=position, **question)
        Brand.objects.filter(agent=agent).update(company=demo["landing"]["company"])
        self._make_landing_page(agent, demo["landing"])
        for name, text in demo_pages():
            index_document(Document.objects.create(agent=agent, name=name, text=text))
        self.stdout.write(f"Made the demo agent {agent.name} with {agent.documents.count()} pages of knowledge.")

    def _make_landing_page(self, agent: Agent, words: dict[str, Any]) -> None:
        page = LandingPage.objects.create(
            agent=agent,
            headline=words["headline"],
            subline=words["subline"],
            primary_action=words["primary_action"],
            secondary_action=words["secondary_action"],
            how_title=words["how_title"],
            how_question=words["how_question"],
            questions="\n".join(words["faq_questions"]),
        )
        for position, feature in enumerate(words["features"]):
            page.features.create(position=position, **feature)

    def _make_staff(self) -> None:
        password = secrets.token_urlsafe(12)
        get_user_model().objects.create_superuser(STAFF, password=password)
        self.stdout.write(
            f"Staff login: {STAFF}  password: {password}  (shown this once; "
            f"set another with `.venv/bin/python manage.py changepassword {STAFF}`)"
        )
