from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("Conversations")
    in_staff_menu = True

    def ready(self) -> None:
        from agents.staff.landing_answers import tell_unanswered
        from conversations.attachments import sweeping  # not at the top: they need the models
        from conversations.deletion import agents_told
        from conversations.deletion.tidying import tidied_by
        from conversations.pages.landing import unanswered
        from conversations.replies.runs import on_every_beat
        from conversations.speakers.due import end_what_is_due, tell_again
        from conversations.staff import agent_links, home_figures

        agent_links.connect()
        home_figures.connect()
        agents_told.connect()
        tidied_by("attachments that were never sent", count=sweeping.count, tidy=sweeping.sweep)
        tell_unanswered(unanswered)
        on_every_beat(end_what_is_due)
        on_every_beat(tell_again)
