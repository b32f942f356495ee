from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoiceConfig(AppConfig):
    name = "voice"
    verbose_name = _("Voice")

    def ready(self) -> None:
        import voice.copying  # it listens from then on
        import voice.forgetting  # noqa: F401
        from voice import agent_links

        agent_links.connect()
