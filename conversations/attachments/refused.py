"""The error for a file that cannot be taken, with words for the visitor."""

from __future__ import annotations


class AttachmentRefused(Exception):
    """`str()` tells the visitor what to do; `status` is for programs: 409, 413, 415 or 422."""

    def __init__(self, words: str, status: int = 409):
        super().__init__(words)
        self.status = status
