from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")
    in_staff_menu = True

    def ready(self) -> None:
        from knowledge.staff import agent_links  # not at the top: it needs the models

        agent_links.connect()
