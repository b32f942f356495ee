"""Whether a restore was cut off: one look at the disk, which every start can afford."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

STAGING = ".restoring"
TRASH = ".restored"


def staging() -> Path:
    """Where what is put back waits, on the disk of the media it replaces."""
    return Path(settings.MEDIA_ROOT) / STAGING


def is_unfinished() -> bool:
    return staging().exists()


def settle_if_cut_off() -> str:
    """End a restore that was cut off, one way or the other; what was done, in words, "" where nothing was."""
    if not is_unfinished():
        return ""
    from operations.backups.restoring import settle  # not at the top: hardly any start needs it

    return settle()
