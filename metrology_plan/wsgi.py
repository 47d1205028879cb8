"""The application as a web server sees it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metrology_plan.settings")
django.setup(set_prefix=False)

from metrology_plan.encoding import Handler  # noqa: E402  (needs the settings)

application = Handler()
