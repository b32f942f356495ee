"""Contact details that a visitor leaves in a form: checked, stored in the conversation, confirmed to the visitor."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from access.callers import Caller
from agents.llm.offers import offer
from agents.llm.request import Promise
from agents.models import Agent
from conversations.intake import door
from conversations.intake.door import Said
from conversations.intake.known_answers import KnownAnswer
from conversations.intake.turns import Turn
from conversations.models import Message
from leads.keeping import Consent, keep, label_of, questions_of
from leads.models import Fact, LeadSettings
from leads.promises import selling
from leads.terms import CONTACT_KEYS, FoundFact, Kind, QuestionData
from lib.database import in_database
from lib.text import clean

MAX_FIELD_CHARS = 200
MAX_MESSAGE_CHARS = 2000
MESSAGE_KEY = "message"


class ContactInvalid(Exception):
    """The form cannot be accepted; `errors` tells the visitor what to do, by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class ContactNotTaken(Exception):
    """This agent takes no contact details, or nobody would see them."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The values of the form."""

    name: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""
    consent: bool = False


@dataclass(frozen=True, slots=True)
class _Checked:
    text: str
    facts: tuple[FoundFact, ...]
    reached_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """The form of one agent: what is asked, promised and agreed to."""

    settings: LeadSettings
    consent_text: str
    questions: tuple[QuestionData, ...]
    promise: Promise = field(default_factory=Promise)


async def leave(caller: Caller, session_id: uuid.UUID, contact: Contact, client_id: str = "") -> Turn:
    """Store what a visitor left in a session, as a message of theirs and its answer.

    The same `client_id` again is the same message. Raises ContactInvalid, ContactNotTaken, and what `door.say` raises.
    """
    said = _said(await _form(await door.agent_of(session_id)), contact, client_id)
    return await door.say(caller, session_id, said)


async def begin(
    caller: Caller, agent: Agent, contact: Contact, client_id: str = "", first_touch: Mapping[str, Any] | None = None
) -> Turn:
    """Like `leave`, for a visitor who has said nothing yet. Begins the session; raises what `door.begin` does, too."""
    said = _said(await _form(agent.pk), contact, client_id)
    return await door.begin(caller, agent, replace(said, first_touch=first_touch))


def _said(form: _Form, contact: Contact, client_id: str) -> Said:
    checked = check(contact, form.questions, form.settings.country)
    consent = Consent(form.consent_text, form.settings.consent_version, timezone.now())
    store = partial(_keep, facts=checked.facts, consent=consent, questions=form.questions)
    return Said(
        checked.text,
        client_id,
        known=KnownAnswer(offer("contact_left", (), form.promise, checked.reached_at), store),
    )


def _keep(
    message: Message, *, facts: tuple[FoundFact, ...], consent: Consent, questions: tuple[QuestionData, ...]
) -> None:
    keep(message, facts, by=Fact.By.FORM, consent=consent, questions=questions)


@in_database
def _form(agent_id: uuid.UUID) -> _Form:
    found = selling(agent_id)
    if found.promise is None:
        raise ContactNotTaken
    questions = found.questions or tuple(questions_of(agent_id))
    return _Form(found.settings, found.consent_text, questions, found.promise)


def check(contact: Contact, questions: tuple[QuestionData, ...], country: str) -> _Checked:
    """The message for the conversation that stands for the form, and its facts; raises ContactInvalid.

    Only the form of an e-mail address is checked, not whether it receives mail.
    """
    from email_validator import EmailNotValidError, validate_email  # not at the top: the start would wait for it

    written = {name: clean(getattr(contact, name)) for name in ("name", "email", "phone", "message")}
    errors: dict[str, str] = {}
    values = dict(written)
    if written["email"]:
        try:
            values["email"] = validate_email(written["email"], check_deliverability=False).normalized
        except EmailNotValidError:
            errors["email"] = _("This is no e-mail address. It looks like name@example.com.")
    if written["phone"]:
        values["phone"] = _e164(written["phone"], country)
        if not values["phone"]:
            errors["phone"] = _("This is no telephone number. Write it with its country, like +44 20 7946 0000.")
    if not written["email"] and not written["phone"]:
        errors["email"] = _("Write an e-mail address or a telephone number, so that the team can reach you.")
    for name, most in (("name", MAX_FIELD_CHARS), ("email", 254), ("phone", 40), ("message", MAX_MESSAGE_CHARS)):
        if len(written[name]) > most:
            errors[name] = _("At most %(limit)s characters, please.") % {"limit": most}
    if not contact.consent:
        errors["consent"] = _("Tick this box: without it the team may not use your details.")
    if errors:
        raise ContactInvalid(errors)
    return _composed(written, values, questions)


def _composed(written: Mapping[str, str], values: Mapping[str, str], questions: tuple[QuestionData, ...]) -> _Checked:
    text, facts = "", []
    for kind in (Kind.NAME, Kind.EMAIL, Kind.PHONE):
        words = " ".join(written[kind.value].split())
        if not words:
            continue
        own = next((question for question in questions if question.kind == kind), None)
        text += f"{label_of(kind)}: "
        value = values[kind.value] if kind != Kind.NAME else words
        key = own.key if own else CONTACT_KEYS[kind]
        facts.append(FoundFact(key, kind, value, words, len(text), 1.0))
        text += f"{words}\n"
    if written["message"]:
        text += "\n"
        facts.append(FoundFact(MESSAGE_KEY, Kind.TEXT, written["message"], written["message"], len(text), 1.0))
        text += written["message"]
    reached_at = tuple(values[name] for name in ("email", "phone") if values[name])
    return _Checked(text.strip(), tuple(facts), reached_at)


def _e164(text: str, country: str) -> str:
    import phonenumbers  # as above

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
