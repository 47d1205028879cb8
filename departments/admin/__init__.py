"""Django admin for departments, accounts and the records of access and change."""

from django.contrib import admin
from django.contrib.auth.models import Group

from departments.admin import access, accounts, audit, calendar, departments  # noqa: F401  (registers)

admin.site.unregister(Group)  # groups grant nothing here: permissions come from the rules
