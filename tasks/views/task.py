from django.http import Http404
from django.views import View


def task(request, **kwargs):
    raise Http404


def history(request, **kwargs):
    raise Http404


class TaskEdit(View):
    pass

