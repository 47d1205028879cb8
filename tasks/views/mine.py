from django.http import Http404
from django.views import View


def mine(request, **kwargs):
    raise Http404

