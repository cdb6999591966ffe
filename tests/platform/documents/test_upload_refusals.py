"""Uploads that are refused, at once or after a look inside, and what that leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from chatbot.foundation.database import Database
from chatbot.foundation.settings import Settings
from chatbot.models import Tenant
from tests import factories
from tests.factories_documents import archive, docx, paragraph, pdf, pdf_of_pages
from tests.platform.documents.knowledge_client import NOTE, KnowledgeClient
from tests.platform.edge.application import Application, problem_of, running


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: what is refused here is refused before the database matters."""
    return sqlite_url


@pytest.mark.parametrize(
    ("content", "file_name", "status", "code"),
    [
        (b"", "empty.txt", 422, "document_empty"),
        (b"MZ\x90\x00\x03", "setup.exe", 415, "document_type_unsupported"),
        (b"%PDF-1.7 ...", "picture.docx", 415, "document_type_mismatch"),
        (b"just words", "words.pdf", 415, "document_type_mismatch"),
    ],
)
async def test_what_no_loader_reads_is_refused_at_once(
    knowledge: KnowledgeClient, content: bytes, file_name: str, status: int, code: str
) -> None:
    base_id = await knowledge.new_base()
    response = await knowledge.upload(base_id, content, file_name)
    assert (response.status_code, problem_of(response)["code"]) == (status, code)
    assert (await knowledge.call("GET", f"/{base_id}/documents")).json()["items"] == []


async def test_a_refusal_speaks_the_language_of_the_client(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    english = await knowledge.upload(base_id, b"", "empty.txt")
    chinese = await knowledge.upload(base_id, b"", "empty.txt", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert problem_of(english)["detail"] == "This file is empty."
    assert problem_of(chinese)["detail"] == "文件是空的。"


XXE = '<!DOCTYPE w:document [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>'


def truncated_pdf() -> bytes:
    return pdf_of_pages([["A page."]] * 3)[:-700]


def encrypted_pdf() -> bytes:
    return pdf(lambda canvas: canvas.drawString(72, 700, "A secret."), password="secret")


def bomb() -> bytes:
    return docx(paragraph("x" * 110 * 2**20))


def no_xml() -> bytes:
    return archive({"word/document.xml": "<"})


HOSTILE = [
    (truncated_pdf, "truncated.pdf", "document_corrupt"),
    (encrypted_pdf, "encrypted.pdf", "document_encrypted"),
    (bomb, "bomb.docx", "document_too_large"),
    (no_xml, "no-xml.docx", "document_corrupt"),
]


@pytest.mark.parametrize(("make", "file_name", "code"), HOSTILE)
async def test_a_hostile_file_costs_its_own_document_and_nothing_else(
    knowledge: KnowledgeClient, make: Callable[[], bytes], file_name: str, code: str
) -> None:
    base_id = await knowledge.new_base()
    response = await knowledge.upload(base_id, make(), file_name)
    if response.status_code == 202:
        document = await knowledge.until_over(base_id, response.json()["id"])
        assert document["status"] == "failed"
        error = document["error"]
        assert isinstance(error, dict) and error["code"] == code
    else:
        assert (response.status_code, problem_of(response)["code"]) == (422, code)
    await knowledge.ready(base_id)
    assert len(await knowledge.ask(base_id, "canteen")) > 0


async def test_an_entity_in_a_word_file_brings_nothing_of_this_machine_in(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    content = docx(paragraph("Users: &passwords;"), prologue=XXE)
    response = await knowledge.upload(base_id, content, "xxe.docx")
    if response.status_code == 202:
        await knowledge.until_over(base_id, response.json()["id"])
    chunks = await knowledge.call("GET", f"/{base_id}/chunks")
    assert "root:" not in chunks.text


async def test_what_only_parsing_can_tell_makes_a_failed_document(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    response = await knowledge.upload(base_id, b"%PDF-1.7\ntruncated", "broken.pdf")
    document = await knowledge.until_over(base_id, response.json()["id"])
    assert document["status"] == "failed"
    error = document["error"]
    assert isinstance(error, dict) and error["code"] == "document_corrupt" and error["message"]
    assert "\n" not in error["message"]
    retried = await knowledge.call("POST", f"/{base_id}/documents/{document['id']}/retry")
    assert (retried.status_code, retried.json()["status"], retried.json()["error"]) == (202, "queued", None)
    assert (await knowledge.until_over(base_id, str(document["id"])))["status"] == "failed"


@pytest.mark.parametrize("file_name", ["../../../etc/passwd.txt", "..\\..\\boot.txt", "/abs/olute.txt"])
async def test_folders_in_a_file_name_lead_nowhere(
    knowledge: KnowledgeClient, application: Application, file_name: str
) -> None:
    base_id = await knowledge.new_base()
    document = (await knowledge.upload(base_id, NOTE, file_name)).json()
    assert not {"/", "\\"} & set(document["file_name"])
    folder = application.parts.get(Settings).data_dir
    stored = await asyncio.to_thread(lambda: [path.name for path in folder.rglob("*") if path.name == document["id"]])
    assert stored == [document["id"]]


async def test_a_file_over_the_limit_is_refused_and_not_kept(
    settings: Settings, database: Database, tenant: Tenant
) -> None:
    owner = await factories.make_user(database, tenant.id)
    async with running(settings.model_copy(update={"max_upload_bytes": 200_000})) as application:
        knowledge = KnowledgeClient(application.client, application.as_user(owner))
        base_id = await knowledge.new_base()
        declared = await knowledge.upload(base_id, b"x" * 400_000)
        just_over = await knowledge.upload(base_id, b"x" * 200_001)
        fits = await knowledge.upload(base_id, b"x " * 100_000)
        assert problem_of(declared)["code"] == problem_of(just_over)["code"] == "payload_too_large"
        assert (declared.status_code, just_over.status_code, fits.status_code) == (413, 413, 202)
        files = application.parts.get(Settings).data_dir / "files"
        names = await asyncio.to_thread(lambda: [path.name for path in files.rglob("*") if path.is_file()])
        assert names == [fits.json()["id"]]


async def test_the_default_limit_refuses_51_megabytes_before_reading_them(knowledge: KnowledgeClient) -> None:
    base_id = await knowledge.new_base()
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(51 * 2**20 + 2**17)}
    response = await knowledge.call("POST", f"/{base_id}/documents", content=b"--x", headers=headers)
    assert problem_of(response)["status"] == 413


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {"title": "A", "text": "  "}}, 422),
        ({"json": {"title": "", "text": "b"}}, 422),
        ({"json": {"title": "A", "text": "b", "more": 1}}, 422),
        ({"json": {"title": "A", "text": "nul \x00"}}, 422),
        ({"json": ["A"]}, 422),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 422),
        ({"content": b"text", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"content": b"no boundary", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"files": {"other": ("a.txt", b"a")}}, 422),
        ({"files": {"file": ("a.txt", b"a")}, "data": {"title": "x" * 501}}, 422),
    ],
)
async def test_malformed_uploads_are_told_what_is_wrong(
    knowledge: KnowledgeClient, options: dict[str, object], status: int
) -> None:
    base_id = await knowledge.new_base()
    response = await knowledge.call("POST", f"/{base_id}/documents", **options)
    assert problem_of(response)["status"] == status, response.text
