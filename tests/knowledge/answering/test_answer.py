"""Extractive answers: the sentence that answers, its citation, and the honest refusal."""

from __future__ import annotations

import pytest

from knowledge.answering import DEFAULT_THRESHOLD, ExtractiveAnswerer
from knowledge.embedders.routed import RoutedEmbedder
from knowledge.retrieval import Answer, Passage
from nlu.language import detect_language
from tests.knowledge import handbook

ANSWERER = ExtractiveAnswerer()


def passage(text: str, *, score: float = 0.9, document: str = "Guide", url: str | None = None) -> Passage:
    return Passage(f"c-{document}", f"id-{document}", document, text, {"page": 3}, detect_language(text), score, url)


def answer(question: str, *passages: Passage, **settings: float) -> Answer:
    return ANSWERER.answer(question, passages, language=detect_language(question), **settings)


def text_of(found: Answer) -> str:
    assert found.text is not None
    return found.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many days of annual leave do employees get?", "15 days of paid annual leave per calendar year. [1]"),
        ("how do i reset my password", "click Reset password. [1]"),
        ("How much is the daily allowance abroad?", "40 euros abroad. [1]"),
        ("年假有几天?", "正式员工每个自然年享有15天带薪年假。[1]"),
        ("怎么重置密码", "点击“重置密码”。[1]"),
        ("退款多久到账?", "退款将在5至7个工作日内原路退回。[1]"),
    ],
)
def test_the_handbook_answers_with_the_sentence_that_says_it(
    embedder: RoutedEmbedder, question: str, expected: str
) -> None:
    held = [*handbook.chunks(embedder, "en"), *handbook.chunks(embedder, "zh")]
    language = detect_language(question)
    hits = handbook.index_of(embedder, held).search(question, language=language, limit=5)
    found = ANSWERER.answer(question, handbook.as_passages(hits, held), language=language)
    assert expected in text_of(found)
    assert len(text_of(found)) < 200
    assert found.citations[0].locator["heading"]
    assert found.confidence == hits[0].score


@pytest.mark.parametrize("question", ["What is the capital of France?", "法国的首都是哪里?", "CEO的工资是多少"])
def test_what_the_handbook_does_not_say_is_refused(embedder: RoutedEmbedder, question: str) -> None:
    held = [*handbook.chunks(embedder, "en"), *handbook.chunks(embedder, "zh")]
    language = detect_language(question)
    hits = handbook.index_of(embedder, held).search(question, language=language, limit=5)
    found = ANSWERER.answer(question, handbook.as_passages(hits, held), language=language)
    assert (found.text, found.citations) == (None, ())
    assert found.confidence < DEFAULT_THRESHOLD


def test_no_passages_no_answer() -> None:
    assert answer("How many days?") == Answer(text=None, confidence=0.0)


def test_the_threshold_is_the_callers() -> None:
    weak = passage("Employees get ten days of leave.", score=0.2)
    assert answer("How many days of leave?", weak).text is None
    assert answer("How many days of leave?", weak, threshold=0.1).text is not None
    assert answer("How many days of leave?", passage(weak.text, score=0.8), threshold=0.95).confidence == 0.8


def test_a_citation_says_where_the_sentence_stands() -> None:
    found = answer("How many days of leave?", passage("Ten days of leave are paid.", url="https://example.com/a"))
    (citation,) = found.citations
    assert (citation.number, citation.title, citation.document_id) == (1, "Guide", "id-Guide")
    assert citation.locator == {"page": 3}
    assert citation.url == "https://example.com/a"
    assert citation.snippet == "Ten days of leave are paid."


def test_a_second_source_that_adds_to_the_answer_gets_its_own_number() -> None:
    found = answer(
        "What are the rules for annual leave and for parking permits?",
        passage("Annual leave rules: ten days each year.", document="Leave"),
        passage("Parking permits follow the rules of the garage.", document="Parking", score=0.85),
    )
    assert "[1]" in text_of(found)
    assert "[2]" in text_of(found)
    assert {one.title for one in found.citations} == {"Leave", "Parking"}


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    found = answer(
        "When is the allowance paid?",
        passage("The canteen opens at noon. The travel allowance is 28 euros. It is paid with the next salary."),
    )
    assert text_of(found).startswith("The travel allowance is 28 euros.")
    assert "It is paid with the next salary." in text_of(found)


def test_a_question_in_the_source_is_answered_by_what_follows_it() -> None:
    found = answer(
        "How long is the warranty?", passage("How long is the warranty?\nTwo years from the date of purchase.")
    )
    assert text_of(found) == "Two years from the date of purchase. [1]"


def test_a_list_comes_with_the_line_that_opens_it() -> None:
    found = answer(
        "Which documents do I need for a visa?",
        passage("For a visa you need these documents:\n- a passport\n- a photo\n- proof of insurance"),
    )
    for item in ("a passport", "a photo", "proof of insurance"):
        assert item in text_of(found)


def test_the_same_sentence_of_overlapping_chunks_is_said_once() -> None:
    sentence = "Ten days of leave are paid."
    found = answer("How many days of leave are paid?", passage(sentence), passage(sentence, document="Copy"))
    assert text_of(found).count(sentence) == 1


def test_a_long_passage_is_quoted_around_the_sentence() -> None:
    filler = "Nothing of interest stands in this sentence at all. " * 12
    found = answer("How many days of leave?", passage(f"{filler}Ten days of leave are paid. {filler}"))
    snippet = found.citations[0].snippet
    assert "Ten days of leave are paid." in snippet
    assert len(snippet) <= 245
    assert snippet.startswith("…")
    assert snippet.endswith("…")


def test_a_single_endless_sentence_is_cut_in_the_snippet() -> None:
    found = answer("leave", passage("leave and " * 200))
    assert len(found.citations[0].snippet) <= 240


@pytest.mark.parametrize("text", ["", " \n ", "。", "\x00", "😀"])
def test_a_passage_without_sentences_is_no_error(text: str) -> None:
    found = answer("How many days?", passage(text))
    assert found.confidence == 0.9


@pytest.mark.parametrize("question", ["", "？", "\ud800", "x " * 3000])
def test_odd_questions_are_no_error(question: str) -> None:
    assert answer(question, passage("Ten days of leave are paid.")).confidence == 0.9


def refused(retrieved: float) -> Answer:
    """To a question that a passage is near to without answering it."""
    text = "Visitor passes are given out at the gate. The canteen opens at noon. Passes are valid for one day."
    found = Passage("c", "d", "Guide", text, {"page": 3}, "en", 0.1, retrieved=retrieved)
    return answer("Who designed the visitor passes at the gate?", found)


def test_a_refusal_names_the_passage_that_comes_nearest_and_asserts_nothing() -> None:
    found = refused(0.8)
    assert (found.text, found.confidence) == (None, 0.1)
    (citation,) = found.citations
    assert (citation.number, citation.title, citation.locator) == (1, "Guide", {"page": 3})
    assert "given out at the gate" in citation.snippet


def test_a_refusal_of_what_no_passage_treats_names_none() -> None:
    assert refused(0.3).citations == ()


DELIVERY = "每天下午三点之前下的订单当天出库。标准配送需要 2 到 4 个工作日，运费 12 元；我们的配送范围覆盖香港和澳门。"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Do you ship to Hong Kong?", DELIVERY, "我们的配送范围覆盖香港和澳门。 [1]"),
        ("How long does standard delivery take?", DELIVERY, "标准配送需要 2 到 4 个工作日，运费 12 元。 [1]"),
        (
            "电池保修多久",
            "Appliances are sold with a manual. Batteries are covered for 12 months. A courier collects parcels.",
            "Batteries are covered for 12 months.[1]",
        ),
    ],
)
def test_a_sentence_in_another_language_is_chosen_by_its_meaning(
    embedder: RoutedEmbedder, question: str, text: str, expected: str
) -> None:
    answerer = ExtractiveAnswerer(embedder.for_all_languages())
    found = answerer.answer(question, [passage(text)], language=detect_language(question))
    assert found.text == expected
    assert found.citations[0].language == detect_language(text)


def test_how_long_is_answered_and_not_repeated() -> None:
    found = answer(
        "How long is the warranty on batteries?",
        passage("Appliances carry a warranty of 3 years. Batteries are covered for 12 months. Parts cost extra."),
    )
    assert "12 months" in text_of(found)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("标准配送多少钱", "标准配送的运费是 12 元；加急另计。", "标准配送的运费是 12 元。[1]"),
        (
            "What does delivery cost?",
            "Delivery costs 5 euros; express is extra.",
            "Delivery costs 5 euros; express is extra. [1]",
        ),
    ],
)
def test_a_part_of_a_sentence_ends_as_a_sentence(question: str, text: str, expected: str) -> None:
    assert text_of(answer(question, passage(text))).startswith(expected)


def test_an_answer_stays_in_the_language_of_the_best_passage(embedder: RoutedEmbedder) -> None:
    """A sentence that means just what was asked does not speak for a passage that comes second."""
    own = passage("会员卡可以用来积分。会员卡每年收费两百元，可在前台付款。", document="会员卡")
    other = passage("The premium card costs 120 euros a year. It is paid at the front desk.", score=0.6)
    answerer = ExtractiveAnswerer(embedder.for_all_languages())
    found = answerer.answer("那要多少钱？", [own, other], language="zh")
    assert found.text is not None and "两百元" in found.text
    assert {one.language for one in found.citations} == {"zh"}


def test_what_the_title_says_need_not_stand_in_the_sentence() -> None:
    text = "大果西番莲是西番莲属的植物，果实最大。它的叶柄有四到六个腺体。根部可用来当作催吐剂。"
    found = text_of(answer("大果西番莲的叶柄有什么特点？", passage(text, document="大果西番莲")))
    assert "四到六个腺体" in found


def test_a_sentence_that_goes_on_from_the_answer_comes_with_it() -> None:
    found = text_of(
        answer(
            "What is the deposit for towels?",
            passage(
                "Lockers are free. The deposit for towels is 5 euros. It is paid back at the desk. Slippers are sold."
            ),
        )
    )
    assert found == "The deposit for towels is 5 euros. [1] It is paid back at the desk. [1]"


def test_a_title_speaks_for_sentences_of_the_best_passage_alone() -> None:
    found = answer(
        "delivery time",
        passage("Orders are packed at once. They arrive within 2 to 4 days.", document="Delivery"),
        passage("The week has 38 hours. It ends on Friday at noon.", score=0.6, document="Working time"),
    )
    assert found.citations[0].title == "Delivery"


RETURNS = "Any unused item can be returned within 30 days. Opened software and gift cards cannot be returned."
ITEMS = "商品可以在签收后退货。已拆封的软件和礼品卡不支持退货。"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What can be returned?", RETURNS, "Any unused item can be returned within 30 days. [1]"),
        ("What can't be returned?", RETURNS, "Opened software and gift cards cannot be returned. [1]"),
        ("Can't items be returned?", RETURNS, "Any unused item can be returned within 30 days. [1]"),
        ("能不能退货？", ITEMS, "商品可以在签收后退货。[1]"),
        ("哪些不能退货？", ITEMS, "已拆封的软件和礼品卡不支持退货。[1]"),
    ],
)
def test_what_is_not_so_is_answered_by_what_says_so(question: str, text: str, expected: str) -> None:
    assert text_of(answer(question, passage(text))) == expected
