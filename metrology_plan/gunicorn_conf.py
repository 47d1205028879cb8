"""How gunicorn serves the portal: `gunicorn -c python:metrology_plan.gunicorn_conf metrology_plan.wsgi`.

`make run` uses it, and so can a unit file in production, with `--bind` of its own.
"""

import gc
from typing import Any

from gunicorn.http import message

from metrology_plan.logs import logging_config

workers = 2
threads = 4  # pages wait for the database, not for the processor
# Not preloaded: nothing opened before a fork is shared by accident, and HUP reloads the code.
preload_app = False
# The portal itself tells who sends too long an address (errors.LONGEST_ADDRESS), whatever a browser or a program may
# send; only what is longer still gets gunicorn's bare 414. gunicorn cuts every limit down to its own constant.
message.MAX_REQUEST_LINE = limit_request_line = 128 * 1024
graceful_timeout = 5  # seconds for the requests under way when asked to stop
control_socket_disable = True  # it would live in the home folder, one for all portals of a user

logconfig_dict = logging_config("INFO") | {"loggers": {"gunicorn.error": {"level": "WARNING", "propagate": True}}}


def post_worker_init(worker: Any) -> None:
    """A page makes some fifty thousand objects and drops them all: look for cycles among them less often, and never
    again among those of the program."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
