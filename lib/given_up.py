"""What apps do when one of their tasks has failed too often and is not run again. The worker calls this."""

from __future__ import annotations

from collections.abc import Callable

Follower = Callable[..., None]
_followers: dict[str, Follower] = {}


def when_given_up(task_path: str, follower: Follower) -> None:
    """Register a function to call with the arguments of a task that is given up. Other processes may call it again."""
    _followers[task_path] = follower


def follower_of(task_path: str) -> Follower | None:
    return _followers.get(task_path)
