"""Makes the stages of a real conversation from the agent's settings and the configured providers."""

from __future__ import annotations

import uuid
from dataclasses import replace

from voice.live.stages import Stages
from voice.stt.transcriber import Transcript, Utterance


async def stages_of(agent_id: uuid.UUID) -> Stages:
    """The stages for one conversation with an agent."""
    # Not at the top: codecs and models take a second to import, which a process without voice does not need.
    from voice.models import settings_of
    from voice.reading.clauses import Clauser
    from voice.stt.chain import hears, transcribe
    from voice.tts.chain import Narrator
    from voice.warming import warm_up

    warm_up(agent_id)
    settings = await settings_of(agent_id)

    async def transcribed(utterance: Utterance) -> Transcript:
        return await transcribe(replace(utterance, keywords=settings.names))

    return Stages(
        transcribe=transcribed,
        narrator=lambda: Narrator(settings.voice, settings.pronunciations),
        clauser=Clauser,
        greeting=settings.greeting,
        language=settings.voice.language,
        hears=hears,
    )
