from django.http import Http404
from django.views import View


def ledger(request, **kwargs):
    raise Http404


def ledger_csv(request, **kwargs):
    raise Http404

