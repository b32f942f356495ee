"""Links two browsers of a visitor: the token in the e-mail that asks for it, and what its confirmation stores."""

from __future__ import annotations

import uuid

from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

from memory.models import LinkRequest, VisitorLink
from memory.switch import is_allowed, remembering

_SALT = "memory.linking"


def hash_of(address: str) -> str:
    """What is kept of an e-mail address: enough to know it again."""
    return salted_hmac(_SALT, address.lower(), algorithm="sha256").hexdigest()


def token_of(request: LinkRequest) -> str:
    """Signed, for an hour; it names the row that holds the two visitors and the agent."""
    return signing.dumps(request.pk.hex, salt=_SALT)


def request_of(token: str) -> LinkRequest | None:
    """None for a token that is not ours, is too old, or was used or withdrawn."""
    try:
        found = uuid.UUID(signing.loads(token, salt=_SALT, max_age=LinkRequest.VALID))
    except signing.BadSignature:
        return None
    locked = LinkRequest.objects.select_for_update(of=("self",))
    request = locked.select_related("agent__brand", "lead", "earlier_lead").filter(pk=found).first()
    return request if request and is_open(request) else None


def is_open(request: LinkRequest) -> bool:
    """Whether it may still be sent and confirmed: both visitors allow its agent, which remembers, and both leads still
    have the address. One that was corrected meanwhile would be sent to whom nothing was found for."""
    leads = (request.lead, request.earlier_lead)
    return (
        not request.is_over
        and request.created_at > timezone.now() - 2 * LinkRequest.VALID  # an hour to send it, another to open it
        and all(lead is not None and hash_of(lead.email) == request.address for lead in leads)
        and request.agent_id in remembering()
        and all(is_allowed(visitor, request.agent.brand) for visitor in (request.visitor, request.earlier))
    )


def confirm(request: LinkRequest) -> None:
    """Link the two; in the transaction that found the request. It cannot be used again."""
    lead, earlier_lead = request.lead, request.earlier_lead
    if lead is None or earlier_lead is None:  # not open
        return
    VisitorLink.objects.get_or_create(
        agent_id=request.agent_id,
        visitor=request.visitor,
        earlier=request.earlier,
        defaults={"lead": lead, "earlier_lead": earlier_lead},
    )
    LinkRequest.objects.filter(pk=request.pk).update(is_over=True)
