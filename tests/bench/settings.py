"""The portal's own settings, with the floor beside its pages and one of the bench's two databases."""

import os

from metrology_plan.settings import *  # noqa: F403
from metrology_plan.settings import DATABASES

ROOT_URLCONF = "tests.bench.urls"
DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", "portal")
