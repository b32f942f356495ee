"""Django's admin with our site in the place of its own."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "lib.staff.site.StaffSite"
