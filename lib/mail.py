"""Sends e-mail by SMTP, and says whom the server did not take it for."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangosBackend


class _TellsOfEach:
    """smtplib raises only if every address was refused; a colleague whose one is greylisted would be forgotten."""

    def sendmail(self, *args: Any, **options: Any) -> dict[str, tuple[int, bytes]]:
        """Raises SMTPRecipientsRefused if any address was refused, after it was sent to the others."""
        if refused := super().sendmail(*args, **options):  # type: ignore[misc]  # of the class it is mixed into
            raise smtplib.SMTPRecipientsRefused(refused)
        return {}


class _Smtp(_TellsOfEach, smtplib.SMTP):
    pass


class _SmtpOverTls(_TellsOfEach, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangosBackend):
    """Django's, but an address that is refused is an error also where others are not."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp
