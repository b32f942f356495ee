"""All checks, in the order in which one would mend what they find."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.db import Error as DatabaseError

from operations.doctor import configuration, mailing, services, storage, work
from operations.doctor.findings import Finding, Grade, broken

log = logging.getLogger(__name__)

Check = Callable[[], Iterator[Finding]]
CHECKS: dict[str, Check] = {
    "settings": configuration.unsafe,
    "database": storage.database,
    "redis": storage.redis,
    "disk": storage.disk,
    "media": storage.media,
    "model": services.models,
    "speech": services.speech,
    "mail": configuration.mail,
    "tasks": work.waiting,
}
ASKING: dict[str, Check] = {"providers": services.asked, "mail": mailing.asked, "worker": work.asked}


def examine(*, ask: bool = False) -> Iterator[Finding]:
    """Every finding as it is made; with `ask` providers, the mail server and the worker are asked, too."""
    for about, check in [*CHECKS.items(), *(ASKING.items() if ask else ())]:
        try:
            yield from check()
        except DatabaseError as error:
            yield broken(about, f"It could not be looked at: the database failed ({type(error).__name__}).")
        except Exception as error:  # one check that fails keeps no other from being made
            log.exception("the check of %s failed", about)
            yield broken(about, f"It could not be looked at ({type(error).__name__}).", "The log above says where.")


def is_well(findings: list[Finding]) -> bool:
    return all(each.grade is not Grade.BROKEN for each in findings)
