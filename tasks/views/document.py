from django.http import Http404
from django.views import View


def document(request, **kwargs):
    raise Http404

