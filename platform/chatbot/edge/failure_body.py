"""Why a document could not be read."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from chatbot.foundation.bilingual import Text


class DocumentFailure(BaseModel):
    """`code` is stable; `message` is in the language of the request's Accept-Language."""

    code: str = Field(examples=["document_encrypted"])
    message: str

    @classmethod
    def of(cls, code: str | None, column: str | None, language: str) -> Self | None:
        """`column` keeps its text; None without a code."""
        return cls(code=code, message=Text.of_column(column).in_language(language)) if code is not None else None
