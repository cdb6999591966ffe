"""The pages of a site, one after the other: as its sitemap lists them, or by following links within bounds."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from chatbot.sources.pages import USER_AGENT, Page, PageFetcher, PageUnavailable
from knowledge.web.robots import Robots
from knowledge.web.site_links import links_of, sitemap_of

PAUSE_S = 0.5  # between two requests to a site that asks for nothing
MOST_SITEMAPS = 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """`include` and `exclude` are globs over the path; without `include` every path is meant."""

    max_pages: int = 100
    max_depth: int = 3
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def admit(self, path: str) -> bool:
        if any(fnmatchcase(path, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(fnmatchcase(path, pattern) for pattern in self.include)


@dataclass(frozen=True, slots=True)
class Known:
    """What the last visit left of a page."""

    validators: Mapping[str, str]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """An address and what it gave: None where it could not be had this time. `links` are for the next visit."""

    url: str
    page: Page | None
    links: tuple[str, ...] = ()


class SiteCrawl:
    """One host, robots.txt respected, one request at a time with pauses. Every hop passes the fetcher's guard."""

    def __init__(
        self,
        pages: PageFetcher,
        start: str,
        bounds: Bounds,
        known: Mapping[str, Known],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pages = pages
        self._start = start
        self._bounds = bounds
        self._known = known
        self._sleep = sleep
        self._robots = Robots()
        self._requests = 0
        self._read: set[str] = set()  # where the pages were found in the end, redirects followed

    async def visits(self) -> AsyncIterator[Visit]:
        """Raises PageUnavailable when the start or robots.txt cannot be had: nothing is known of the site then."""
        self._robots = await self._read_robots()
        if not self._robots.allows(urlsplit(self._start).path or "/"):
            raise PageUnavailable("robots.txt", "robots_refused")
        first = await self._fetch(self._start, {})
        if first.status not in (200, 304):
            raise PageUnavailable(f"HTTP {first.status}")
        listed = sitemap_of(first.content)
        if listed is not None:
            async for visit in self._listed(*listed):
                yield visit
            return
        # The start was asked for without validators: an unchanged one is told by its content.
        waiting: deque[tuple[str, int]] = deque([(self._start, 0)])
        seen, visited = {self._start}, 0
        while waiting and visited < self._bounds.max_pages:
            url, depth = waiting.popleft()
            visit = await self._visit(url, first if url == self._start else None)
            if self._was_read(visit):
                continue
            links = visit.links if depth < self._bounds.max_depth else ()
            for link in links:
                if link not in seen and self._may_visit(link, for_links=depth + 1 < self._bounds.max_depth):
                    seen.add(link)
                    waiting.append((link, depth + 1))
            if self._bounds.admit(urlsplit(url).path):
                visited += 1
                yield visit

    async def _listed(self, addresses: list[str], further: list[str]) -> AsyncIterator[Visit]:
        waiting, read = deque(further), 0
        while waiting and read < MOST_SITEMAPS and len(addresses) < self._bounds.max_pages:
            read += 1
            url = waiting.popleft()
            if self._is_here(url):
                pages, more = sitemap_of((await self._fetch(url, {})).content) or ([], [])
                addresses += pages
                waiting.extend(more)
        meant = [one for one in dict.fromkeys(addresses) if self._may_visit(one, for_links=False)]
        for url in meant[: self._bounds.max_pages]:
            visit = await self._visit(url, None)
            if not self._was_read(visit):
                yield visit

    def _was_read(self, visit: Visit) -> bool:
        """Whether another address has led to the same page."""
        if visit.page is None or visit.page.url in self._read:
            return visit.page is not None
        self._read.add(visit.page.url)
        return False

    async def _visit(self, url: str, page: Page | None) -> Visit:
        known = self._known.get(url)
        try:
            page = page or await self._fetch(url, known.validators if known else {})
        except PageUnavailable:
            return Visit(url, None, known.links if known else ())
        if page.status == 304 and known is not None:
            return Visit(url, page, known.links)
        if not self._is_here(page.url):  # it moved to another site
            return Visit(url, None)
        links = links_of(page.content, page.url) if page.status == 200 and "html" in page.content_type else []
        return Visit(url, page, tuple(link for link in links if self._is_here(link)))

    def _may_visit(self, url: str, *, for_links: bool) -> bool:
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        return self._is_here(url) and self._robots.allows(path) and (for_links or self._bounds.admit(parts.path))

    def _is_here(self, url: str) -> bool:
        own, other = urlsplit(self._start), urlsplit(url)
        return (own.hostname, own.port) == (other.hostname, other.port)

    async def _read_robots(self) -> Robots:
        parts = urlsplit(self._start)
        page = await self._fetch(f"{parts.scheme}://{parts.netloc}/robots.txt", {})
        if page.status != 200:
            return Robots()
        return Robots(page.content.decode("utf-8", "replace"), USER_AGENT)

    async def _fetch(self, url: str, validators: Mapping[str, str]) -> Page:
        if self._requests:
            await self._sleep(self._robots.delay_s or PAUSE_S)
        self._requests += 1
        return await self._pages.fetch(url, validators)
