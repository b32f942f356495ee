"""A lead's conversation beside its facts: each fact's words are marked where the visitor said them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from conversations.models import Message
from language.autolinks import paragraphs
from language.markdown import render
from leads.models import Fact, Lead

MAX_MESSAGES = 400  # of all of a person's sessions; the conversation's own page has the rest


@dataclass(frozen=True, slots=True)
class Line:
    """One message as staff read it beside the facts."""

    message: Message
    html: SafeString
    who: str  # whose words these are
    is_agent: bool


def lines_of(leads: Iterable[Lead], facts: Iterable[Fact]) -> list[Line]:
    """The newest messages of the leads' sessions, oldest first."""
    by_message: dict[object, list[Fact]] = {}
    for fact in facts:
        by_message.setdefault(fact.message_id, []).append(fact)
    rows = Message.objects.filter(session__in=[lead.session_id for lead in leads]).exclude(content="")
    newest = list(rows.select_related("session__agent").order_by("-created_at", "-seq")[:MAX_MESSAGES])
    return [_line(message, by_message.get(message.pk, [])) for message in reversed(newest)]


def _line(message: Message, facts: list[Fact]) -> Line:
    match message.role:
        case Message.Role.USER:
            return Line(message, highlighted(message.content, facts), _("Visitor"), is_agent=False)
        case Message.Role.STAFF:
            return Line(message, paragraphs(message.content), message.author, is_agent=False)
    return Line(message, render(message.content), str(message.session.agent), is_agent=True)


def highlighted(text: str, facts: Iterable[Fact]) -> SafeString:
    """The visitor's words with those of each fact marked; where two overlap the earlier and longer is marked."""
    html, at = "", 0
    for fact in sorted(facts, key=lambda fact: (fact.start or 0, -len(fact.words))):
        start = fact.start or 0
        if start < at or text[start : start + len(fact.words)] != fact.words:
            continue
        html += escape(text[at:start])
        html += format_html('<mark id="fact-{}" title="{}: {}">{}</mark>', fact.pk, fact.label, fact.value, fact.words)
        at = start + len(fact.words)
    return mark_safe(html + escape(text[at:]))  # noqa: S308 every part is escaped above
