"""The Markdown and JSON of Rasa's first version."""

from __future__ import annotations

import pytest

from nlu.exchange import rasa_markdown
from nlu.exchange.bot import Place
from nlu.exchange.errors import ExchangeInvalid
from tests.nlu.exchange.projects import RASA_1, read


def test_everything_of_an_old_project_is_counted() -> None:
    bot, _ = read(RASA_1)
    assert bot.counts() == {
        "intents_in_domain": 3,
        "entities_in_domain": 1,
        "slots": 0,
        "forms": 1,
        "responses": 2,
        "actions": 3,
        "nlu_examples": 6,
        "nlu_intents": 3,
        "nlu_entity_annotations": 3,
        "lookups": 2,
        "regexes": 2,
        "synonyms": 2,
        "stories": 2,
        "rules": 0,
        "test_stories": 0,
        "retrieval_intents": 0,
    }


def test_a_value_after_a_colon_is_what_the_words_mean() -> None:
    bot, _ = read(RASA_1)
    example = next(example for example in bot.examples if "拿铁" in example.text)
    assert [(each.entity, each.value) for each in example.annotations] == [("drink", "咖啡")]
    assert example.place.line == 9


def test_a_lookup_table_may_stand_in_a_file_of_its_own() -> None:
    bot, _ = read(RASA_1)
    assert next(table for table in bot.lookups if table.name == "drink").words == ("茶", "果汁")


def test_a_comment_over_several_lines_holds_no_example() -> None:
    bot, _ = read(RASA_1)
    assert not any("不会读到" in example.text for example in bot.examples)


def test_story_steps_have_their_kinds() -> None:
    bot, _ = read(RASA_1)
    first, second = bot.stories
    assert [(step.kind, step.name or "|".join(step.intents)) for step in first.steps] == [
        ("user", "greet"),
        ("action", "utter_greet"),
        ("user", "order|done"),
        ("slot", "drink"),
        ("action", "drink_form"),
        ("loop", "drink_form"),
        ("loop", ""),
        ("action", "action_pour"),
        ("action", "utter_order"),
    ]
    assert second.steps[0].kind == "checkpoint"


def test_offsets_outside_a_sentence_and_missing_intents_are_told_with_their_lines() -> None:
    _, notices = read(RASA_1)
    lines = RASA_1["data/more.json"].split("\n")
    bye = next(number for number, line in enumerate(lines, 1) if "再见" in line)
    missing = next(number for number, line in enumerate(lines, 1) if "没有意图" in line)
    assert notices == [f"data/more.json:{bye} annotation_outside", f"data/more.json:{missing} example_empty"]


def test_test_stories_with_the_users_words_are_read() -> None:
    text = "## a test\n* greet: hello [you](person)\n  - utter_greet\n"
    bot, _ = read({**RASA_1, "tests/conversation_tests.md": text})
    assert [step.text for step in bot.test_stories[0].steps] == ["hello [you](person)", ""]


def test_answers_of_retrieval_intents_become_responses() -> None:
    text = "## hours\n* faq/hours\n  - We open at nine, except on Sundays.\n"
    bot, _ = read({**RASA_1, "data/responses.md": text})
    assert bot.responses["utter_faq/hours"].variants[0].text == "We open at nine, except on Sundays."


@pytest.mark.parametrize(
    ("file", "text", "is_story"),
    [
        ("stories.md", "## s\n* greet\n  - utter_greet\n", True),
        ("README.md", "## s\n* greet\n  - utter_greet\n", False),
        ("guide.md", "## Install\n* one\n* two\n\nText\n", False),
    ],
)
def test_documentation_is_no_story(file: str, text: str, is_story: bool) -> None:
    assert rasa_markdown.is_stories(file, text) is is_story


def test_broken_json_stops_the_import_with_its_line() -> None:
    with pytest.raises(ExchangeInvalid) as caught:
        read({"nlu.json": '{\n "rasa_nlu_data": {\n  "common_examples": [}\n'})
    assert caught.value.place == Place("nlu.json", 3)


def test_chinese_files_of_old_editors_are_read() -> None:
    from nlu.exchange.rasa_project import read_rasa
    from nlu.exchange.report import Notices

    files = {name: text.encode("gb18030") for name, text in RASA_1.items()}
    assert read_rasa(files, Notices()) == read(RASA_1)[0]
