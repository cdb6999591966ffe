"""What can go wrong with a document. `code` is stable and shown to the tenant."""

from __future__ import annotations


class DocumentError(Exception):
    """A document that cannot be indexed; `code` is for machines, the messages are for the person who uploaded it."""

    code = "document_unreadable"
    default_en = "This file could not be read."
    default_zh = "无法读取该文件。"

    def __init__(self, en: str | None = None, zh: str | None = None) -> None:
        super().__init__(en or self.default_en)
        self.en = en or self.default_en
        self.zh = zh or self.default_zh

    def message(self, language: str) -> str:
        """The sentence to show in "zh" or "en"."""
        return self.zh if language == "zh" else self.en


class DocumentEmpty(DocumentError):
    """No text in it."""

    code = "document_empty"
    default_en = "This file contains no text."
    default_zh = "文件中没有文字内容。"


class DocumentEncrypted(DocumentError):
    """It needs a password."""

    code = "document_encrypted"
    default_en = "This file is protected by a password. Remove the password and upload it again."
    default_zh = "文件已加密。请去除密码后重新上传。"


class DocumentCorrupt(DocumentError):
    """Truncated or malformed."""

    code = "document_corrupt"
    default_en = "This file is damaged or incomplete."
    default_zh = "文件已损坏或不完整。"


class DocumentTypeMismatch(DocumentError):
    """The content is not what the file name claims."""

    code = "document_type_mismatch"
    default_en = "The content of this file does not match its name."
    default_zh = "文件内容与扩展名不符。"


class DocumentTypeUnsupported(DocumentError):
    """No loader reads this format."""

    code = "document_type_unsupported"
    default_en = "This type of file is not supported."
    default_zh = "不支持该文件类型。"


class DocumentTooLarge(DocumentError):
    """Over a limit on bytes, pages, inflated size, entries, nesting, memory or time."""

    code = "document_too_large"
    default_en = "This file needs more pages, memory or time than is allowed for one document."
    default_zh = "文件超出了单个文档允许的页数、内存或时间限制。"


class EmbeddingError(Exception):
    """The embedder could not make vectors; `retryable` says whether trying again may help."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class VectorStoreUnavailable(Exception):
    """The vector server does not answer; trying again may help."""


class RerankingError(Exception):
    """The reranker gave no scores; the order of the search stands."""
