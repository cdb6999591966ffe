"""Every setting, read once from `CHATBOT_*` environment variables (or a `.env` file) when the process starts."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Defaults run a laptop: SQLite, everything in process. Production names PostgreSQL and Redis."""

    model_config = SettingsConfigDict(env_prefix="CHATBOT_", env_file=".env", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""  # what browsers use; http://host:port when empty
    trusted_proxies: str = "127.0.0.1"  # addresses whose X-Forwarded-* headers count, by commas
    data_dir: Path = Path("data")
    models_dir: Path | None = None  # shared cache of weights when unset
    database_url: str = ""  # postgresql+asyncpg://...; SQLite in data_dir when empty
    redis_url: str = ""  # redis://...; in process when empty
    secret_key: str = ""  # signs tokens; made and kept in data_dir when empty
    encryption_key: str = ""  # Fernet key for secrets at rest; likewise
    log_level: str = "INFO"
    log_format: str = "json"  # or "text"

    access_token_minutes: int = 15
    refresh_token_days: int = 30
    visitor_token_hours: int = 24 * 7

    max_upload_bytes: int = 50 * 1024 * 1024
    max_body_bytes: int = 1024 * 1024  # any request that is not an upload
    max_message_chars: int = 4000
    rate_limit_key: str = "1200/minute"  # one API key or one signed-in user
    rate_limit_visitor: str = "30/minute"
    rate_limit_login: str = "20/minute"  # one address
    rate_limit_widget: str = "60/minute"  # new visitors from one address
    allowed_private_hosts: tuple[str, ...] = ()  # host:port that connectors may reach though private

    embedder_zh: str = "bge-small-zh-v1.5"  # a kind of knowledge.embedders.EMBEDDERS
    embedder_en: str = "minilm-l6-v2"
    embedder_across: str = "use-multilingual-v3"  # for questions in another language than the passage; empty for none
    embedding_model: str = ""  # for the kinds "sentence-transformers" (a name or a path) and "openai"
    embedding_dimension: int = 0  # for the kind "openai"
    embedding_base_url: str = ""  # for the kind "openai": any OpenAI-compatible server
    embedding_api_key: str = Field(default="", repr=False)
    reranker: str = ""  # a kind of knowledge.rerankers.RERANKERS; none when empty
    reranker_model: str = ""  # a name, or for the kind "cross-encoder" a path as well
    reranker_base_url: str = ""  # for the kind "endpoint": what comes before /rerank
    reranker_api_key: str = Field(default="", repr=False)
    reranker_timeout_seconds: float = Field(default=2.0, gt=0, le=30)
    reranker_candidates: int = Field(default=20, ge=2, le=40)  # passages it reads for a question
    text_recognition: bool = True  # read scanned pages and pictures (OCR)
    worker_threads: int = Field(default=2, ge=1)  # threads for models and indexes
    run_jobs: bool = True  # false where `chatbot worker` processes do all of them
    job_concurrency: int = Field(default=2, ge=1)  # of each kind
    job_lease_seconds: int = Field(default=30, ge=2)
    index_cache_bytes: int = 1024 * 1024 * 1024
    vector_store: str = "faiss"  # a kind of knowledge.vector_stores.VECTOR_STORES
    qdrant_url: str = ""  # for the kind "qdrant"
    qdrant_api_key: str = Field(default="", repr=False)
    model_cache_bytes: int = 512 * 1024 * 1024  # of bots' trained versions, in each process

    @property
    def weights_dir(self) -> Path:
        """Where fetched model weights lie."""
        return self.models_dir or self.data_dir / "models"

    @property
    def base_url(self) -> str:
        """Where browsers reach this installation, without a trailing slash."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def async_database_url(self) -> str:
        """The SQLAlchemy URL of the database; a plain postgresql:// is taken to mean asyncpg."""
        url = self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'chatbot.db'}"
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+asyncpg://" + url.removeprefix(plain)
        return url

    @cached_property
    def signing_key(self) -> str:
        """The key that signs tokens: configured, or kept in the data folder."""
        return self.secret_key or self._kept("secret.key", lambda: secrets.token_urlsafe(48))

    @cached_property
    def fernet_key(self) -> str:
        """The key that encrypts secrets at rest: configured, or kept in the data folder."""
        return self.encryption_key or self._kept("encryption.key", lambda: Fernet.generate_key().decode())

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        path = self.data_dir / name
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            # O_EXCL: of two processes starting at once, one writes and both read the same key.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        return path.read_text().strip()
