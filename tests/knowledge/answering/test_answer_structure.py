"""Answers from tables, lists of steps and questions with their answers, as documents hold them."""

from __future__ import annotations

from dataclasses import replace

from knowledge.answering.cues import answer_shapes
from tests.knowledge.answering.test_answer import answer, passage, text_of

LIMITS = (
    "Region | City | Limit\nRegion: Europe; City: Paris; Limit: EUR 180\nRegion: Europe; City: Berlin; Limit: EUR 130"
)


def test_the_header_of_a_table_is_no_answer_to_what_no_row_treats() -> None:
    found = answer("What is the limit in Madrid?", passage(LIMITS))
    assert (found.text, found.citations) == (None, ())


def test_a_table_asked_for_as_a_whole_answers_with_its_rows() -> None:
    found = answer("Which region and city limits are there?", passage(LIMITS))
    assert text_of(found) == (
        "Region: Europe; City: Paris; Limit: EUR 180 [1] Region: Europe; City: Berlin; Limit: EUR 130 [1]"
    )


def test_a_row_is_cited_by_its_own_number() -> None:
    locator: dict[str, object] = {"sheet": "Fees", "row": 1, "breaks": [[22, 2], [66, 3]]}
    found = answer("What is the limit in Berlin?", replace(passage(LIMITS), locator=locator))
    assert text_of(found) == "Region: Europe; City: Berlin; Limit: EUR 130 [1]"
    assert found.citations[0].locator == {"sheet": "Fees", "row": 3}


QUESTIONS = (
    "Can I change my address after ordering?\n\nYes, until the parcel has left the warehouse.\n\n"
    "Parcel lost?\n\nWrite to us after ten working days."
)


def test_the_answer_to_one_question_of_the_source_does_not_run_into_the_next() -> None:
    found = answer("Can I change my address after ordering?", passage(QUESTIONS))
    assert text_of(found) == "Yes, until the parcel has left the warehouse. [1]"


def test_the_answer_to_another_question_of_the_source_is_left_out() -> None:
    found = answer("What do I do when my parcel is lost?", passage(QUESTIONS))
    assert text_of(found) == "Write to us after ten working days. [1]"


STEPS = "It is free.\n\n1. Open Settings.\n2. Choose Add endpoint.\n- It must use https.\n3. Press Save.\n\nDone."


def test_one_of_several_steps_brings_the_others() -> None:
    said = text_of(answer("How do I add an endpoint?", passage(STEPS)))
    assert said == "1. Open Settings. [1] 2. Choose Add endpoint. [1] - It must use https. [1] 3. Press Save. [1]"
    assert "Press Save" not in text_of(answer("Which protocol must an endpoint use?", passage(STEPS)))


def test_the_number_of_an_article_is_no_amount() -> None:
    text = "第一条 会议室须提前一天预订。\n第二条 每次使用不得超过四小时。\n第十三条 会议室由行政部管理。"
    assert answer_shapes("会议室一次最多用几小时?")[0].search("第十三条 会议室由行政部管理。") is None
    assert text_of(answer("每次使用会议室最多多久?", passage(text))).startswith("第二条 每次使用不得超过四小时。")
