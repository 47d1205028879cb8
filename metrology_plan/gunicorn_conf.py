"""How gunicorn serves the portal: `gunicorn -c python:metrology_plan.gunicorn_conf metrology_plan.wsgi`.

`make run` uses it, and so can a unit file in production, with `--bind` of its own.
"""

from metrology_plan.logs import logging_config

workers = 2
threads = 4  # pages wait for the database, not for the processor
# Not preloaded: nothing opened before a fork is shared by accident, and HUP reloads the code.
preload_app = False
graceful_timeout = 5  # seconds for the requests under way when asked to stop
control_socket_disable = True  # it would live in the home folder, one for all portals of a user
logconfig_dict = logging_config("INFO") | {"loggers": {"gunicorn.error": {"level": "WARNING", "propagate": True}}}
