"""Where Django looks for the pages of the admin: they are in `voice/staff`."""

from voice.staff import voice_settings  # noqa: F401
