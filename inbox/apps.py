from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = _("Inbox")

    def ready(self) -> None:
        from conversations.intake.known_answers import known_by  # not at the top: they need the models
        from conversations.speakers.due import worded_by
        from inbox.asking import ending_words, known
        from inbox.staff import copying  # noqa: F401 it listens from then on

        known_by(known)
        worded_by(ending_words)
