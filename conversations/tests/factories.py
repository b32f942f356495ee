"""Sessions, messages and replies with the fewest fields that make them valid."""

from __future__ import annotations

from typing import Any

import factory

from agents.tests.factories import AgentFactory
from conversations.models import Message, Reply, Session


class SessionFactory(factory.django.DjangoModelFactory):
    agent = factory.SubFactory(AgentFactory)

    class Meta:
        model = Session


class MessageFactory(factory.django.DjangoModelFactory):
    """The next message of its session; the session's own count follows it."""

    session = factory.SubFactory(SessionFactory)
    seq = factory.LazyAttribute(lambda message: message.session.last_seq + 1)
    role = Message.Role.USER
    content = "How much is it?"

    class Meta:
        model = Message
        skip_postgeneration_save = True

    @factory.post_generation
    def counted(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.session.last_seq = max(self.session.last_seq, self.seq)
            self.session.save(update_fields=["last_seq"])


class ReplyFactory(factory.django.DjangoModelFactory):
    """A complete answer to a question, both of one session: `ReplyFactory(session=...)`."""

    question = factory.SubFactory(MessageFactory, session=factory.SelfAttribute("..session"))
    message = factory.SubFactory(
        MessageFactory,
        session=factory.SelfAttribute("..session"),
        role=Message.Role.ASSISTANT,
        content="It is **$2,400**.",
    )
    prompt_version = factory.SelfAttribute("session.agent.published_prompt")
    state = Reply.State.COMPLETE

    class Meta:
        model = Reply
        exclude = ("session",)

    session = factory.SubFactory(SessionFactory)
