"""Logs: one JSON object a line on stderr, with the id of the request that caused it."""

import re
from typing import Any

import structlog

# The address of a calendar opens it to whoever knows it; one that was cut short nearly does. Anywhere in an address,
# since people paste it into fields that stand there.
SECRET = re.compile(r"(?i)(calendar(?:/|%2f))[^/?&\s]{20,}")

# What every line gets, whether it was written with structlog or with plain logging.
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    structlog.processors.UnicodeDecoder(),
]


def masked(address: str) -> str:
    """An address as logs and the audit may keep it."""
    return SECRET.sub(r"\1…", address)


def json_line(logger: Any, name: str, event: dict[str, Any]) -> str:
    """Chinese stays readable; what is no JSON is printed as text rather than lost."""
    return str(structlog.processors.JSONRenderer(ensure_ascii=False, default=str)(logger, name, event))


def logging_config(level: str) -> dict[str, Any]:
    """The LOGGING setting. `level` is for our own lines; libraries speak from WARNING on."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder()],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, json_line],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"level": "WARNING"},
            # The request lines below already tell of every 4xx and 5xx, with the exception.
            "django.request": {"level": "CRITICAL"},
            "django_structlog": {"level": level},
            "metrology_plan": {"level": level},
            "departments": {"level": level},
            "tasks": {"level": level},
        },
    }
