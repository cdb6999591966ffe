"""Whether the answer stands in a passage that is about the same things."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from knowledge.answering.answerability import READ, Answerability, Evidence, fitted_answerability, read_profile
from knowledge.answering.answerability_features import NAMES, AskedQuestion, features
from knowledge.calibration import Calibration, Curve
from knowledge.retrieval import Passage

JUDGE = fitted_answerability()
STOCKS = (
    "Warsaw's first stock exchange was established in 1817 and continued trading until World War II. "
    "It was re-established in April 1991, following the end of the post-war communist control of the country."
)
LEAVE = "正式员工每年享有15天带薪年假。入职未满一年的员工按月折算。"
FEES = "普通会员年费为199元，企业会员年费为999元。退会后会员费不予退还。"


def judged(question: str, text: str, *, language: str = "en", score: float = 0.8, heading: str = "Warsaw") -> float:
    return JUDGE.judge(question, [Evidence(heading, text, language, score)], language=language)[0]


def figures(question: str, text: str, heading: str = "") -> dict[str, float]:
    return dict(zip(NAMES, features(AskedQuestion.of(question, {}), heading, text), strict=True))


@pytest.mark.parametrize(
    ("answered", "not_answered", "text", "language"),
    [
        ("When was Warsaw's first stock exchange established?", "When was Berlin's first stock exchange established?",
         STOCKS, "en"),
        ("What was established in 1817?", "What was established in 1917?", STOCKS, "en"),
        ("How long did it continue trading?", "Who did not continue trading?", STOCKS, "en"),
        ("正式员工有几天年假？", "实习生有几天年假？", LEAVE, "zh"),
        ("会员费多少钱？", "停车费多少钱？", FEES, "zh"),
    ],
)  # fmt: skip
def test_one_word_that_has_no_counterpart_makes_an_answer_less_probable(
    answered: str, not_answered: str, text: str, language: str
) -> None:
    assert judged(answered, text, language=language) > judged(not_answered, text, language=language)


def test_a_better_score_of_retrieval_never_makes_an_answer_less_probable() -> None:
    question = "When was Warsaw's first stock exchange established?"
    scores = [judged(question, STOCKS, score=score) for score in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert scores == sorted(scores) and 0 <= scores[0] < scores[-1] <= 1


def test_what_the_heading_says_is_not_missed() -> None:
    question = "When was the exchange of Warsaw established?"
    text = "The exchange was established in 1817."
    assert figures(question, text)["names_missed"] > 0
    assert figures(question, text, "History / Warsaw")["names_missed"] == 0


def test_numbers_are_the_same_however_they_are_written() -> None:
    text = "On October 16, 1973, the price rose to 1,200 dollars."
    assert figures("What happened on October 16th?", text)["numbers_missed"] == 0
    assert figures("When did it reach 1200 dollars?", text)["numbers_missed"] == 0
    assert figures("When did it reach 1300 dollars?", text)["numbers_missed"] > 0


def test_a_misspelt_word_has_its_counterpart() -> None:
    text = "Legislative power is vested in the Council, which comprises sixty members."
    right, misspelt, other = (
        figures(f"How many members has the {word}?", text)["held_in_sentence"]
        for word in ("Council", "Counil", "Cabinet")
    )
    assert right > misspelt > other


def test_traditional_characters_find_simplified_ones() -> None:
    assert figures("年費多少錢", FEES)["held_in_sentence"] == figures("年费多少钱", FEES)["held_in_sentence"]


def test_words_put_together_to_search_with_are_not_read_as_a_question() -> None:
    found = figures("stock exchange Berlin", STOCKS)
    assert found["is_phrase"] == 1 and found["names_missed"] == 0


@pytest.mark.parametrize("text", ["", "   \n", "?!", "…"])
@pytest.mark.parametrize("question", ["？！", "Who?", "the", "12,5", "\ud800"])
def test_no_text_and_no_words_are_judged_without_a_crash(question: str, text: str) -> None:
    assert 0 <= judged(question, text) <= 1


def test_a_passage_in_another_language_is_judged_by_the_score_of_retrieval() -> None:
    texts = ("15 days of leave.", "Nothing about it.")
    found = [[Evidence("Leave", text, "en", 0.42)] for text in texts]
    assert len({JUDGE.judge("年假有几天？", one, language="zh")[0] for one in found}) == 1
    halved = Answerability({"zh": read_profile({"score": 1.0, "bias": 0.0, **dict.fromkeys(NAMES, 0.0)})}, Curve(1, -1))
    assert halved.judge("年假有几天？", found[0], language="zh")[0] < 0.42


def test_in_doubt_a_passage_that_the_user_can_read_is_ahead() -> None:
    own = Evidence("退款", "退款在五个工作日内退回。", "zh", 0.6)
    other = Evidence("Refunds", "Refunds take five working days.", "en", 0.6)
    alone = JUDGE.judge("退款要几天？", [other], language="zh")[0]
    beside = JUDGE.judge("退款要几天？", [own, other], language="zh")[1]
    assert beside < alone


def test_a_language_without_figures_is_left_to_retrieval() -> None:
    found = Answerability({}).judge("When?", [Evidence("", STOCKS, "en", 0.37)], language="en")
    assert found == [0.37]


def passage(name: str, text: str, score: float, calibration: Calibration | None = None) -> Passage:
    return Passage(name, name, "Warsaw", text, {}, "en", score, calibration=calibration)


def test_the_passage_that_answers_comes_first_and_keeps_what_retrieval_said() -> None:
    aside = "Trading in Warsaw is lively. Many an exchange of words was heard at the stock of books."
    ranked = JUDGE.rank(
        "When was Warsaw's first stock exchange established?",
        [passage("aside", aside, 0.8), passage("right", STOCKS, 0.78)],
        language="en",
    )
    assert [one.chunk_id for one in ranked] == ["right", "aside"]
    assert [one.retrieved for one in ranked] == [0.78, 0.8]


def test_what_is_not_read_stays_behind_what_is() -> None:
    found = [passage(str(place), "Nothing of it stands here.", 0.9 - place / 100) for place in range(READ + 2)]
    ranked = JUDGE.rank("When was the exchange established?", found, language="en")
    assert [one.chunk_id for one in ranked[READ:]] == [str(place) for place in range(READ, READ + 2)]
    assert ranked[READ].score <= ranked[READ - 1].score


def test_a_knowledge_bases_own_curve_corrects_the_probability() -> None:
    question = "When was Warsaw's first stock exchange established?"
    doubting = Calibration(0.5, 0.05, Curve(1.0, -2.0), 50, "", 1)
    plain, corrected = (
        JUDGE.rank(question, [passage("a", STOCKS, 0.8, one)], language="en")[0].score for one in (None, doubting)
    )
    assert corrected == pytest.approx(doubting.score(plain))
    assert corrected < plain


def test_nothing_found_is_judged_as_nothing() -> None:
    assert JUDGE.judge("When?", [], language="en") == []
    assert JUDGE.rank("When?", [], language="en") == []


def test_the_shipped_figures_name_every_feature_and_have_the_sign_that_people_expect() -> None:
    data = json.loads(files("knowledge.answering").joinpath("answerability_profiles.json").read_text(encoding="utf-8"))
    assert set(data) == {"en", "zh", "across"}
    assert set(data.pop("across")) == {"score", "bias"}
    for profile in data.values():
        assert set(profile) == {"score", "bias", *NAMES}
        assert profile["score"] > 0 and profile["held_in_sentence"] >= 0
        assert all(profile[name] <= 0 for name in NAMES if name.endswith("missed"))
    with pytest.raises(KeyError):
        read_profile({"score": 1.0, "bias": 0.0})


PLANS = "The Team plan costs 79 dollars a month with 15 users."
GUIDE = "Globex Guide / Plans"
OTHERS = [
    Evidence("Globex Guide / Free trial", "Every plan can be tried for 14 days.", "en", 0.5),
    Evidence("Globex Guide / API limits", "The API allows 600 requests a minute.", "en", 0.4),
]


def judged_among(question: str, others: list[Evidence], *, text: str = PLANS, language: str = "en") -> float:
    return JUDGE.judge(question, [Evidence(GUIDE, text, language, 0.8), *others], language=language)[0]


def test_a_passage_that_is_near_for_the_company_s_name_alone_hardly_answers() -> None:
    assert judged_among("Who founded Globex?", OTHERS) < 0.2
    assert judged_among("How much is Globex's Team plan?", OTHERS) > 0.5  # it holds more
    assert judged_among("What is Globex?", OTHERS) > 0.5  # nothing else is asked
    assert judged_among("Who founded it?", OTHERS) == judged_among("Who founded it?", [])


def test_a_company_s_name_makes_a_passage_in_another_language_less_probable() -> None:
    found = [Evidence(GUIDE, PLANS, "en", 0.8), *OTHERS]
    named = JUDGE.judge("Globex 是谁创办的？", found, language="zh")[0]
    unnamed = JUDGE.judge("团队版多少钱？", found, language="zh")[0]
    assert named < unnamed
    assert JUDGE.judge("Globex 是谁创办的？", found[:2], language="zh")[0] == unnamed  # two titles tell nothing


def test_of_two_passages_no_title_is_common() -> None:
    assert judged_among("Who founded Globex?", OTHERS[:1]) == judged_among("Who founded Globex?", [])


def test_a_company_s_name_in_chinese_titles_tells_as_little() -> None:
    titles = ("华阳手册 / 套餐", "华阳手册 / 试用", "华阳手册 / 接口")
    found = [
        Evidence(title, text, "zh", 0.8)
        for title, text in zip(
            titles, ("团队版每月499元。", "每种套餐都可以试用14天。", "每分钟可以调用600次。"), strict=True
        )
    ]
    assert JUDGE.judge("华阳的创始人是谁？", found, language="zh")[0] < 0.2
    assert JUDGE.judge("华阳的团队版多少钱？", found, language="zh")[0] > 0.5
