from django.http import Http404
from django.views import View


class PlanAdd(View):
    pass


class PlanEdit(View):
    pass


class Dates(View):
    pass


class GroupAdd(View):
    pass


class GroupEdit(View):
    pass


class TaskAdd(View):
    pass

