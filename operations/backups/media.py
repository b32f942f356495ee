"""The files of a site: held still while they are backed up, and put in the place of others when they come back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

OURS = "."  # how the folders begin that are no media: what is held still, what is being put back


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def entries() -> Iterator[Path]:
    """What stands at the top of the media."""
    if root().is_dir():
        yield from (each for each in sorted(root().iterdir()) if not each.name.startswith(OURS))


def files(below: Path) -> Iterator[tuple[Path, str]]:
    """Each file, and its name with slashes. A folder that goes meanwhile is passed over."""
    for folder, _, names in os.walk(below, followlinks=True):
        for name in names:
            path = Path(folder, name)
            yield path, path.relative_to(below).as_posix()


def hold(into: Path) -> int:
    """Give every file another name in `into`, where nothing removes it: how many bytes they have.

    Called again it adds those that came since. A link costs no space; where the disk has none, files are copied.
    """
    size = 0
    for top in entries():
        if top.is_dir():
            for path, name in files(top):
                size += _hold(path, into / top.name / name)
        else:
            size += _hold(top, into / top.name)
    return size


def _hold(path: Path, held: Path) -> int:
    held.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(path, held)
    except FileExistsError:
        pass
    except FileNotFoundError:  # removed meanwhile
        return 0
    except OSError:  # no links here: of this disk, or of this kind of folder
        try:
            shutil.copy2(path, held)
        except FileNotFoundError:
            return 0
    return held.stat().st_size
