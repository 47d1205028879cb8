"""Who signed in, failed, was locked out, signed out: to be read, never written."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from departments.models import AccessEvent


@admin.register(AccessEvent)
class AccessEventAdmin(admin.ModelAdmin):
    list_display = ("at", "kind", "username", "user", "address", "request")
    list_filter = ("kind", ("at", admin.DateFieldListFilter))
    search_fields = ("username", "address")
    list_select_related = ("user",)
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
