"""What the widget says first."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_GREETING = {"zh": "您好，请问有什么可以帮您？", "en": "Hello, how can I help you?"}


def read_greeting(value: object) -> dict[str, str]:
    """By language; nothing for what is no greeting."""
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, Mapping) else {}
