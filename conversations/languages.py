"""The language of the product's own sentences in a conversation, which are stored: refusals, hedges, notices.

Who makes an answer may be another process than the one that took the question, and works for many visitors. So the
language is told from what is stored, never from whoever happens to be active.
"""

from __future__ import annotations

from django.conf import settings

from conversations.models import Session
from language.of_site import shipped
from language.small_words import language_of


def language_of_answer(question: str, session: Session | None = None) -> str:
    """The language of the question if that is clear, else the conversation's."""
    return shipped(language_of(question)) or language_of_session(session)


def language_of_session(session: Session | None) -> str:
    """The language of the page, or the `locale` of the program, that began the session; English if none was told."""
    told = session.first_touch.get("locale", "") if session else ""
    return shipped(str(told)) or settings.LANGUAGE_CODE
