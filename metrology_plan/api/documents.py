"""The OpenAPI document, and the pages that read it aloud; all their files are served here."""

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Schema(SpectacularAPIView):
    """The OpenAPI 3.1 document of this API."""

    http_method_names = ["get", "head"]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]


@method_decorator(csp_update({"img-src": "data:"}), name="dispatch")
class Pages(SpectacularSwaggerSplitView):
    """Its icons are written inside its style sheets."""

    http_method_names = ["get", "head"]
    template_name = "api/docs.html"
