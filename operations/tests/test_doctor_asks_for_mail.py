"""With --ask the doctor knocks at the mail server, says what keeps the site out, and sends nothing."""

import smtplib
import ssl

import pytest

from fakes.mail import mail_server
from operations.doctor import mailing
from operations.doctor.findings import Grade


@pytest.fixture
def post(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "lib.mail.EmailBackend", "127.0.0.1"
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = server.server_address[1], 5
        yield server


def found():
    [finding] = mailing.asked()
    return finding


def test_a_server_that_lets_the_site_in_gets_no_e_mail(post):
    assert found().grade is Grade.GOOD
    assert post.messages == []


def test_a_sender_that_it_does_not_know(post, settings):
    settings.DEFAULT_FROM_EMAIL = "Bot <stranger@x.example>"
    post.unknown_senders = {"stranger@x.example"}

    assert "takes no mail from EMAIL_FROM" in found().words


def test_a_server_without_tls(post, settings):
    settings.EMAIL_USE_TLS = True

    assert "offers no TLS" in found().words


def test_tls_where_none_is_spoken(post, settings):
    settings.EMAIL_USE_SSL = True

    assert found().grade is Grade.BROKEN


def test_a_server_that_is_not_there(post, settings):
    settings.EMAIL_PORT = 1

    assert found().words == "The server was asked and could not be used (ConnectionRefusedError)."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), "refuses the user or the password"),
        (ssl.SSLCertVerificationError(1, "self-signed"), "certificate"),
        (TimeoutError(), "in time"),
        (smtplib.SMTPServerDisconnected("timed out"), "in time"),
    ],
)
def test_each_cause_has_its_words(error, words):
    assert words in next(said for kind, said, _mend in mailing.CAUSES if isinstance(error, kind))


def test_a_mail_service_is_not_asked(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert list(mailing.asked()) == []
