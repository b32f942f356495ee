"""How answers came about: one row for each reply. This module imports no other models."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import prepared


class ReceiptManager(models.Manager["Receipt"]):
    def keep(self, reply_id: int, values: dict[str, Any]) -> None:
        """Store the receipt of an attempt, replacing that of an earlier one, in one statement."""
        _keep(Receipt(reply_id=reply_id, **values))


class Receipt(models.Model):
    """How an answer came about, in addition to the figures of its reply. Its own row, because it is rarely needed."""

    is_part = True  # of a reply

    reply = models.OneToOneField(
        "conversations.Reply", on_delete=models.CASCADE, primary_key=True, related_name="receipt"
    )
    passages = models.JSONField(_("passages given"), default=list)
    left_out = models.JSONField(_("left out for the token budget"), default=dict)
    parameters = models.JSONField(_("parameters"), default=dict)
    checks = models.JSONField(_("checks"), default=dict)

    objects = ReceiptManager()

    class Meta:
        default_permissions = ()  # who may read the session may read it
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return str(self.reply)


_keep = prepared.Insert(Receipt, instead=("passages", "left_out", "parameters", "checks"))
