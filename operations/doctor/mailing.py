"""Whether the mail server lets this site in: a connection and a log-in, and no e-mail."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from operations.doctor.findings import Finding, broken, good

LOOK = "Look at EMAIL_URL."
# By the error, the first that fits: what it means and what to do.
CAUSES: tuple[tuple[type[Exception], str, str], ...] = (
    (smtplib.SMTPAuthenticationError, "refuses the user or the password", f"{LOOK} An @ in a name is written %40."),
    (smtplib.SMTPSenderRefused, "takes no mail from EMAIL_FROM", "Set EMAIL_FROM to an address that it knows."),
    (smtplib.SMTPNotSupportedError, "offers no TLS, or no log-in", f"{LOOK} smtp:// goes without TLS."),
    (ssl.SSLCertVerificationError, "has a certificate that nobody known has signed", f"{LOOK} The name counts, too."),
    (ssl.SSLError, "does not speak TLS at this port", f"{LOOK} smtps:// is TLS from the start, smtp+tls:// later."),
    (smtplib.SMTPServerDisconnected, "hangs up, or does not answer in time", f"{LOOK} Is it the right port?"),
    (TimeoutError, "does not answer in time", f"{LOOK} Is the port open?"),
)


def asked() -> Iterator[Finding]:
    """Ask an SMTP server; a mail service is not asked, because it has nothing to ask but to send."""
    server = get_connection()
    if not isinstance(server, EmailBackend):
        return
    try:
        _knock(server)
    except (OSError, smtplib.SMTPException) as error:
        otherwise = (f"could not be used ({type(error).__name__})", LOOK)
        words, mend = next(((words, mend) for kind, words, mend in CAUSES if isinstance(error, kind)), otherwise)
        yield broken("mail", f"The server was asked and {words}.", mend)
    else:
        yield good("mail", "The server was asked and lets the site in.")
    finally:
        server.close()


def _knock(server: EmailBackend) -> None:
    server.open()
    connection, sender = server.connection, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    assert connection  # noqa: S101 for the type checker: `open` raises instead
    code, said = connection.mail(sender)
    if code != 250:  # it takes mail from there, RFC 5321, section 4.3.2
        raise smtplib.SMTPSenderRefused(code, said, sender)
    connection.rset()
