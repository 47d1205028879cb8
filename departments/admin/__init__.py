"""Django admin for departments, accounts and the records of access and change."""

from departments.admin import access, accounts, audit, departments  # noqa: F401  (registers)
