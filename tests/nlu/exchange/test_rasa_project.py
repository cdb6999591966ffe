"""Rasa projects of the third version, and what is odd about real ones."""

from __future__ import annotations

import pytest

from nlu.exchange.bot import Annotation, Button, Place
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.rasa_writing import write_rasa
from tests.nlu.exchange.projects import RASA_1, RASA_3, as_bytes, read


def test_everything_of_a_project_is_counted() -> None:
    bot, _ = read(RASA_3)
    assert bot.counts() == {
        "intents_in_domain": 8,
        "entities_in_domain": 4,
        "slots": 4,
        "forms": 1,
        "responses": 7,
        "actions": 3,
        "nlu_examples": 17,
        "nlu_intents": 9,
        "nlu_entity_annotations": 4,
        "lookups": 2,
        "regexes": 1,
        "synonyms": 1,
        "stories": 1,
        "rules": 6,
        "test_stories": 1,
        "retrieval_intents": 2,
    }
    assert bot.languages == ("en",)


def test_an_example_knows_its_line_its_roles_and_its_groups() -> None:
    bot, _ = read(RASA_3)
    example = next(example for example in bot.examples if "thriller" in example.text)
    assert example.text == "a thriller, no war"
    assert example.place == Place("data/nlu.yml", 11)
    assert example.annotations == (
        Annotation("genre", 2, 10, "thriller", "wanted"),
        Annotation("genre", 15, 18, "war", "disliked", "2"),
    )


def test_test_stories_and_test_sentences_are_kept_apart_from_training() -> None:
    bot, _ = read(RASA_3)
    assert [step.text for step in bot.test_stories[0].steps if step.kind == "user"] == [
        "hello you",
        "may I have [Dune](title)",
    ]
    assert [(example.intent, example.text) for example in bot.test_examples] == [("affirm", "yes indeed")]
    assert not any(example.text == "yes indeed" for example in bot.examples)


def test_a_button_knows_what_pressing_it_means() -> None:
    bot, _ = read(RASA_3)
    assert bot.responses["utter_ask_title"].variants[0].buttons == (
        Button("The newest one", "borrow_book", {"title": "newest"}),
        Button("I have a complaint", "complain"),
    )


def test_settings_with_secrets_are_left_and_told() -> None:
    _, notices = read(RASA_3)
    assert notices == ["config.yml pipeline_left", "endpoints.yml settings_left"]


def test_programs_are_data_that_nothing_looks_at() -> None:
    bot, _ = read({name: text for name, text in RASA_3.items() if name != "actions/actions.py"})
    assert bot == read(RASA_3)[0]


@pytest.mark.parametrize(
    ("forms", "slots"),
    [
        ("forms:\n  f:\n    required_slots:\n      - a\n      - b\n", ("a", "b")),
        ("forms:\n  f:\n    required_slots:\n      a:\n      - type: from_text\n      b: []\n", ("a", "b")),
        ("forms:\n  f:\n    a:\n    - type: from_entity\n      entity: x\n    ignored_intents: [chat]\n", ("a",)),
        ("forms:\n  f: {}\n", ()),
        ("forms:\n- f\n", ()),
    ],
)
def test_forms_of_every_version_are_read(forms: str, slots: tuple[str, ...]) -> None:
    bot, _ = read({"domain.yml": f"intents: [greet]\n{forms}"})
    assert bot.forms["f"].slots == slots


@pytest.mark.parametrize(
    ("written", "type_"),
    [("bool", "bool"), ("rasa.shared.core.slots.BooleanSlot", "bool"), ("unfeaturized", "any"), ("text", "text")],
)
def test_types_of_slots_have_one_name(written: str, type_: str) -> None:
    bot, _ = read({"domain.yml": f"intents: [a]\nslots:\n  s:\n    type: {written}\n"})
    assert bot.slots["s"].type == type_


@pytest.mark.parametrize("file", ["tests/a.yml", "test/a.yml", "test_stories/a.yml", "e2e_tests/a.yml", "test_a.yml"])
def test_stories_in_a_folder_of_tests_are_tests(file: str) -> None:
    story = "stories:\n- story: s\n  steps:\n  - intent: a\n  - action: utter_a\n"
    bot, _ = read({"domain.yml": "intents: [a]\n", file: story, "data/contest_rules.yml": story})
    assert (len(bot.test_stories), len(bot.stories)) == (1, 1)


def test_the_same_name_in_two_files_adds_up() -> None:
    words = "nlu:\n- synonym: a\n  examples: |\n    - {}\n- intent: i\n  examples: |\n    - {} sentence\n"
    bot, _ = read({"one.yml": words.format("b", "b"), "two.yml": words.format("c", "c")})
    assert bot.synonyms[0].words == ("b", "c")
    assert [example.text for example in bot.examples] == ["b sentence", "c sentence"]


def test_lines_that_could_not_come_over_are_named() -> None:
    _, notices = read(
        {
            "data/nlu.yml": "nlu:\n- intent: a\n  examples: |\n    - good\n    bad\n    - [x]{broken}\n    -\n"
            "- unknown: b\n- lookup: c\n  examples: data/none.txt\n",
            "data/stories.yml": "stories:\n- story: s\n  steps:\n  - intent: a\n  - dance: now\n- tale: t\n",
        }
    )
    assert notices == [
        "data/nlu.yml lookup_file_missing",
        "data/nlu.yml:5 example_no_dash",
        "data/nlu.yml:6 annotation_unreadable",
        "data/nlu.yml:7 example_empty",
        "data/nlu.yml:8 nlu_item_unknown",
        "data/nlu.yml:9 vocabulary_empty",
        "data/stories.yml:5 step_unknown",
        "data/stories.yml:6 story_unknown",
    ]


def test_broken_yaml_stops_the_import_with_its_line() -> None:
    with pytest.raises(ExchangeInvalid) as caught:
        read({**RASA_3, "data/more.yml": "nlu:\n- intent: x\n   examples: |\n    - a\n"})
    assert caught.value.place == Place("data/more.yml", 3)


@pytest.mark.parametrize("files", [{}, {"README.md": "# A bot\n"}, {"a.yml": "- 1\n"}, {"a.json": "{}"}])
def test_files_without_a_bot_are_refused(files: dict[str, str]) -> None:
    with pytest.raises(ExchangeInvalid):
        read(files)


@pytest.mark.parametrize("project", [RASA_3, RASA_1])
def test_a_project_written_again_counts_the_same(project: dict[str, str]) -> None:
    bot, _ = read(project)
    written = write_rasa(bot)
    again, _ = read({name: data.decode() for name, data in written.items()})
    assert again.counts() == bot.counts()
    assert [(e.intent, e.text, e.annotations) for e in again.examples] == [
        (intent, e.text, e.annotations)
        for intent in dict.fromkeys(e.intent for e in bot.examples)
        for e in bot.examples
        if e.intent == intent
    ]
    assert write_rasa(again) == written


def test_texts_of_several_lines_survive_being_written() -> None:
    text = "nlu:\n- intent: a\n  examples:\n  - text: |\n      one\n\n      two: [x](y)\n  - text: '- three # no'\n"
    bot, _ = read({"nlu.yml": text})
    again, _ = read({name: data.decode() for name, data in write_rasa(bot).items()})
    assert [example.text for example in again.examples] == ["one\n\ntwo: x", "- three # no"]
    assert as_bytes({"a": "b"}) == {"a": b"b"}
