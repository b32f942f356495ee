"""What the admin's first page and an agent's page say of knowledge: how many documents there are, how many failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Agent
from agents.staff.agent_links import AgentLink, lead_on
from agents.staff.agent_places import AgentPlace, add_place
from knowledge.models import Document
from lib.staff import home
from lib.staff.cells import Tone
from lib.staff.home import ToDo, permitted

may_see = permitted("knowledge.view_document", "knowledge.change_document")


def connect() -> None:
    lead_on(_links)
    add_place(AgentPlace("knowledge", gettext_lazy("Knowledge"), _all, may_see, 10, _number()))
    home.add_to_do(ToDo("failed-documents", _failed, _told, _failed_url, may_see, Tone.ERROR, position=40))


def _number() -> Any:
    of_one = Document.objects.filter(agent=OuterRef("pk")).order_by().values("agent")
    return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)


def _all(agent: Agent) -> str:
    return f"{reverse('admin:knowledge_document_changelist')}?agent__id__exact={agent.pk}"


def _failed(request: HttpRequest) -> int:
    return Document.objects.filter(status=Document.Status.FAILED).count()


def _told(number: int) -> str:
    words = ngettext("%(count)s document could not be indexed", "%(count)s documents could not be indexed", number)
    return words % {"count": number}


def _failed_url() -> str:
    return f"{reverse('admin:knowledge_document_changelist')}?status__exact=failed"


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
    if page.has_add_permission(request):
        yield AgentLink(_("Add a document"), f"{reverse('admin:knowledge_document_add')}?agent={agent.pk}")
