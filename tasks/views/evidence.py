"""Evidence files, handed to those who may read the report, and to nobody's browser to run."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tasks.documents.files import KINDS
from tasks.models import Evidence


@require_safe
@never_cache
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """As an attachment under the name its sender gave it; whatever is in it, no page of ours shows it."""
    file = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    try:
        with default_storage.open(str(file.file.name)) as stored:
            content = stored.read()  # ten megabytes at most
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, content_type=KINDS[file.kind], headers=headers)
