"""Links two browsers of a visitor: makes the token in the e-mail, and stores the link when it is confirmed."""

from __future__ import annotations

import uuid

from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

from memory.models import LinkRequest, VisitorLink
from memory.switch import is_allowed, remembering

_SALT = "memory.linking"


def hash_of(address: str) -> str:
    """The hash by which an e-mail address is recognised; the address itself is not stored."""
    return salted_hmac(_SALT, address.lower(), algorithm="sha256").hexdigest()


def token_of(request: LinkRequest) -> str:
    """The signed token of a request, valid for an hour."""
    return signing.dumps(request.pk.hex, salt=_SALT)


def request_of(token: str) -> LinkRequest | None:
    """The request of a token; None if it is not ours, too old, used or withdrawn."""
    try:
        found = uuid.UUID(signing.loads(token, salt=_SALT, max_age=LinkRequest.VALID))
    except signing.BadSignature:
        return None
    locked = LinkRequest.objects.select_for_update(of=("self",))
    request = locked.select_related("agent__brand", "lead", "earlier_lead").filter(pk=found).first()
    return request if request and is_open(request) else None


def is_open(request: LinkRequest) -> bool:
    """Whether it may still be sent and confirmed: the agent remembers, both visitors allow it, and both leads still
    have the address. An address that was corrected meanwhile belongs to somebody else."""
    leads = (request.lead, request.earlier_lead)
    return (
        not request.is_over
        and request.created_at > timezone.now() - 2 * LinkRequest.VALID  # an hour to send it, another to open it
        and all(lead is not None and hash_of(lead.email) == request.address for lead in leads)
        and request.agent_id in remembering()
        and all(is_allowed(visitor, request.agent.brand) for visitor in (request.visitor, request.earlier))
    )


def confirm(request: LinkRequest) -> None:
    """Store the link, in the transaction that found the request, which cannot be used again."""
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
