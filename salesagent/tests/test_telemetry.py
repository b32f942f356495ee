"""No library tells its maker how it is used."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

USE_THE_MODELS = """
import django
django.setup()
from language import embeddings
embeddings.load().encode_tokens(["A red kiln."])
"""


def test_the_models_leave_nothing_at_home(tmp_path, embedding_model) -> None:
    """The runtime of the embedding model notes each use in a database there, which is uploaded later."""
    environment = {**os.environ, "HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "salesagent.settings"}
    for name in ("XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"):  # the latter is set by the settings of this process
        environment.pop(name, None)

    subprocess.run([sys.executable, "-c", USE_THE_MODELS], env=environment, check=True)  # noqa: S603

    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == []
