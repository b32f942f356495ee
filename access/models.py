"""Keys of programs for the management API (see keys.py), and permissions that groups were given (see groups.py)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def valid(self, at: datetime | None = None) -> ApiKeyQuerySet:
        at = at or timezone.now()
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)


class ApiKey(models.Model):
    """One program's credential. Only its hash is stored, so it is shown once and can never be read again."""

    class Scope(models.TextChoices):
        READ = "read", _("read everything")
        WRITE = "write", _("create, change, delete and send messages")

    name = models.CharField(_("name"), max_length=100, help_text=_("Who uses it: “CRM import”, “Website backend”."))
    prefix = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("may"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    expires_at = models.DateTimeField(
        _("valid until"), null=True, blank=True, help_text=_("Empty: until it is revoked.")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

    def is_valid(self, at: datetime | None = None) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > (at or timezone.now()))

    def revoke(self, at: datetime | None = None) -> None:
        """Make the key invalid for good; its row stays in the list."""
        if self.revoked_at is None:
            self.revoked_at = at or timezone.now()
            self.save(update_fields=["revoked_at"])


class GivenPermission(models.Model):
    """Records that a group was given a permission, so that it is not given again after a person took it away."""

    group = models.CharField(max_length=150)
    permission = models.CharField(max_length=200)  # app.codename

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["group", "permission"], name="given_permission_once"),)

    def __str__(self) -> str:
        return f"{self.group}: {self.permission}"
