"""Conversations whose last question was not answered, as gaps are made of."""

from datetime import timedelta

from django.utils import timezone

from conversations.tests.factories import MessageFactory, ReplyFactory, SessionFactory


def unknown(agent, text, *, days_ago=0, **fields):
    """A question that was not answered."""
    at = timezone.now() - timedelta(days=days_ago)
    session = SessionFactory(agent=agent)
    question = MessageFactory(session=session, content=text, created_at=at)
    return ReplyFactory(session=session, question=question, **({"certainty": "refused"} | fields))


def followed_up(agent, *asked):
    """A conversation in which the last question was not answered."""
    session = SessionFactory(agent=agent)
    for text in asked[:-1]:
        ReplyFactory(session=session, question=MessageFactory(session=session, content=text), certainty="answered")
    question = MessageFactory(session=session, content=asked[-1])
    return ReplyFactory(session=session, question=question, certainty="refused")
