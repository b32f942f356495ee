"""Who tries the API is given a recording to send."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from voice.sound.audio import decode
from voice.tests.utterances import needs_models

EXAMPLE = "docs/examples/question.mp3"


@needs_models
def test_a_text_becomes_a_recording_that_can_be_sent(tmp_path):
    call_command("make_recording", "How long is delivery?", str(tmp_path / "question.mp3"), verbosity=0)

    assert 0.5 < decode(BytesIO((tmp_path / "question.mp3").read_bytes()), longest_s=10).duration_s < 5


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_to_say_is_refused(tmp_path, text):
    with pytest.raises(CommandError, match="TEXT"):
        call_command("make_recording", text, str(tmp_path / "question.mp3"))


@needs_models
def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"FILE: .*missing"):
        call_command("make_recording", "Hello.", str(tmp_path / "missing" / "question.mp3"))


def test_the_documentation_has_a_recording(settings):
    recorded = decode(BytesIO((settings.BASE_DIR / EXAMPLE).read_bytes()), longest_s=10)

    assert 0.5 < recorded.duration_s < 5
