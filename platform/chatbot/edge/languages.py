"""Which of the two languages a client would rather read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request


def preferred_language(request: Request) -> str:
    """By Accept-Language: "zh", or else "en"."""
    return "zh" if request.headers.get("accept-language", "").strip().lower().startswith("zh") else "en"


PreferredLanguage = Annotated[str, Depends(preferred_language)]
