"""What the reading of facts and the dialogue manager speak of: plain values, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a question asks for, and so how its answer is checked and written."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    TEXT = "text"


# Contact details are read whether or not the agent asks for them; these are the keys they have then.
CONTACT_KEYS = {Kind.NAME: "name", Kind.EMAIL: "email", Kind.PHONE: "phone", Kind.COMPANY: "company"}


@dataclass(frozen=True, slots=True)
class QuestionData:
    """Something an agent wants to learn."""

    key: str  # of the fact: "people", "budget"
    label: str  # for staff: "People who drink coffee"
    ask: str  # the words it is asked in
    kind: Kind
    is_required: bool = False
    choices: tuple[str, ...] = ()  # of the kind `choice`
    # "key=value" or "key": asked only when that fact is known (and has that value); "" is always.
    when: str = ""


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact as it was read in one message.

    `value` is normalised: e-mail with its domain in lower case; phone in E.164 ("+442071234567"), or as it was
    written where its country is not known ("02071234567"); number as decimal
    digits ("40"), a range as "30-40", an open one as "30-" or "-40"; money as "20000 EUR", "10000-20000 EUR", with
    " / month" (or day, week, year, person; " / person / month" for both) behind it where it was said, and without a
    currency where none was; date as ISO 8601 ("2026-12-03", "2026-12", "2026-Q1", "2026"), a range as
    "2026-12-01/2026-12-10"; choice as the question writes it; name, company and text as the visitor wrote them,
    trimmed. "" for a question that was declined.
    """

    key: str
    kind: Kind
    value: str
    words: str  # as they stand in the message, letter for letter
    start: int  # where in the message they begin, in characters
    confidence: float  # 0 to 1
    is_declined: bool = False  # "I'd rather not say"
    is_correction: bool = False  # the visitor said that it replaces what they said before


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact that is stored: the newest of its key."""

    key: str
    kind: Kind
    value: str
    seq: int  # the number of the message it stands in
    is_declined: bool = False


class Stage(StrEnum):
    """How far a sale is."""

    DISCOVER = "discover"
    QUALIFY = "qualify"
    PRESENT = "present"
    OBJECTIONS = "objections"
    CLOSE = "close"
    FOLLOW_UP = "follow_up"
