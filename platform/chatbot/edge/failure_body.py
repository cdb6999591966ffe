"""Why a document could not be read."""

from __future__ import annotations

from pydantic import BaseModel, Field


class DocumentFailure(BaseModel):
    """`code` is stable; `message` is in the language of the request's Accept-Language."""

    code: str = Field(examples=["document_encrypted"])
    message: str
