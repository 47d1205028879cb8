"""Addresses of the department pages."""

from django.urls import path

from tasks.views import departments

app_name = "departments"

urlpatterns = [
    path("", departments.department_list, name="list"),
    path("<slug:code>/", departments.department_detail, name="detail"),
]
