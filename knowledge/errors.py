"""What can go wrong with a document. `code` is stable and shown to the tenant."""

from __future__ import annotations

from knowledge.bilingual import Text


class DocumentError(Exception):
    """A document that cannot be indexed; `code` is for machines, the text for the person who uploaded it."""

    code = "document_unreadable"
    usual = Text("This file could not be read.", "无法读取该文件。")

    def __init__(self, en: str = "", zh: str = "") -> None:
        """In these words, or the usual ones of its kind."""
        self.text = Text(en, zh) if en else self.usual
        super().__init__(self.text.en)


class DocumentEmpty(DocumentError):
    """No text in it."""

    code = "document_empty"
    usual = Text("This file contains no text.", "文件中没有文字内容。")


class DocumentEncrypted(DocumentError):
    """It needs a password."""

    code = "document_encrypted"
    usual = Text(
        "This file is protected by a password. Remove the password and upload it again.",
        "文件已加密。请去除密码后重新上传。",
    )


class DocumentCorrupt(DocumentError):
    """Truncated or malformed."""

    code = "document_corrupt"
    usual = Text("This file is damaged or incomplete.", "文件已损坏或不完整。")


class DocumentTypeMismatch(DocumentError):
    """The content is not what the file name claims."""

    code = "document_type_mismatch"
    usual = Text("The content of this file does not match its name.", "文件内容与扩展名不符。")


class DocumentTypeUnsupported(DocumentError):
    """No loader reads this format."""

    code = "document_type_unsupported"
    usual = Text("This type of file is not supported.", "不支持该文件类型。")


class DocumentTooLarge(DocumentError):
    """Over a limit on bytes, pages, inflated size, entries, nesting, memory or time."""

    code = "document_too_large"
    usual = Text(
        "This file needs more pages, memory or time than is allowed for one document.",
        "文件超出了单个文档允许的页数、内存或时间限制。",
    )


class EmbeddingError(Exception):
    """The embedder could not make vectors; `retryable` says whether trying again may help."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class VectorStoreUnavailable(Exception):
    """The vector server does not answer; trying again may help."""


class RerankingError(Exception):
    """The reranker gave no scores; the order of the search stands."""
