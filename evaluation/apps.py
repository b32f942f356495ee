from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = _("Evaluation")
    in_staff_menu = True

    def ready(self) -> None:
        from agents.publication import gated_by
        from agents.staff.version_notes import note_on_versions  # imported here because they need the models
        from conversations.deletion.tidying import tidied_by
        from conversations.intake.signals import feedback_given
        from conversations.replies.runs import on_every_end
        from conversations.staff.transcript_actions import offer_in_transcripts
        from evaluation.gaps import count_unasked, delete_unasked, note_feedback, note_later
        from evaluation.gate import hold
        from evaluation.running import break_off, work
        from evaluation.staff import again_page, agent_links, from_transcript, version_notes
        from lib.given_up import when_given_up

        when_given_up(work.module_path, break_off)
        gated_by(hold)
        on_every_end(note_later)
        feedback_given.connect(note_feedback)
        tidied_by("gaps that no conversation asks any more", count=count_unasked, tidy=delete_unasked)
        note_on_versions(version_notes.find)
        agent_links.connect()
        offer_in_transcripts(from_transcript.actions)
        offer_in_transcripts(again_page.actions)
