"""How many leads nobody has looked at yet: for the admin's navigation, and for whatever page tells what is new."""

from __future__ import annotations

from typing import Any

from leads.models import Lead
from leads.promises import VIEW


def may_see_leads(user: Any) -> bool:
    return bool(user.has_perm(VIEW) or user.has_perm("leads.change_lead"))


def unseen(user: Any) -> int:
    """The number of leads that no member of staff has opened; 0, without a query, for who may not see leads."""
    return Lead.objects.unseen().count() if may_see_leads(user) else 0
