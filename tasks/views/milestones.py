from django.http import Http404
from django.views import View


class MilestoneAdd(View):
    pass


class MilestoneEdit(View):
    pass


class Tick(View):
    pass

