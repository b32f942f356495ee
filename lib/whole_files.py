"""Django's file storage, but a file is stored whole or not at all: a full disk leaves no half of it behind."""

from __future__ import annotations

import contextlib
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="lib.whole_files.WholeFileStorage")
class WholeFileStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        was_there = self.exists(name)  # then it is another file, which must not be removed
        try:
            return str(super()._save(name, content))  # type: ignore[misc]  # the stubs do not know it
        except BaseException:
            if not was_there:
                with contextlib.suppress(OSError):
                    self.delete(name)
            raise
