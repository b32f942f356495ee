"""What follows when a task has failed too often and is not run again: apps say it here, the worker asks."""

from __future__ import annotations

from collections.abc import Callable

Follower = Callable[..., None]
_followers: dict[str, Follower] = {}


def when_given_up(task_path: str, follower: Follower) -> None:
    """Have `follower` called with a task's own arguments once it is given up; perhaps again, from other processes."""
    _followers[task_path] = follower


def follower_of(task_path: str) -> Follower | None:
    return _followers.get(task_path)
