from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from agents.staff.landing_answers import tell_unanswered
        from conversations import agent_links, agents_told  # not at the top: they need the models
        from conversations.landing import unanswered

        agent_links.connect()
        agents_told.connect()
        tell_unanswered(unanswered)
