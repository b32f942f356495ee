"""Django's admin, with our site instead of the default one."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "lib.staff.site.StaffSite"

    def ready(self) -> None:
        from lib import any_case

        any_case.register()
        super().ready()
