"""Approved questions and messages that lean on the one before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.platform.documents.content_client import ContentClient


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is tested here is no matter of the database."""
    return sqlite_url


@pytest.fixture
async def talking(knowledge: ContentClient) -> ContentClient:
    base = await knowledge.new_base()
    await knowledge.add_faq(base, "What is the premium card?", "It opens every lounge.")
    await knowledge.add_faq(base, "How much does the premium card cost?", "120 euros a year.")
    await knowledge.add_faq(base, "And how much does a garage cost?", "9 euros.")
    await knowledge.bot_over(base)
    return knowledge


async def said(talking: ContentClient, message: str, session: str) -> tuple[str, str]:
    """The reply, and the question of the FAQ that it cites."""
    reply: Any = await talking.say(message, session_id=session)
    return reply["reply"], next((one["title"] for one in reply["metadata"]["citations"]), "")


async def test_a_follow_up_finds_the_approved_question_about_the_same(talking: ContentClient) -> None:
    assert (await said(talking, "What is the premium card?", "a"))[0] == "It opens every lounge."
    answered = await said(talking, "And how much does it cost?", "a")
    assert answered == ("120 euros a year.", "How much does the premium card cost?")


async def test_an_approved_question_word_for_word_is_answered_whatever_was_said(talking: ContentClient) -> None:
    await said(talking, "What is the premium card?", "b")
    assert (await said(talking, "And how much does a garage cost?", "b"))[0] == "9 euros."


async def test_the_talk_of_another_session_is_not_leant_on(talking: ContentClient) -> None:
    await said(talking, "What is the premium card?", "c")
    assert (await said(talking, "And how much does it cost?", "d"))[1] != "How much does the premium card cost?"
