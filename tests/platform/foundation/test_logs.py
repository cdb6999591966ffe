"""Logs: structured, tied to their request, and without secrets."""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chatbot.foundation import logs
from chatbot.foundation.security.keys import new_api_key
from chatbot.foundation.security.tokens import Tokens


@contextmanager
def logging_to_stderr(log_format: str = "json") -> Iterator[None]:
    """In the test itself: between set-up and call pytest changes the stream."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure_logging("INFO", log_format)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def test_a_line_is_one_json_object_with_the_ids_at_hand(capsys: pytest.CaptureFixture[str]) -> None:
    def write() -> None:
        logs.request_id.set("r1")
        logs.tenant_id.set("t1")
        logs.conversation_id.set("c1")
        logging.getLogger("test").warning("something\nhappened: %s", "中文", extra={"milliseconds": 5})

    with logging_to_stderr():
        contextvars.copy_context().run(write)
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "something\nhappened: 中文"
    assert (line["level"], line["logger"], line["milliseconds"]) == ("WARNING", "test", 5)
    assert (line["request_id"], line["tenant_id"], line["conversation_id"]) == ("r1", "t1", "c1")


def test_debug_lines_are_left_out_at_info(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr():
        logging.getLogger("test").debug("the user said: %s", "a secret of theirs")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_secrets_are_masked_wherever_they_stand(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    key, token = new_api_key().secret, Tokens("k" * 32).access("user", "tenant")
    with logging_to_stderr(log_format):
        try:
            raise RuntimeError(f"cannot connect to postgresql://ann:hunter2@db/x with {token}")
        except RuntimeError as error:
            logging.getLogger("test").error(
                "refused %s", key, extra={"password": "hunter2", "header": f"Bearer {token}"}, exc_info=error
            )
    written = capsys.readouterr().err
    assert "refused" in written
    for secret in (key, token, "hunter2"):
        assert secret not in written
