"""What the bodies of departments contain, for the OpenAPI document. Tests hold the two together."""

from rest_framework import serializers as s

from metrology_plan.api.schema import Brief, Choice, Common


class DepartmentBrief(Brief):
    code = s.CharField()
    kind = Choice()


class Department(Common):
    code = s.CharField()
    name = s.CharField()
    short_name = s.CharField()
    kind = Choice()
    is_collective = s.BooleanField()
    is_active = s.BooleanField()
    contact_name = s.CharField(allow_blank=True)
    contact_phone = s.CharField(allow_blank=True)


class DepartmentDetail(Department):
    members = DepartmentBrief(many=True)
    aliases = s.ListField(child=s.CharField())
