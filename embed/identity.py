"""Users of a host: its server signs their id with the agent's secret, so that no page can invent one."""

from __future__ import annotations

import hashlib
import hmac

from agents.models import Agent
from embed.models import EmbedSettings


def signature(secret: str, user_id: str) -> str:
    """HMAC-SHA256 (RFC 2104) of the id in UTF-8, in hexadecimal."""
    return hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()


def is_signed(agent: Agent, user_id: str, signed: str) -> bool:
    """Whether the host of the agent signed this id."""
    secret = EmbedSettings.objects.filter(agent=agent).values_list("secret", flat=True).first()
    return secret is not None and hmac.compare_digest(signature(secret, user_id).encode(), signed.encode())
