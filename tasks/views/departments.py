from django.http import Http404
from django.views import View


def department_list(request, **kwargs):
    raise Http404


def department_detail(request, **kwargs):
    raise Http404

