"""Two leads that are one person: put together by staff, and taken apart again as they were before."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from leads.models import Lead

MAX_PROPOSED = 5


class NotMerged(Exception):
    """These two cannot become one; the text says why, for a person."""


@transaction.atomic
def merge(lead: Lead, into: Lead) -> Lead:
    """Put a lead, with all that is merged into it, under another; the one that it now belongs to."""
    lead, into = _locked(lead), _locked(into)
    into = into.merged_into or into
    if lead.pk == into.pk:
        raise NotMerged(_("A lead cannot be merged into itself."))
    if lead.agent_id != into.agent_id:
        raise NotMerged(_("Leads of two agents stay apart."))
    if lead.merged_into_id:
        raise NotMerged(_("This lead is merged already. Take it apart first."))
    lead.merged.filter(merged_by_way_of=None).update(merged_by_way_of=lead)
    Lead.objects.filter(Q(pk=lead.pk) | Q(merged_into=lead)).update(merged_into=into)
    Lead.objects.filter(pk=lead.pk).update(is_apart=False)
    return into


@transaction.atomic
def take_apart(lead: Lead) -> None:
    """Make a lead stand for itself again, with what it brought along.

    One that shares an address or a number with the other would be merged anew with its next word: it never is.
    """
    lead = _locked(lead)
    into = lead.merged_into
    if into is None:
        return
    others = Lead.objects.filter(Q(pk=into.pk) | Q(merged_into=into)).exclude(pk__in=[lead.pk, *_brought(lead)])
    is_apart = lead.is_apart or any(lead.shares_contact_with(other) for other in others)
    Lead.objects.filter(pk__in=_brought(lead)).update(merged_into=lead)
    lead.merged.filter(merged_by_way_of=lead).update(merged_by_way_of=None)
    Lead.objects.filter(pk=lead.pk).update(merged_into=None, merged_by_way_of=None, is_apart=is_apart)


def proposed(lead: Lead, words: str = "") -> list[Lead]:
    """Leads that may be the same person: those that a search finds, else those with the same name or company."""
    others = Lead.objects.main().filter(agent=lead.agent_id).exclude(pk=lead.pk).order_by("-created_at", "-pk")
    if words:
        for word in words.split()[:10]:
            others = others.filter(_has(word))
        return list(others[:MAX_PROPOSED])
    alike = Q()
    for column in ("name", "company", "email", "phone"):
        if value := getattr(lead, column):
            alike |= Q(**{f"{column}__iexact": value})
    return list(others.filter(alike)[:MAX_PROPOSED]) if alike else []


def _has(word: str) -> Q:
    columns = ("name", "company", "email", "phone")
    own = (Q(**{f"{column}__icontains": word}) for column in columns)
    found = Q(pk__in=Lead.objects.filter(facts__value__icontains=word).values("pk"))
    for each in own:
        found |= each
    return found


def _locked(lead: Lead) -> Lead:
    return Lead.objects.select_for_update(of=("self",)).select_related("merged_into").get(pk=lead.pk)


def _brought(lead: Lead) -> list[uuid.UUID]:
    """What was merged into a lead before it was merged itself, and what that had brought."""
    found: list[uuid.UUID] = []
    next_ones = [lead.pk]
    while next_ones:
        next_ones = list(Lead.objects.filter(merged_by_way_of__in=next_ones).values_list("pk", flat=True))
        found += next_ones
    return found
