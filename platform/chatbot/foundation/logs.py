"""Structured logs: one JSON object a line, with the ids of the request, tenant and conversation at hand."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
tenant_id: ContextVar[str] = ContextVar("tenant_id", default="")
conversation_id: ContextVar[str] = ContextVar("conversation_id", default="")

_CONTEXT = (("request_id", request_id), ("tenant_id", tenant_id), ("conversation_id", conversation_id))
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SECRET_NAMES = re.compile(r"pass(word|wd)|secret|token|api_?key|authorization|cookie", re.IGNORECASE)
_SECRET_VALUES = re.compile(
    r"ecp_[\w-]{8,}"  # API keys
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # JWTs
    r"|(?<=[Bb]earer )[^\s\"',;]+"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user:password in URLs
)
MASK = "***"


def mask(text: str) -> str:
    """The text without credentials that are known by their shape."""
    return _SECRET_VALUES.sub(MASK, text)


class JsonFormatter(logging.Formatter):
    """`extra={...}` becomes fields; those named like secrets are masked whole."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.fields(record), ensure_ascii=False, default=str)

    def fields(self, record: logging.LogRecord) -> dict[str, object]:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        for name, variable in _CONTEXT:
            if value := variable.get():
                fields[name] = value
        for name, value in vars(record).items():
            if name not in _STANDARD and not name.startswith("_"):
                fields[name] = _masked(name, value)
        if record.exc_info:
            fields["exception"] = mask(self.formatException(record.exc_info))
        return fields


class TextFormatter(JsonFormatter):
    """For people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        fields = self.fields(record)
        time, level, logger, message = (fields.pop(name) for name in ("time", "level", "logger", "message"))
        exception = fields.pop("exception", None)
        rest = "".join(f" {name}={value}" for name, value in fields.items())
        return f"{time} {level:<7} {logger}: {message}{rest}" + (f"\n{exception}" if exception else "")


def configure_logging(level: str = "INFO", log_format: str = "json") -> None:
    """Everything to standard error through one handler. The access log is ours: run uvicorn with access_log=False."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextFormatter() if log_format == "text" else JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in ("httpx", "httpcore"):  # they log whole URLs at INFO, and arguments of users are in them
        logging.getLogger(name).setLevel(logging.WARNING)


def _masked(name: str, value: object) -> object:
    if _SECRET_NAMES.search(name):
        return MASK
    return mask(value) if isinstance(value, str) else value
