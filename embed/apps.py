from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmbedConfig(AppConfig):
    name = "embed"
    verbose_name = _("On other web sites")

    def ready(self) -> None:
        from agents.staff.inlines import add_inline  # not at the top: they need the models
        from conversations.intake.first_touch import verified_by
        from embed import copying  # noqa: F401 listens from then on
        from embed.identity import is_signed
        from embed.staff.settings import EmbedSettingsInline

        add_inline(EmbedSettingsInline)
        verified_by(is_signed)
