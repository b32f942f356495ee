"""Who asks: the same as of conversations."""

from conversations.tests.rest.conftest import key, nobody, program  # noqa: F401 fixtures
