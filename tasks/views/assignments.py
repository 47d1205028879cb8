from django.http import Http404
from django.views import View


class AssignmentAdd(View):
    pass


class AssignmentEdit(View):
    pass


class AssignmentRemove(View):
    pass

