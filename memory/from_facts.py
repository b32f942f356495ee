"""Makes a summary without a model, from the title of the session and the facts that the visitor told."""

from __future__ import annotations

import re

from django.utils import translation
from django.utils.translation import gettext as _

from conversations.languages import language_of_session
from conversations.models import Session
from leads.models import Fact
from leads.terms import CONTACT_KEYS, Kind
from lib.text import shorten
from memory.models import MAX_CHARS

# Facts about who somebody is stay with the lead; the next conversation only needs to know what they want.
LEFT_OUT = {*(kind.value for kind in CONTACT_KEYS), Kind.NAME.value}
MAX_TITLE, MAX_VALUE = 80, 60
CONTACT = re.compile(r"@|https?:|www\.|\d(?:[\s/().-]?\d){6,}", re.I)  # addresses, and numbers as long as a telephone's


def summary(session: Session) -> str:
    """ "Asked: How much is the desk lamp? Told us: People: 40; Budget: 2000." At most MAX_CHARS; "" of an empty one.

    In the language of the session: its visitor reads it.
    """
    with translation.override(language_of_session(session)):
        return _summary(session)


def _summary(session: Session) -> str:
    if not session.last_seq:
        return ""
    is_told = session.title and not CONTACT.search(session.title)
    parts = [_("Asked: %(title)s") % {"title": shorten(session.title, MAX_TITLE)}] if is_told else []
    facts = Fact.objects.current().filter(lead__session=session, is_declined=False)
    facts = facts.exclude(value="").exclude(kind__in=LEFT_OUT)
    told = [f"{fact.label}: {shorten(fact.value, MAX_VALUE)}" for fact in facts if not CONTACT.search(fact.value)]
    if told:
        parts.append(_("Told us: %(facts)s") % {"facts": "; ".join(told)})
    return shorten(" · ".join(parts), MAX_CHARS)
