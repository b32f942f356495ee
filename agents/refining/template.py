"""Puts a prompt under the headings a good one has, without a model: it moves sentences and never rewrites one.

What was not said gets a standard line about how to behave; nothing is said about the company that was not there. It
reads English; sentences of other languages stay together under “Further instructions”. Described in docs/staff.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from agents.llm.offers import PROMPT_LINE
from language.blocks import blocks, is_item, is_table, sentence_spans

ROLE, AUDIENCE, GOALS, TONE = "Role", "Audience", "Goals", "Tone"
FACTS, QUESTIONS, OBJECTIONS = "Facts", "Qualification questions", "Objections"
LIMITS, HANDOVER, FURTHER = "Limits", "Hand-over", "Further instructions"
SECTIONS = (ROLE, AUDIENCE, GOALS, TONE, FACTS, QUESTIONS, OBJECTIONS, LIMITS, HANDOVER, FURTHER)

STANDARD = {
    AUDIENCE: "Visitors of the website who want to know what is offered and whether it suits them.",
    GOALS: "Understand what the visitor needs, answer what they ask, and help them to the next step.",
    TONE: "Be friendly, clear and brief. Answer in the language of the visitor.",
    QUESTIONS: "Ask one question at a time, and only what helps to find what suits: what it is for, and by when.",
    OBJECTIONS: "Take a doubt seriously, ask what is behind it, and answer with facts. Do not press.",
    LIMITS: "Use only facts from this prompt and from the knowledge you are given. When neither has it, say so.",
    HANDOVER: PROMPT_LINE,
}
ALIASES = {
    "persona": ROLE,
    "identity": ROLE,
    "customers": AUDIENCE,
    "target audience": AUDIENCE,
    "goal": GOALS,
    "objective": GOALS,
    "objectives": GOALS,
    "style": TONE,
    "tone of voice": TONE,
    "tone and style": TONE,
    "company": FACTS,
    "about": FACTS,
    "about us": FACTS,
    "products": FACTS,
    "pricing": FACTS,
    "prices": FACTS,
    "qualification": QUESTIONS,
    "questions": QUESTIONS,
    "questions to ask": QUESTIONS,
    "objection handling": OBJECTIONS,
    "rules": LIMITS,
    "guardrails": LIMITS,
    "restrictions": LIMITS,
    "handover": HANDOVER,
    "handoff": HANDOVER,
    "escalation": HANDOVER,
    **{title.lower(): title for title in SECTIONS},
}

# The first that matches says where a sentence goes, so what is said most plainly comes first.
_CUES = tuple(
    (section, re.compile(pattern, re.IGNORECASE))
    for section, pattern in (
        (ROLE, r"^(?:you are|you're|act as|your (?:role|name|job) is)\b"),
        (
            OBJECTIONS,
            r"\bobjections?\b|\btoo expensive\b|\bhesitat|\bcompetitors?\b|\bdoubts?\b"
            r"|\bif (?:they|the \w+|a \w+|someone) (?:says?|thinks?|argues?|complains?)\b",
        ),
        (
            HANDOVER,
            r"\bhand(?:s|ed)?[ -]?(?:over|off)\b|\bescalat|\b(?:a|to) (?:human|person|colleague)\b|\bcall(?:ed)? back\b"
            r"|\b(?:sales|support|our|the) team\b|\btransfer\b|\bpass (?:it|them|the \w+) on\b"
            r"|\bask for (?:their|an?) e-?mail\b",
        ),
        (
            LIMITS,
            r"\b(?:never|do not|don't|don’t|must not|may not|avoid|refuse|not allowed|only (?:if|when|use|answer))\b",
        ),
        (QUESTIONS, r"\bqualif|\bfind out\b|\bask (?:them|the \w+|about|whether|for|how|what|which|who|when|if)\b|\?$"),
        (
            TONE,
            r"\btone\b|\bfriendly\b|\bpolite|\bformal|\bcasual|\bwarm(?:er|ly)?\b|\bbe kind\b|\bprofessional|\bconcise"
            r"|\bbrief|\bshort(?:er)? (?:answers?|sentences?|replies)\b|\bhumou?r|\bemojis?\b|\bempath"
            r"|\b(?:answer|speak|write|reply) in\b",
        ),
        (
            AUDIENCE,
            r"\baudience\b|\b(?:customers?|visitors?|clients?|buyers|users) (?:are|include|come)\b|\baimed at\b"
            r"|\bpeople who\b",
        ),
        (
            GOALS,
            r"\b(?:goals?|aims?|objectives?|purpose)\b"
            r"|^(?:you )?(?:help|guide|advise|sell|recommend|convince|book|encourage)\b",
        ),
        (FACTS, r"\b(?:we|our|us)\b|\d|https?://|\b\S+@\S+\.\w|\b(?:costs?|offers?|sells?|is|are|has|have)\b"),
    )
)
_LEANS = re.compile(
    r"^(?:it|its|they|them|their|this|that|these|those|he|she|there|then|also|but|and|or|so|if so|otherwise|however"
    r"|for example|e\.g\.|in that case|instead)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(slots=True)
class Arranged:
    """The prompt, the sections that the material filled, and those that a standard line did."""

    text: str
    filled: list[str] = field(default_factory=list)
    standard: list[str] = field(default_factory=list)


def arrange(name: str, *materials: str) -> Arranged:
    """Every sentence, list, table and code block of `materials` under its heading, in the order it came in."""
    found: dict[str, list[str]] = {section: [] for section in SECTIONS}
    for material in materials:
        for section, piece in _pieces(material):
            found[section].append(piece)
    arranged = Arranged("", [section for section in SECTIONS if found[section]])
    for section, line in (STANDARD | {ROLE: _role(name)}).items():
        if not found[section]:
            found[section].append(f"- {line}")
            arranged.standard.append(section)
    parts = [f"# {section}\n\n{_written(found[section])}" for section in SECTIONS if found[section]]
    arranged.text = "\n\n".join(parts)
    return arranged


def _role(name: str) -> str:
    who = f"You are {name}, " if name else "You are "
    return f"{who}the assistant that answers visitors of the website."


def _written(pieces: list[str]) -> str:
    """Single sentences as one list, whole blocks apart from it."""
    text = pieces[0]
    for before, piece in pairwise(pieces):
        are_items = "\n" not in before and "\n" not in piece and before.startswith("- ") and piece.startswith("- ")
        text += ("\n" if are_items else "\n\n") + piece
    return text


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(section, Markdown) in order."""
    for heading, body in _parts(text):
        section = ALIASES.get(heading.strip(" :*_").lower(), "")
        if heading and not section:  # a heading of its own keeps what stands below it together
            yield FURTHER, f"## {heading}\n\n{body}".rstrip()
        else:
            yield from _sorted(body, section)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """(heading, what stands below it); a `#` inside a fence is code."""
    heading, lines, in_fence = "", list[str](), False
    for line in text.splitlines():
        if _FENCE.match(line):
            in_fence = not in_fence
        match = None if in_fence else _HEADING.match(line)
        if match is None:
            lines.append(line)
            continue
        yield heading, "\n".join(lines).strip("\n")
        heading, lines = match[1], []
    yield heading, "\n".join(lines).strip("\n")


def _sorted(body: str, section: str) -> Iterator[tuple[str, str]]:
    lead = ""
    for block in blocks(body):
        whole = "\n".join(block)
        is_prose = not (is_item(block[0]) or is_table(block) or _FENCE.match(block[0]))
        if is_prose and whole.rstrip().endswith(":"):
            yield from _lead(lead, section)
            lead = whole
        elif is_prose and not lead:
            yield from _sentences(" ".join(whole.split()), section)
        else:
            piece = f"{lead}\n\n{whole}" if lead else whole
            yield section or _section_of(lead or whole), piece
            lead = ""
    yield from _lead(lead, section)


def _lead(lead: str, section: str) -> Iterator[tuple[str, str]]:
    if lead:
        yield section or _section_of(lead), lead


def _sentences(text: str, section: str) -> Iterator[tuple[str, str]]:
    """One sentence each; one that leans on the sentence before stays with it."""
    together: list[str] = []
    for sentence in sentence_spans(text):
        if together and not _LEANS.match(sentence):
            yield section or _section_of(together[0]), f"- {' '.join(together)}"
            together = []
        together.append(sentence)
    if together:
        yield section or _section_of(together[0]), f"- {' '.join(together)}"


def _section_of(text: str) -> str:
    return next((section for section, cue in _CUES if cue.search(text)), FURTHER)
