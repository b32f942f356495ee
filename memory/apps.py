from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MemoryConfig(AppConfig):
    name = "memory"
    verbose_name = _("Memory")

    def ready(self) -> None:
        from agents.staff.inlines import add_inline
        from conversations.intake.signals import message_taken
        from conversations.replies.guides import recalled_by
        from memory.making import summarise_later  # not at the top: they need the models
        from memory.recall import recall
        from memory.staff.switch import MemorySettingsInline

        message_taken.connect(summarise_later)
        recalled_by(recall)
        add_inline(MemorySettingsInline)
