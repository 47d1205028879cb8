from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DepartmentsConfig(AppConfig):
    name = "departments"
    verbose_name = _("Departments and accounts")

    def ready(self) -> None:
        from departments import signin

        signin.connect()
