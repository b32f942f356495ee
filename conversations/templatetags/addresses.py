"""Addresses that scripts complete: `{% address_pattern "speech" "session" "message" as speech_url %}`."""

from __future__ import annotations

import uuid

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def address_pattern(name: str, *ids: str) -> str:
    """The address of a view with `{session}` and the like in the places of its ids."""
    stand_ins = {str(uuid.UUID(int=i)): f"{{{what}}}" for i, what in enumerate(ids)}
    address = reverse(name, args=list(stand_ins))
    for stand_in, what in stand_ins.items():
        address = address.replace(stand_in, what)
    return address
