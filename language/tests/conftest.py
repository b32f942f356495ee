"""The embedding model, as the tests of the built-in answers load it."""

from agents.tests.builtin.conftest import encoder

__all__ = ["encoder"]
