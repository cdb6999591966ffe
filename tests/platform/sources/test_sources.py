"""Pages and sites fetched again and again: within bounds, as robots.txt asks, changed and vanished pages noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from chatbot.foundation.bilingual import Text
from chatbot.foundation.database import SYSTEM, Database
from chatbot.foundation.files import FileStore
from chatbot.foundation.jobs import JobFailed, RunningJob
from chatbot.foundation.settings import Settings
from chatbot.models import Job, Source, Tenant, new_id
from chatbot.sources import site_crawl
from chatbot.sources.fetching import SourceJob
from chatbot.sources.pages import PageFetcher, PageUnavailable
from chatbot.sources.repository import SourceRepository
from chatbot.sources.site_crawl import Bounds
from chatbot.sources.sources import FetchSource, SourceService, error_of
from connectors.address_guard import AddressGuard
from connectors.http_client import GuardedHttpClient
from tests.connectors.loopback import loopback
from tests.factories import make_knowledge_base
from tests.platform.documents.content_client import ContentClient
from tests.platform.edge.application import problem_of
from tests.platform.foundation.jobs.queues import make_queue
from tests.platform.sources.loopback_site import SITE, Site, again, create, titles


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    async with loopback(site.answer) as server:
        site.server = server
        yield site


@pytest.fixture
def settings(settings: Settings, site: Site, monkeypatch: pytest.MonkeyPatch) -> Settings:
    assert site.server is not None
    monkeypatch.setattr(site_crawl, "PAUSE_S", 0.0)
    return settings.model_copy(update={"allowed_private_hosts": [site.server.allowed]})


async def test_a_site_is_followed_within_its_bounds_and_as_robots_txt_asks(
    knowledge: ContentClient, site: Site
) -> None:
    base_id = await knowledge.new_base()
    source = await create(knowledge, base_id, url=f"{site.url}/", settings={"max_depth": 2})
    assert (source["status"], source["error"], source["page_count"]) == ("idle", None, 3)
    assert set(await titles(knowledge, base_id)) == {"Home", "Parking", "Deep"}
    assert site.asked() == ["/robots.txt", "/", "/parking", "/deep"]
    (found, *_) = await knowledge.ask(base_id, "Is parking free for employees?")
    assert found["document_title"] == "Parking"
    document = (await knowledge.call("GET", f"/{base_id}/documents/{found['document_id']}")).json()
    assert (document["url"], document["source_id"]) == (f"{site.url}/parking", source["id"])


async def test_paths_are_included_and_excluded_by_globs_and_counted(knowledge: ContentClient, site: Site) -> None:
    base_id, other_id = await knowledge.new_base(), await knowledge.new_base("Other")
    wanted = {"include": ["/d*", "/parking"], "exclude": ["/deeper"]}
    await create(knowledge, base_id, url=f"{site.url}/", settings=wanted)
    assert set(await titles(knowledge, base_id)) == {"Parking", "Deep"}
    await create(knowledge, other_id, url=f"{site.url}/", settings={"max_pages": 2})
    assert len(await titles(knowledge, other_id)) == 2


async def test_a_sitemap_is_read_through_its_index(knowledge: ContentClient, site: Site) -> None:
    base_id = await knowledge.new_base()
    listed = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in ("/parking", "/private", "/deeper"))
    site.pages["/pages.xml"] = f"<urlset>{listed}<url><loc>http://elsewhere.example/x</loc></url></urlset>"
    site.pages["/sitemap.xml"] = f"<sitemapindex><sitemap><loc>{site.url}/pages.xml</loc></sitemap></sitemapindex>"
    await create(knowledge, base_id, url=f"{site.url}/sitemap.xml")
    assert set(await titles(knowledge, base_id)) == {"Parking", "Deeper"}


async def test_the_next_fetch_replaces_what_changed_removes_what_is_gone_and_leaves_the_rest(
    knowledge: ContentClient, site: Site
) -> None:
    base_id = await knowledge.new_base()
    source = await create(knowledge, base_id, url=f"{site.url}/")
    before = await titles(knowledge, base_id)
    assert set(before) == {"Home", "Parking", "Deep", "Deeper"}
    site.pages["/parking"] = site.pages["/parking"].replace("is free", "costs money")
    del site.pages["/deep"], site.pages["/deeper"]
    await again(knowledge, base_id, source["id"])
    after = await titles(knowledge, base_id)
    assert after == {"Home": before["Home"], "Parking": before["Parking"]}
    found = [str(one["text"]) for one in await knowledge.ask(base_id, "Parking costs money for employees")]
    assert any("costs money" in text for text in found)
    assert not any("is free" in text or "diving" in text for text in found)
    site.asked()
    await again(knowledge, base_id, source["id"])
    assert await titles(knowledge, base_id) == after
    assert site.server is not None
    unchanged = next(one for one in site.server.received if one.target == "/parking")
    assert "if-none-match" in unchanged.headers


async def test_one_page_is_fetched_by_itself_and_removed_when_it_is_gone(knowledge: ContentClient, site: Site) -> None:
    base_id = await knowledge.new_base()
    source = await create(knowledge, base_id, kind="url", url=f"{site.url}/parking")
    assert set(await titles(knowledge, base_id)) == {"Parking"}
    assert site.asked() == ["/parking"]
    del site.pages["/parking"]
    source = await again(knowledge, base_id, source["id"])
    assert await titles(knowledge, base_id) == {}
    assert (source["status"], source["page_count"]) == ("failed", 0)
    assert source["error"] == {"code": "url_unavailable", "message": "The address could not be fetched: HTTP 404."}


async def test_a_page_that_is_gone_is_being_fetched_until_it_has_failed(
    database: Database, tenant: Tenant, site: Site, tmp_path: Path
) -> None:
    base, jobs = await make_knowledge_base(database, tenant.id), make_queue(database)
    async with database.write(tenant.id) as session:
        source = await SourceService(session, tenant.id, jobs).create(
            base.id, kind="url", url=f"{site.url}/gone", bounds=Bounds(), interval_minutes=60
        )

    async def report(_fraction: float) -> None: ...

    async def kept() -> Source:
        async with database.read(tenant.id) as session:
            return await SourceRepository(session, tenant.id).get(source.id)

    assert site.server is not None
    client = GuardedHttpClient(AddressGuard([site.server.allowed]))
    handler = SourceJob(database, FileStore(tmp_path, max_bytes=1000), jobs, PageFetcher(client))
    job = RunningJob("1", tenant.id, FetchSource.kind, FetchSource(source.id).payload(), 1, 3, "", report)
    with pytest.raises(PageUnavailable) as caught:
        await handler(job)
    await client.aclose()
    assert ((await kept()).status, (await kept()).next_fetch_at) == ("fetching", None)
    await handler.failed(job, caught.value)
    assert ((await kept()).status, error_of(await kept())[0]) == ("failed", "url_unavailable")
    await handler.failed(job, JobFailed(Text("ValueError: what only the operator may read"), "internal_error"))
    assert "ValueError" not in str((await kept()).error)


async def test_one_page_that_is_of_no_kind_that_is_read_says_so(knowledge: ContentClient, site: Site) -> None:
    base_id = await knowledge.new_base()
    site.pages["/notes.txt"] = "\x00\x01binary"
    source = await create(knowledge, base_id, kind="url", url=f"{site.url}/notes.txt")
    assert (source["status"], source["page_count"]) == ("failed", 0)
    assert source["error"]["code"] == "document_type_mismatch"  # type: ignore[index]


async def test_a_page_found_under_several_addresses_is_one_document(knowledge: ContentClient, site: Site) -> None:
    base_id = await knowledge.new_base()
    links = "".join(f'<a href="{one}">x</a>' for one in ("/index.html", "/moved", "/parking", "/copy", "/lost"))
    site.pages |= {"/": f"<title>Home</title>{links}", "/moved": f"{site.url}/parking", "/copy": SITE["/parking"]}
    site.pages["/index.html"] = site.pages["/"]
    source = await create(knowledge, base_id, url=f"{site.url}/", settings={"max_depth": 1})
    assert source["page_count"] == 2
    items = (await knowledge.call("GET", f"/{base_id}/documents")).json()["items"]
    assert sorted(item["title"] for item in items) == ["Home", "Parking"]
    again_source = await again(knowledge, base_id, source["id"])
    assert (again_source["page_count"], len(await titles(knowledge, base_id))) == (2, 2)


async def test_requests_say_who_asks_and_for_what_once(knowledge: ContentClient, site: Site) -> None:
    assert site.server is not None
    await create(knowledge, await knowledge.new_base(), kind="url", url=f"{site.url}/parking")
    (request,) = site.server.received
    assert request.headers["user-agent"].startswith("EnterpriseChatbot/")
    assert [name for name, _ in request.lines].count("user-agent") == 1
    assert [name for name, _ in request.lines].count("accept") == 1


async def test_a_site_that_cannot_be_had_says_why_and_keeps_its_documents(knowledge: ContentClient, site: Site) -> None:
    base_id = await knowledge.new_base()
    source = await create(knowledge, base_id, url=f"{site.url}/")
    documents = await titles(knowledge, base_id)
    for start, code in (("http://10.1.2.3/", "url_unavailable"), ("", "url_unavailable")):
        if start:
            site.pages["/"] = start
        else:
            del site.pages["/"]
        failed = await again(knowledge, base_id, source["id"])
        assert (failed["status"], failed["error"]["code"]) == ("failed", code)  # type: ignore[index]
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    failed = await again(knowledge, base_id, source["id"])
    assert failed["error"]["code"] == "robots_refused"  # type: ignore[index]
    assert await titles(knowledge, base_id) == documents


async def test_a_schedule_queues_the_next_fetch_and_an_older_one_stands_back(
    knowledge: ContentClient, site: Site, database: Database
) -> None:
    base_id = await knowledge.new_base()
    source = await create(knowledge, base_id, kind="url", url=f"{site.url}/parking", interval_minutes=60)
    async with database.read(SYSTEM) as session:
        jobs = (await session.scalars(select(Job).where(Job.kind == FetchSource.kind, Job.status == "queued"))).all()
    (waiting,) = jobs
    assert source["next_fetch_at"] is not None
    path = f"/{base_id}/sources/{source['id']}"
    paused = (await knowledge.call("PATCH", path, json={"interval_minutes": None})).json()
    assert (paused["interval_minutes"], paused["next_fetch_at"]) == (None, None)
    site.asked()
    async with database.write(SYSTEM) as session:
        (await session.get_one(Job, waiting.id)).run_after = waiting.created_at
    while True:
        async with database.read(SYSTEM) as session:
            if (await session.get_one(Job, waiting.id)).status == "done":
                break
        await asyncio.sleep(0.02)
    assert site.asked() == []


async def test_a_source_that_is_deleted_leaves_its_documents(knowledge: ContentClient, site: Site) -> None:
    base_id = await knowledge.new_base()
    source = await create(knowledge, base_id, kind="url", url=f"{site.url}/parking")
    path = f"/{base_id}/sources/{source['id']}"
    assert (await knowledge.call("DELETE", path)).status_code == 204
    assert (await knowledge.call("GET", path)).status_code == 404
    (document_id,) = (await titles(knowledge, base_id)).values()
    assert (await knowledge.call("GET", f"/{base_id}/documents/{document_id}")).json()["source_id"] is None
    assert (await knowledge.call("GET", f"/{base_id}/sources")).json()["items"] == []


async def test_what_is_no_source_is_refused(knowledge: ContentClient, stranger: ContentClient, site: Site) -> None:
    base_id = await knowledge.new_base()
    for body, fault in (
        ({"kind": "site", "url": "file:///etc/passwd"}, "url"),
        ({"kind": "feed", "url": site.url}, "body.kind"),
        ({"kind": "site", "url": site.url, "interval_minutes": 1}, "body.interval_minutes"),
        ({"kind": "site", "url": site.url, "settings": {"max_pages": 0}}, "body.settings.max_pages"),
    ):
        problem = problem_of(await knowledge.call("POST", f"/{base_id}/sources", json=body))
        assert problem["errors"][0]["field"] == fault  # type: ignore[index]
    source = await create(knowledge, base_id, kind="url", url=f"{site.url}/parking")
    for client, source_id in ((knowledge, new_id()), (stranger, source["id"])):
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/fetch")):
            response = await client.call(method, f"/{base_id}/sources/{source_id}{path}", json={})
            assert response.status_code == 404
