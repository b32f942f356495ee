from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = _("Agents")
    in_staff_menu = True

    def ready(self) -> None:
        from agents.staff import agent_places, landing_pages  # imported here because they need the models
        from agents.staff.agent_links import lead_on

        agent_places.connect()
        lead_on(landing_pages.link_of)
