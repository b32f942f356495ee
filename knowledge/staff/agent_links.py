"""What the admin's first page and an agent's page say of knowledge: how many documents there are, how many failed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Agent
from agents.staff.agent_links import AgentLink, lead_on
from agents.staff.agent_places import AgentPlace, add_place
from knowledge.models import Conflict, Document, Website
from knowledge.reembedding import Remaining, remaining
from knowledge.vectors import others_in_use
from lib.staff import home
from lib.staff.cells import Tone
from lib.staff.home import ToDo, permitted

may_see = permitted("knowledge.view_document", "knowledge.change_document")
may_see_conflicts = permitted("knowledge.view_conflict", "knowledge.change_conflict")
may_see_websites = permitted("knowledge.view_website", "knowledge.change_website")


def connect() -> None:
    lead_on(_links)
    add_place(AgentPlace("knowledge", gettext_lazy("Knowledge"), _all, may_see, 10, _number(Document)))
    add_place(AgentPlace("websites", gettext_lazy("Websites"), _websites, may_see_websites, 15, _number(Website)))
    number = _open_conflicts()
    add_place(AgentPlace("conflicts", gettext_lazy("Conflicts"), conflicts_of, may_see_conflicts, 17, number))
    home.add_to_do(ToDo("conflicts", _conflicts, _told_of_conflicts, _conflicts_url, may_see_conflicts, position=37))
    home.add_to_do(ToDo("failed-documents", _failed, _told, _failed_url, may_see, Tone.ERROR, position=40))
    home.add_to_do(ToDo("models", other_models, _told_of_models, _documents_url, may_see, Tone.ERROR, position=42))
    failed = ToDo("failed-websites", _failed_websites, _told_of_websites, _websites_url, may_see_websites, Tone.ERROR)
    home.add_to_do(replace(failed, position=41))


def _number(model: type[Document | Website]) -> Any:
    of_one = model._default_manager.filter(agent=OuterRef("pk")).order_by().values("agent")
    return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)


def _all(agent: Agent) -> str:
    return f"{reverse('admin:knowledge_document_changelist')}?agent__id__exact={agent.pk}"


def conflicts_of(agent: Agent) -> str:
    return f"{_conflicts_url()}&agent__id__exact={agent.pk}"


def listed_conflicts(request: HttpRequest) -> dict[str, Any]:
    """For the list of documents: how many conflicts there are between those of the agent that is chosen, or of all."""
    if not may_see_conflicts(request):
        return {}
    try:
        chosen = uuid.UUID(request.GET.get("agent__id__exact", ""))
    except ValueError:
        return {"conflicts": open_conflicts(), "conflicts_url": _conflicts_url()}
    return {"conflicts": open_conflicts(chosen), "conflicts_url": f"{_conflicts_url()}&agent__id__exact={chosen}"}


def reembedded(request: HttpRequest) -> Remaining | None:
    """For the list of documents: how far the change to another embedding model is, of the agent that is chosen or of
    all; None while there is none."""
    try:
        return remaining(uuid.UUID(request.GET.get("agent__id__exact", "")))
    except ValueError:
        return remaining()


def other_models(request: HttpRequest) -> int:
    """How many embedding models servers are set up with besides the one that passages are read by."""
    return others_in_use(timezone.now())


def _told_of_models(number: int) -> str:
    return _("Servers are set up with different embedding models")


def _documents_url() -> str:
    return reverse("admin:knowledge_document_changelist")


def _open_conflicts() -> Any:
    of_one = Conflict.objects.open().filter(agent=OuterRef("pk")).order_by().values("agent")
    return Coalesce(Subquery(of_one.annotate(n=Count("alike", distinct=True)).values("n")), 0)


def open_conflicts(agent_id: uuid.UUID | None = None) -> int:
    """How many there are, of one agent or of all; the same two quotes in several documents are one."""
    found = Conflict.objects.open()
    found = found.filter(agent=agent_id) if agent_id else found
    return found.order_by().values("agent", "alike").distinct().count()


def _conflicts(request: HttpRequest) -> int:
    return open_conflicts()


def _told_of_conflicts(number: int) -> str:
    words = ngettext("%(count)s conflict between documents", "%(count)s conflicts between documents", number)
    return words % {"count": number}


def _conflicts_url() -> str:
    return f"{reverse('admin:knowledge_conflict_changelist')}?state__exact=open"


def _failed(request: HttpRequest) -> int:
    return Document.objects.filter(status=Document.Status.FAILED).count()


def _told(number: int) -> str:
    words = ngettext("%(count)s document could not be indexed", "%(count)s documents could not be indexed", number)
    return words % {"count": number}


def _failed_url() -> str:
    return f"{reverse('admin:knowledge_document_changelist')}?status__exact=failed"


def _websites(agent: Agent) -> str:
    return f"{reverse('admin:knowledge_website_changelist')}?agent__id__exact={agent.pk}"


def _failed_websites(request: HttpRequest) -> int:
    return Website.objects.filter(status=Website.Status.FAILED).count()


def _told_of_websites(number: int) -> str:
    words = ngettext("%(count)s website could not be read", "%(count)s websites could not be read", number)
    return words % {"count": number}


def _websites_url() -> str:
    return f"{reverse('admin:knowledge_website_changelist')}?status__exact=failed"


def _links(request: HttpRequest, agent: Agent) -> Iterator[AgentLink]:
    page = admin.site._registry.get(Document)
    if page is None or not page.has_view_permission(request):
        return
    url = _all(agent)
    documents = Document.objects.filter(agent=agent)
    number, failed = documents.count(), documents.filter(status=Document.Status.FAILED).count()
    told = ngettext("%(count)s document", "%(count)s documents", number) % {"count": number}
    yield AgentLink(_("Knowledge"), url, told)
    if failed:
        told = ngettext("%(count)s document failed", "%(count)s documents failed", failed) % {"count": failed}
        yield AgentLink(_("Failed documents"), f"{url}&status__exact=failed", told, Tone.ERROR)
    if may_see_conflicts(request) and (number := open_conflicts(agent.pk)):
        yield AgentLink(_("Conflicts"), conflicts_of(agent), _told_of_conflicts(number), Tone.WAITING)
    if page.has_add_permission(request):
        yield AgentLink(_("Add files"), f"{reverse('admin:knowledge_document_files')}?agent={agent.pk}")
        yield AgentLink(_("Add a document"), f"{reverse('admin:knowledge_document_add')}?agent={agent.pk}")
