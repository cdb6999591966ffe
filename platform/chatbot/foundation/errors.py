"""Errors that reach a caller, each with its HTTP status and a stable code; written as RFC 9457 problems at the edge."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.foundation.bilingual import Text


class AppError(Exception):
    """`detail` is shown to the caller: it names what to do, never internals. `headers` go on the response."""

    status_code = 500
    code = "internal_error"
    title = "Internal error"

    def __init__(self, detail: str | Text = "", *, headers: dict[str, str] | None = None) -> None:
        self.text = detail if isinstance(detail, Text) else Text(detail or self.title)
        super().__init__(self.detail)
        self.headers = headers or {}
        self.members: dict[str, str] = {}  # of the problem document, besides those that every one has

    @property
    def detail(self) -> str:
        return self.text.en


class NotFound(AppError):
    """No such object for this tenant, whether or not another tenant has it."""

    status_code = 404
    code = "not_found"
    title = "Not found"

    def __init__(self, what: str = "object", identifier: str = "") -> None:
        super().__init__(f"No {what} with id {identifier!r}." if identifier else f"No such {what}.")


class TenantNotFound(NotFound):
    code = "tenant_not_found"


class UserNotFound(NotFound):
    code = "user_not_found"


class ApiKeyNotFound(NotFound):
    code = "api_key_not_found"


class BotNotFound(NotFound):
    code = "bot_not_found"


class KnowledgeBaseNotFound(NotFound):
    code = "knowledge_base_not_found"


class DocumentNotFound(NotFound):
    code = "document_not_found"


class ChunkNotFound(NotFound):
    code = "chunk_not_found"


class SourceNotFound(NotFound):
    code = "source_not_found"


class FaqNotFound(NotFound):
    code = "faq_not_found"


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class MessageNotFound(NotFound):
    code = "message_not_found"


class TaskNotFound(NotFound):
    code = "task_not_found"


class ConnectionNotFound(NotFound):
    code = "connection_not_found"


class Unauthenticated(AppError):
    """No credential, or one that is malformed, expired, revoked or of a disabled account."""

    status_code = 401
    code = "unauthenticated"
    title = "Authentication required"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(AppError):
    """The credential is good but lacks the scope."""

    status_code = 403
    code = "forbidden"
    title = "Not allowed with this credential"


class OriginNotAllowed(Forbidden):
    """A widget key used from an origin that is not on the bot's list."""

    code = "origin_not_allowed"
    title = "This origin may not use the widget key"


class Conflict(AppError):
    status_code = 409
    code = "conflict"
    title = "Conflict"


class DuplicateDocument(Conflict):
    """The same bytes are there already, as the document that `document_id` names."""

    code = "duplicate_document"
    title = "The knowledge base has this document already"

    def __init__(self, document_id: str, title: str) -> None:
        super().__init__(f"The same file is there as {title!r}. Ask with allow_duplicate=true to add it again.")
        self.members = {"document_id": document_id}


class IdempotencyKeyReused(Conflict):
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used with another body"


class InvalidInput(AppError):
    """A field whose type is right and whose value is not; `field` is the path shown to the caller.

    `faults` are fields with what is wrong with each, where there are several.
    """

    status_code = 422
    code = "invalid_input"
    title = "Invalid input"

    def __init__(self, detail: str | Text, *, field: str = "", faults: Sequence[tuple[str, Text]] = ()) -> None:
        super().__init__(detail)
        self.faults = tuple(faults) or (((field, self.text),) if field else ())
        self.field = field


class PayloadTooLarge(AppError):
    status_code = 413
    code = "payload_too_large"
    title = "Too large"


class UnsupportedDocument(AppError):
    """A file no loader reads."""

    status_code = 415
    code = "unsupported_media_type"
    title = "Unsupported file type"


class RateLimited(AppError):
    status_code = 429
    code = "rate_limited"
    title = "Too many requests"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Try again in {retry_after_s} s.", headers={"Retry-After": str(retry_after_s)})


class ServiceUnavailable(AppError):
    """A part this request needs (database, Redis, model) does not answer."""

    status_code = 503
    code = "service_unavailable"
    title = "Temporarily unavailable"


class StorageFull(AppError):
    """No room for an upload. What is there already is served on."""

    status_code = 507
    code = "storage_full"
    title = "No room for this file"
