"""Bodies that the API takes for departments."""

from typing import Any

from rest_framework import serializers

from departments.models import Department
from metrology_plan.api.inputs import Change, ModelInput, Text


class DepartmentInput(ModelInput):
    """`members` are the codes of a collective's members, `aliases` the other printed names; each list is the whole."""

    members = serializers.ListField(child=Text(max_length=40), required=False, max_length=500)
    aliases = serializers.ListField(child=Text(max_length=100), required=False, max_length=100)

    class Meta:
        model = Department
        fields: Any = (
            "code",
            "name",
            "short_name",
            "kind",
            "is_collective",
            "contact_name",
            "contact_phone",
            "is_active",
            "members",
            "aliases",
        )
        extra_kwargs: Any = {"code": {"validators": []}}  # uniqueness is the action's to say


class DepartmentChange(DepartmentInput, Change):
    class Meta(DepartmentInput.Meta):
        fields = (*DepartmentInput.Meta.fields, "version")
