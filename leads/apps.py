from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")
    in_staff_menu = True

    def ready(self) -> None:
        from conversations.intake.signals import message_taken
        from conversations.replies.guides import guided_by
        from conversations.staff.transcript_notes import note_in_transcripts
        from leads.guiding import guide
        from leads.reading import read_later
        from leads.staff import agent_links, copying, transcript_notes  # noqa: F401 the second listens from then on

        message_taken.connect(read_later)
        guided_by(guide)
        agent_links.connect()
        note_in_transcripts(transcript_notes.find)
