"""The recipe's application, for uvicorn; nothing of the product in here."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI
from pydantic import BaseModel
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

engine = create_async_engine(os.environ["BENCH_DATABASE"], connect_args={"timeout": 30})
database = async_sessionmaker(engine, expire_on_commit=False)
client = AsyncOpenAI(base_url=os.environ["BENCH_UPSTREAM"], api_key="none")


@event.listens_for(engine.sync_engine, "connect")
def use_wal(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


class Base(DeclarativeBase):
    pass


class Conversation(Base):
    __tablename__ = "conversations"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    messages: Mapped[list[Message]] = relationship(order_by="Message.id")


class Message(Base):
    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    role: Mapped[str]
    content: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class Question(BaseModel):
    content: str


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/conversations")
async def create_conversation() -> dict[str, str]:
    async with database() as session:
        conversation = Conversation()
        session.add(conversation)
        await session.commit()
        return {"id": str(conversation.id)}


@app.post("/conversations/{conversation_id}/messages")
async def ask(conversation_id: uuid.UUID, question: Question) -> StreamingResponse:
    async with database() as session:
        if await session.get(Conversation, conversation_id) is None:
            raise HTTPException(404)
        session.add(Message(conversation_id=conversation_id, role="user", content=question.content))
        await session.commit()
        earlier = await session.scalars(
            select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id.desc()).limit(20)
        )
        history: list[Any] = [{"role": message.role, "content": message.content} for message in reversed(earlier.all())]
    return StreamingResponse(answer(conversation_id, history), media_type="text/event-stream")


async def answer(conversation_id: uuid.UUID, history: list[Any]) -> AsyncIterator[str]:
    text = ""
    stream = await client.chat.completions.create(model="bench", messages=history, stream=True)
    async for chunk in stream:
        if chunk.choices and (content := chunk.choices[0].delta.content):
            text += content
            yield f"data: {json.dumps({'content': content})}\n\n"
    async with database() as session:
        session.add(Message(conversation_id=conversation_id, role="assistant", content=text))
        await session.commit()
    yield "data: [DONE]\n\n"
