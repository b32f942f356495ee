from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class MemoryConfig(AppConfig):
    name = "memory"
    verbose_name = _("Memory")

    def ready(self) -> None:
        from agents.staff.inlines import add_inline
        from conversations.deletion.tidying import tidied_by
        from conversations.intake.signals import message_taken
        from conversations.replies.guides import recalled_by
        from leads.models import Fact
        from memory.making import summarise_later  # not at the top: they need the models
        from memory.offering import offer_later
        from memory.recall import recall
        from memory.staff.switch import MemorySettingsInline
        from memory.tidying import count, tidy

        message_taken.connect(summarise_later)
        post_save.connect(offer_later, sender=Fact)
        recalled_by(recall)
        tidied_by("links and choices that memory needs no more", count=count, tidy=tidy)
        add_inline(MemorySettingsInline)
