"""Tables of FAQs in and out over HTTP."""

from __future__ import annotations

import csv
import io

import pytest

from tests.platform.documents.content_client import ContentClient
from tests.platform.edge.application import problem_of

TABLE = b"question,answer,alternatives,tags\nQ one?,A one.,First? | Number one?,a|b\nQ two?,=1+1,,\n"


async def test_a_table_is_imported_once_and_what_it_says_anew_is_taken(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    assert (await knowledge.import_faqs(base_id, TABLE)).json() == {"added": 2, "updated": 0, "unchanged": 0}
    assert (await knowledge.import_faqs(base_id, TABLE)).json() == {"added": 0, "updated": 0, "unchanged": 2}
    newer = TABLE.replace(b"A one.", b"A new one.") + b"Q three?,A.,,\n"
    assert (await knowledge.import_faqs(base_id, newer)).json() == {"added": 1, "updated": 1, "unchanged": 1}
    first, second, third = await knowledge.faqs(base_id)
    assert (first["answer"], first["alternatives"], first["tags"]) == (
        "A new one.",
        ["First?", "Number one?"],
        ["a", "b"],
    )
    assert (second["answer"], third["question"]) == ("=1+1", "Q three?")
    assert (await knowledge.say("Number one?"))["reply"] == "A new one."


async def test_a_disabled_faq_stays_so_when_it_is_imported_again(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.add_faq(base_id, "Q one?", "Old.", is_enabled=False)
    assert (await knowledge.import_faqs(base_id, TABLE)).json() == {"added": 1, "updated": 1, "unchanged": 0}
    assert [faq["is_enabled"] for faq in await knowledge.faqs(base_id)] == [False, True]


async def test_faults_are_told_by_row_in_the_readers_language_and_nothing_is_imported(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    table = b"question,answer\nQ?,A.\n,B.\nQ?,C.\n"
    problem = problem_of(await knowledge.import_faqs(base_id, table))
    assert problem["errors"] == [
        {"field": "row 3", "message": "The question is missing."},
        {"field": "row 4", "message": "The same question stands in row 2."},
    ]
    chinese = problem_of(await knowledge.import_faqs(base_id, table, headers={"Accept-Language": "zh-CN"}))
    assert chinese["errors"][0] == {"field": "row 3", "message": "缺少问题。"}  # type: ignore[index]
    assert await knowledge.faqs(base_id) == []


async def test_what_is_no_table_is_refused(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    for name, content in (("a.txt", TABLE), ("a.xlsx", TABLE), ("a.csv", b"\x00\x01\x02" * 100)):
        response = await knowledge.import_faqs(base_id, content, name)
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "file"), response.text
    assert (await knowledge.call("POST", f"/{base_id}/faqs/import", json={})).status_code == 422
    assert (await knowledge.call("POST", f"/{base_id}/faqs/import", files={"other": b"x"})).status_code == 422
    large = b"question,answer\n" + b"x" * (5 * 2**20)
    assert (await knowledge.import_faqs(base_id, large)).status_code == 413


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_an_export_comes_back_as_it_was_and_holds_no_formula(knowledge: ContentClient, form: str) -> None:
    base_id, copy_id = await knowledge.new_base(), await knowledge.new_base("Copy")
    await knowledge.add_faq(base_id, "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "a|b", tags=["-1"])
    await knowledge.add_faq(base_id, "发票怎么开？", "在“我的订单”里申请。\n第二行", "如何开票")
    exported = await knowledge.call("GET", f"/{base_id}/faqs/export", params={"format": form})
    assert exported.headers["content-disposition"] == f'attachment; filename="faqs.{form}"'
    if form == "csv":
        rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"), newline="")))
        assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert (await knowledge.import_faqs(copy_id, exported.content, f"faqs.{form}")).json()["added"] == 2
    copied, original = await knowledge.faqs(copy_id), await knowledge.faqs(base_id)
    for faq in (*copied, *original):
        for own in ("id", "knowledge_base_id", "created_at", "updated_at"):
            faq.pop(own)
    assert copied == original
