"""What an agent's page in the admin says of its knowledge: how many documents there are, and how many failed."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.models import Agent
from agents.staff.agent_links import AgentLink, lead_on
from knowledge.models import Document
from lib.staff.cells import Tone


def connect() -> None:
    lead_on(_links)


def _links(request: HttpRequest, agent: Agent) -> Iterator[AgentLink]:
    page = admin.site._registry.get(Document)
    if page is None or not page.has_view_permission(request):
        return
    url = f"{reverse('admin:knowledge_document_changelist')}?agent__id__exact={agent.pk}"
    documents = Document.objects.filter(agent=agent)
    number, failed = documents.count(), documents.filter(status=Document.Status.FAILED).count()
    told = ngettext("%(count)s document", "%(count)s documents", number) % {"count": number}
    yield AgentLink(_("Knowledge"), url, told)
    if failed:
        told = ngettext("%(count)s document failed", "%(count)s documents failed", failed) % {"count": failed}
        yield AgentLink(_("Failed documents"), f"{url}&status__exact=failed", told, Tone.ERROR)
    if page.has_add_permission(request):
        yield AgentLink(_("Add a document"), f"{reverse('admin:knowledge_document_add')}?agent={agent.pk}")
