from django.http import Http404
from django.views import View


class MoveView(View):
    pass

