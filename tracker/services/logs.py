"""Logs: one JSON object a line on standard error, without secrets, addresses and phone numbers."""

import json
import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TextIO

import structlog

from tracker.host.redact import redact

Event = MutableMapping[str, Any]

_NUMBERS = (int, float)
_writer = ""
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
_QUIET = ("huey", "httpcore2", "httpx2", "mail.log")
"""Libraries whose information is of no use to an operator; their warnings are."""


def configure(process: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Sends everything this process logs, by `logging` or by structlog, as redacted JSON lines to `stream`.

    `process` names it in each line: `web`, `worker`, ... To be called once, at the start.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        partial(_name, process),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    line = structlog.processors.JSONRenderer(serializer=lambda event, **_: _encode(event))
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Formatter(foreign_pre_chain=shared, processors=[remove, _redact, line]))
    global _writer  # noqa: PLW0603 - what a process is called is the process's
    _writer = process
    # No line names them, and every record would look them up.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def note(logger: str, event: str, **fields: Any) -> None:
    """Logs an information that comes with every request: the line that `logging` would write, for a third of its time.

    Nothing is written before `configure` was called.
    """
    log = logging.getLogger(logger)
    if log.isEnabledFor(logging.INFO):
        at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        told = {name: value if isinstance(value, _NUMBERS) else redact(str(value)) for name, value in fields.items()}
        head = {"event": event, "level": "info", "logger": logger, "at": at, "process": _writer}
        line = _Line(_encode(head | told))
        log.handle(logging.LogRecord(logger, logging.INFO, "", 0, line, None, None))


class _Line(str):
    """A message that is a whole line already."""

    __slots__ = ()


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return record.msg if isinstance(record.msg, _Line) else super().format(record)


def _name(process: str, _logger: object, _method: str, event: Event) -> Event:
    event["process"] = process
    return event


def _redact(_logger: object, _method: str, event: Event) -> Event:
    """Whoever logs is asked to log no person; this is for what slips through, an exception's text above all."""
    for key, value in event.items():
        if key not in ("at", "level", "logger", "process") and not isinstance(value, int | float | bool | None):
            event[key] = redact(str(value))
    return event
