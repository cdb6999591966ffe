"""Which of the two languages a page is shown in."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("zh", "en")
LANGUAGE_COOKIE: Final = "chatbot_language"


def choose_language(asked: str | None, remembered: str | None, accept_language: str | None) -> str:
    """`asked` (the query) wins over the cookie, the cookie over Accept-Language; English when none names ours."""
    for choice in (asked, remembered):
        if choice in LANGUAGES:
            return choice
    return _preferred(accept_language or "")


def _preferred(header: str) -> str:
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.split("-")[0].lower()
        if language in LANGUAGES:
            ranked.append((_quality(parameters), language))
    best = max((quality for quality, _ in ranked), default=0.0)
    return next((language for quality, language in ranked if quality == best > 0), "en")


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
