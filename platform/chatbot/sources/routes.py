"""Sources of a knowledge base: pages and sites that are fetched again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chatbot.documents.uploads import refuse_address
from chatbot.edge.dependencies import part, service
from chatbot.edge.failure_body import DocumentFailure
from chatbot.edge.fields import Cursor, Identifier, Limit, ListOf, Sentence, StrictBody, Text, body_of
from chatbot.edge.languages import PreferredLanguage
from chatbot.edge.problems import CONFLICT, NOT_FOUND
from chatbot.foundation.jobs import JobQueue
from chatbot.models import Source
from chatbot.sources.site_crawl import Bounds
from chatbot.sources.sources import SourceService, error_of
from connectors.http_client import GuardedHttpClient

router = APIRouter(prefix="/v1/knowledge-bases/{knowledge_base_id}/sources", tags=["knowledge"])

Globs = Annotated[
    tuple[Annotated[Text, Field(max_length=200)], ...],
    Field(max_length=50, examples=[["/help/*"]], description="Of paths."),
]
Interval = Annotated[int, Field(ge=5, le=60 * 24 * 30)]


class SourceSettings(StrictBody):
    """The bounds of a site; one page has none."""

    max_pages: int = Field(default=100, ge=1, le=1000)
    max_depth: int = Field(default=3, ge=0, le=10, description="Links from the start; a sitemap needs none.")
    include: Globs = Field(default_factory=tuple)
    exclude: Globs = Field(default_factory=tuple)

    def read(self) -> Bounds:
        return Bounds(**dict(self))


class NewSource(StrictBody):
    """`url` is a page or file; for a site where its crawl starts, or its sitemap."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "site", "url": "https://www.example.com/sitemap.xml", "interval_minutes": 1440}]
        }
    )

    kind: Literal["url", "site"]
    url: Annotated[Sentence, Field(max_length=2000)]
    settings: SourceSettings = Field(default_factory=SourceSettings)
    interval_minutes: Interval | None = Field(default=None, description="Fetched only when asked without it.")


class SourcePatch(StrictBody):
    """What is missing stays; an `interval_minutes` of null stops fetching on a schedule."""

    settings: SourceSettings | None = None
    interval_minutes: Interval | None = None


class SourceBody(BaseModel):
    id: Identifier
    knowledge_base_id: Identifier
    kind: Literal["url", "site"]
    url: str
    settings: SourceSettings
    interval_minutes: int | None
    status: Literal["idle", "fetching", "failed"]
    error: DocumentFailure | None
    page_count: int
    fetched_at: datetime | None
    next_fetch_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Source, language: str) -> SourceBody:
        page_count = sum(isinstance(one, dict) and bool(one.get("sha256")) for one in row.pages.values())
        return body_of(cls, row, page_count=page_count, error=DocumentFailure.of(*error_of(row), language))


Sources = Annotated[SourceService, service(SourceService, "knowledge:read", JobQueue)]
WritableSources = Annotated[SourceService, service(SourceService, "knowledge:write", JobQueue)]


@router.get("", responses=NOT_FOUND)
async def list_sources(
    knowledge_base_id: Identifier,
    sources: Sources,
    language: PreferredLanguage,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ListOf[SourceBody]:
    """Newest first."""
    found, following = await sources.sources.page_of(knowledge_base_id, limit=limit, cursor=cursor)
    return ListOf(items=[SourceBody.of(row, language) for row in found], next_cursor=following)


@router.post("", status_code=201, responses=NOT_FOUND)
async def create_source(
    knowledge_base_id: Identifier,
    body: NewSource,
    sources: WritableSources,
    http_client: Annotated[GuardedHttpClient, part(GuardedHttpClient)],
    language: PreferredLanguage,
) -> SourceBody:
    """It is fetched at once, in the background; of a site as its robots.txt asks."""
    refuse_address(http_client, body.url)
    source = await sources.create(
        knowledge_base_id,
        kind=body.kind,
        url=body.url,
        bounds=body.settings.read(),
        interval_minutes=body.interval_minutes,
    )
    return SourceBody.of(source, language)


@router.get("/{source_id}", responses=NOT_FOUND)
async def get_source(
    knowledge_base_id: Identifier,
    source_id: Identifier,
    sources: Sources,
    language: PreferredLanguage,
) -> SourceBody:
    return SourceBody.of(await sources.sources.in_knowledge_base(knowledge_base_id, source_id), language)


@router.patch("/{source_id}", responses=NOT_FOUND)
async def change_source(
    knowledge_base_id: Identifier,
    source_id: Identifier,
    body: SourcePatch,
    sources: WritableSources,
    language: PreferredLanguage,
) -> SourceBody:
    """Counts from the next fetch on."""
    changed = await sources.change(
        knowledge_base_id,
        source_id,
        bounds=body.settings.read() if body.settings is not None else None,
        interval_minutes=body.interval_minutes,
        paused="interval_minutes" in body.model_fields_set and body.interval_minutes is None,
    )
    return SourceBody.of(changed, language)


@router.delete("/{source_id}", status_code=204, responses=NOT_FOUND)
async def delete_source(knowledge_base_id: Identifier, source_id: Identifier, sources: WritableSources) -> None:
    """Its pages stay as documents, and are fetched no more."""
    await sources.delete(knowledge_base_id, source_id)


@router.post("/{source_id}/fetch", status_code=202, responses={**NOT_FOUND, **CONFLICT})
async def fetch_source(
    knowledge_base_id: Identifier, source_id: Identifier, sources: WritableSources, language: PreferredLanguage
) -> SourceBody:
    """Now, whatever the schedule says."""
    return SourceBody.of(await sources.fetch_now(knowledge_base_id, source_id), language)
