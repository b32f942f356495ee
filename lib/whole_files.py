"""The usual storage of files, in which one is whole or not there: a disk that fills up leaves no half of it behind."""

from __future__ import annotations

import contextlib
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="lib.whole_files.WholeFileStorage")
class WholeFileStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        was_there = self.exists(name)  # somebody else's, then, and not ours to remove
        try:
            return str(super()._save(name, content))  # type: ignore[misc]  # the stubs do not know it
        except BaseException:
            if not was_there:
                with contextlib.suppress(OSError):
                    self.delete(name)
            raise
