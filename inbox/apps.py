from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = _("Inbox")

    def ready(self) -> None:
        from conversations.intake.known_answers import known_by  # not at the top: they need the models
        from conversations.replies.runs import on_every_end
        from conversations.speakers.due import worded_by
        from conversations.speakers.hours import hours_told_by
        from conversations.speakers.signals import speaker_changed
        from inbox.asking import ending_words, known
        from inbox.availability import coming_shifts
        from inbox.calling import call_later
        from inbox.rules import look_at
        from inbox.staff import copying, home  # noqa: F401 the import of `copying` connects its signal

        known_by(known)
        worded_by(ending_words)
        hours_told_by(coming_shifts)
        on_every_end(look_at)
        speaker_changed.connect(call_later)
        home.connect()
