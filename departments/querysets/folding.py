"""Text as people mean it: full- and half-width characters are the same (NFKC), in Python and in the database."""

import unicodedata

from django.db import models


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@models.CharField.register_lookup
@models.TextField.register_lookup
class Nfkc(models.Transform):
    """`name__nfkc__icontains=folded(text)`."""

    lookup_name = "nfkc"
    function = "normalize"
    template = "%(function)s(%(expressions)s, NFKC)"
