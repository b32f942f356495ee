from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = _("Agents")
    in_staff_menu = True

    def ready(self) -> None:
        from agents.staff import agent_places  # not at the top: it needs the models

        agent_places.connect()
