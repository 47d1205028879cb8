from django.http import Http404
from django.views import View


def dashboard(request, **kwargs):
    raise Http404

