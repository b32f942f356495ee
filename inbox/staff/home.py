"""Shows the inbox on the admin's first page, and in the bar above an agent's pages."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Agent
from agents.staff.agent_places import AgentPlace, add_place
from conversations.models import Session
from inbox.availability import ANSWER
from inbox.people import key_of
from lib.staff import home
from lib.staff.cells import Tone
from lib.staff.home import StaffPage, ToDo, permitted

may_answer = permitted(ANSWER)


def connect() -> None:
    """Register the to-dos, the page and the place; called once, when the app is ready."""
    home.add_to_do(ToDo("waiting-visitors", _waiting, _waiting_words, _waiting_url, may_answer, Tone.ERROR, 10))
    home.add_to_do(ToDo("own-visitors", _mine, _mine_words, _mine_url, may_answer, Tone.WAITING, 11))
    home.add_page(StaffPage("inbox", gettext_lazy("Inbox"), _inbox_url, may_answer))
    add_place(AgentPlace("people", gettext_lazy("People"), _people_of, permitted("agents.change_agent"), 50, _number()))


def _waiting(request: HttpRequest) -> int:
    return Session.objects.with_people().filter(speaker=Session.Speaker.WAITING).count()


def _waiting_words(number: int) -> str:
    words = ngettext("%(count)s visitor waits for a person", "%(count)s visitors wait for a person", number)
    return words % {"count": number}


def _waiting_url() -> str:
    return f"{_inbox_url()}?tab=waiting"


def _mine(request: HttpRequest) -> int:
    people = Session.objects.with_people()
    mine = people.filter(speaker=Session.Speaker.STAFF, speaker_key=key_of(request.user.pk or 0))
    return mine.filter(answer_due_at__isnull=False).count()


def _mine_words(number: int) -> str:
    words = ngettext("%(count)s visitor waits for your answer", "%(count)s visitors wait for your answer", number)
    return words % {"count": number}


def _mine_url() -> str:
    return f"{_inbox_url()}?tab=mine"


def _inbox_url() -> str:
    return reverse("inbox")


def _people_of(agent: Agent) -> str:
    return f"{reverse('admin:agents_agent_change', args=[agent.pk])}#handover_settings-group"


def _number() -> object:
    waiting = Session.objects.filter(agent=OuterRef("pk"), speaker=Session.Speaker.WAITING).order_by().values("agent")
    return Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0)
