from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoiceConfig(AppConfig):
    name = "voice"
    verbose_name = _("Voice")

    def ready(self) -> None:
        import voice.files.forgetting  # both listen from then on
        import voice.staff.copying  # noqa: F401
        from voice.staff import agent_links

        agent_links.connect()
