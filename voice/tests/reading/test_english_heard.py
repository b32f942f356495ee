"""What the built-in voice says of written English is what the built-in ear writes down again."""

from __future__ import annotations

import re

import pytest

from fakes.patience import PATIENCE_S
from voice.reading.normalise import speakable
from voice.stt.builtin import BuiltinTranscriber
from voice.tests.utterances import needs_models, speech, utterance

pytestmark = [needs_models, pytest.mark.slow]


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("Call us on +1 401 555 0142 on Monday.", "plus1401"),
        ("The large plan costs €1.299 per month.", "1299euros"),
        ("It is -15 °C outside, so wear a coat.", "minus15degreescelsius"),
        ("We are open Mon–Fri, 9am-5pm.", "mondaytofriday9amto5pm"),
        ("Your PIN is 0042, please keep it.", "0042"),
        ("The party is on 24.12.2026 in St. Louis.", "december242026"),
        ("Please order part number XR-200 today.", "xr200"),
        ("We raised $2.5bn last year.", "25billion"),
        ("The sale runs Jan–Mar in our shop.", "januarytomarch"),
    ],
)
async def test_what_was_meant_is_heard(written: str, heard: str):
    transcript = await BuiltinTranscriber(timeout_s=PATIENCE_S).transcribe(utterance(speech(speakable(written))))

    assert heard in re.sub(r"[^a-z0-9]", "", transcript.text.lower())
