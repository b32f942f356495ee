"""Vectors are multiplied by the thread that asks: threads for each product would wait for a core that answers need."""

import subprocess
import sys
from pathlib import Path

import pytest

from fakes.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
MULTIPLIES = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "salesagent.settings"
os.environ.pop("OPENBLAS_NUM_THREADS", None)  # which the tests have set already
import django
django.setup()
before = len(os.listdir("/proc/self/task"))
import numpy
numpy.ones((4_000, 384), numpy.float32) @ numpy.ones(384, numpy.float32)
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.process
def test_a_product_of_many_vectors_starts_no_thread():
    done = subprocess.run(  # noqa: S603 the code above
        [sys.executable, "-c", MULTIPLIES], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )

    assert done.stdout.strip() == "0"
