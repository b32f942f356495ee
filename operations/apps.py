from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("Operation")

    def ready(self) -> None:
        from conversations.deletion.tidying import tidied_by  # not at the top: they need the models
        from operations import expiry

        tidied_by("sign-ins that are over", count=expiry.count_sign_ins, tidy=expiry.end_sign_ins)
