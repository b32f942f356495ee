"""Members of staff who may answer, and who may not."""

from __future__ import annotations

import factory
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission


class StaffFactory(factory.django.DjangoModelFactory):
    """`StaffFactory(may=["inbox.answer_session"])` is somebody who has just these permissions."""

    username = factory.Sequence(lambda n: f"staff{n}")
    is_staff = True

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    @factory.post_generation
    def may(self, create: bool, extracted: list[str] | None, **kwargs: object) -> None:
        for name in extracted or ():
            app, _, codename = name.partition(".")
            self.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
