"""FAQs over HTTP: approved answers word for word, near misses as suggestions, nothing mixed up with documents."""

from __future__ import annotations

from typing import Any

from chatbot.models import new_id
from tests.platform.documents.content_client import ContentClient
from tests.platform.edge.application import problem_of

QUESTION, ANSWER = "How do I reset my password?", "Open  Settings,\nthen choose <Reset>."
NOTE = b"The canteen opens at noon.\n\nParking is free for employees."


async def replied(knowledge: ContentClient, message: str) -> Any:
    return await knowledge.say(message)


async def test_a_way_of_asking_gets_the_approved_answer_word_for_word(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    faq_id = await knowledge.add_faq(base_id, QUESTION, ANSWER, "I forgot my password")
    for message in ("how do I reset my password", "I forgot my password!"):
        reply = await replied(knowledge, message)
        assert reply["reply"] == ANSWER
        (citation,) = reply["metadata"]["citations"]
        assert (citation["number"], citation["document_id"], citation["title"]) == (1, faq_id, QUESTION)
        assert citation["locator"] == {"faq": True}
        assert citation["snippet"] == ANSWER
        assert reply["confidence"] > 0.5


async def test_a_question_with_a_name_of_the_other_language_finds_its_faq(knowledge: ContentClient) -> None:
    """Both are filed under one language, in whose space alone they could meet."""
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    for question, answer in {"Who is 王芳?": "The head of sales.", "SAP ERP 谁负责?": "信息部。"}.items():
        await knowledge.add_faq(base_id, question, answer)
        reply = await replied(knowledge, question)
        assert reply["reply"] == answer
    assert [faq["language"] for faq in await knowledge.faqs(base_id)] == ["en", "zh"]
    assert reply["metadata"]["language"] == "zh"


async def test_a_near_miss_is_asked_back_and_a_tap_on_it_answers(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    await knowledge.add_faq(base_id, "What does error E4711 mean?", "The printer is out of paper.")
    reply = await replied(knowledge, "What does error E4712 mean?")
    (suggested,) = reply["metadata"]["quick_replies"]
    assert suggested == {"title": "What does error E4711 mean?", "payload": "What does error E4711 mean?"}
    assert "Did you mean" in reply["reply"]
    assert reply["metadata"]["action"] == "refuse"
    answered = await replied(knowledge, suggested["payload"])
    assert answered["reply"] == "The printer is out of paper."


async def test_documents_answer_what_no_faq_asks_and_are_searched_without_faqs(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.add_faq(base_id, "Is parking free?", "For staff only.")
    await knowledge.ready(base_id, NOTE)
    found = await knowledge.ask(base_id, "Is parking free?")
    assert found
    assert all("staff only" not in str(passage["text"]) for passage in found)
    chunks = (await knowledge.call("GET", f"/{base_id}/chunks")).json()["items"]
    assert [chunk["text"] for chunk in chunks] == [NOTE.decode()]


async def test_an_edited_faq_is_asked_its_new_way_alone(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    faq_id = await knowledge.add_faq(base_id, QUESTION, "Old.", "I forgot my password")
    path = f"/{base_id}/faqs/{faq_id}"
    changed = await knowledge.call("PATCH", path, json={"alternatives": ["lost credentials"], "answer": "New."})
    assert changed.status_code == 200
    assert (changed.json()["question"], changed.json()["alternatives"]) == (QUESTION, ["lost credentials"])
    assert (await replied(knowledge, "lost credentials"))["reply"] == "New."
    assert (await replied(knowledge, "zzzz vvvv"))["reply"] != "New."
    assert (await knowledge.call("GET", path)).json() == changed.json()


async def test_a_disabled_or_deleted_faq_answers_nobody(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    faq_id = await knowledge.add_faq(base_id, QUESTION, ANSWER)
    path = f"/{base_id}/faqs/{faq_id}"
    await knowledge.call("PATCH", path, json={"is_enabled": False})
    assert (await replied(knowledge, QUESTION))["reply"] != ANSWER
    await knowledge.call("PATCH", path, json={"is_enabled": True})
    assert (await replied(knowledge, QUESTION))["reply"] == ANSWER
    assert (await knowledge.call("DELETE", path)).status_code == 204
    assert (await replied(knowledge, QUESTION))["reply"] != ANSWER
    assert (await knowledge.call("GET", path)).status_code == 404
    assert (await knowledge.call("DELETE", path)).status_code == 404


async def test_one_question_has_one_answer(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.add_faq(base_id, QUESTION, ANSWER)
    other = await knowledge.add_faq(base_id, "Another?", "B.")
    again = await knowledge.call("POST", f"/{base_id}/faqs", json={"question": QUESTION, "answer": "C."})
    assert problem_of(again)["code"] == "conflict"
    renamed = await knowledge.call("PATCH", f"/{base_id}/faqs/{other}", json={"question": QUESTION})
    assert renamed.status_code == 409
    assert (await knowledge.call("GET", f"/{base_id}/faqs/{other}")).json()["question"] == "Another?"


async def test_limits_are_told_by_field(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    for body, field in (
        ({"question": "x" * 501, "answer": "A."}, "body.question"),
        ({"question": "Q?", "answer": " "}, "body.answer"),
        ({"question": "Q?", "answer": "A.", "alternatives": ["a"] * 51}, "body.alternatives"),
        ({"question": "Q?", "answer": "A.", "tags": ["x" * 51]}, "body.tags.0"),
        ({"question": "Q?\x00", "answer": "A."}, "body.question"),
    ):
        response = await knowledge.call("POST", f"/{base_id}/faqs", json=body)
        assert [error["field"] for error in response.json()["errors"]] == [field], response.text


async def test_lists_page_newest_first(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    ids = [await knowledge.add_faq(base_id, f"Question {n}?", "A.") for n in range(3)]
    first = (await knowledge.call("GET", f"/{base_id}/faqs", params={"limit": 2})).json()
    rest = (await knowledge.call("GET", f"/{base_id}/faqs", params={"cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]


async def test_an_unknown_knowledge_base_and_anothers_have_no_faqs(
    knowledge: ContentClient, stranger: ContentClient
) -> None:
    base_id = await knowledge.new_base()
    faq_id = await knowledge.add_faq(base_id, QUESTION, ANSWER)
    body = {"question": "Q?", "answer": "A."}
    for client, base in ((knowledge, new_id()), (stranger, base_id)):
        assert (await client.call("GET", f"/{base}/faqs")).status_code == 404
        assert (await client.call("POST", f"/{base}/faqs", json=body)).status_code == 404
        assert (await client.call("GET", f"/{base}/faqs/{faq_id}")).status_code == 404
        assert (await client.call("GET", f"/{base}/faqs/export")).status_code == 404
        assert (await client.import_faqs(base, b"question,answer\nQ?,A.\n")).status_code == 404


async def test_faqs_go_with_their_knowledge_base(knowledge: ContentClient) -> None:
    base_id = await knowledge.new_base()
    await knowledge.bot_over(base_id)
    await knowledge.add_faq(base_id, QUESTION, ANSWER)
    assert (await knowledge.call("DELETE", f"/{base_id}")).status_code == 204
    assert (await replied(knowledge, QUESTION))["reply"] != ANSWER
