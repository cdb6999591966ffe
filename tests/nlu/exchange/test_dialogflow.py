"""Exports of Dialogflow ES and CX."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from nlu.exchange.bot import Annotation, ImportedBot, Place
from nlu.exchange.dialogflow_cx import read_dialogflow_cx
from nlu.exchange.dialogflow_es import read_dialogflow_es
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.report import Notices
from tests.nlu.exchange.dialogflow_exports import CX, ES

Reader = Callable[[Mapping[str, bytes], Notices], ImportedBot]


def read(reader: Reader, files: Mapping[str, bytes]) -> tuple[ImportedBot, set[str]]:
    notices = Notices()
    bot = reader(files, notices)
    return bot, {f"{notice.place} {notice.code}" for notice in notices.sorted()}


def variants(bot: ImportedBot, name: str) -> list[tuple[str, str]]:
    return [(variant.language, variant.text) for variant in bot.responses[name].variants]


def test_an_es_export_gives_its_sentences_with_entities_in_both_languages() -> None:
    bot, _ = read(read_dialogflow_es, ES)
    assert bot.name == "Tables"
    assert bot.languages == ("en", "zh")
    said = {example.text: example for example in bot.examples}
    assert said["a table outside for tomorrow"].annotations == (
        Annotation("area", 8, 15, "outside"),
        Annotation("date", 20, 28, "tomorrow", "day"),
    )
    assert (said["你好"].intent, said["你好"].language) == ("Default Welcome Intent", "zh")
    assert said["sell me a car"].intent == "out_of_scope"


def test_an_es_entity_has_the_spellings_of_all_its_languages() -> None:
    bot, _ = read(read_dialogflow_es, ES)
    assert bot.lookups[0].spellings == {"terrace": ("terrace", "outside", "露台")}
    assert [(table.name, table.words) for table in bot.regexes] == [("code", ("T\\d{4}",))]


def test_an_es_intent_asks_for_what_it_requires_and_then_says_its_response() -> None:
    bot, notices = read(read_dialogflow_es, ES)
    assert bot.forms["book form"].slots == ("day", "area")
    assert variants(bot, "utter_ask_book form_day") == [("en", "Which day?"), ("zh", "哪一天？")]
    assert variants(bot, "utter_book") == [("en", "A table on {day}, {area}.")]
    rule = next(rule for rule in bot.rules if rule.name == "book")
    assert [step.name or step.kind for step in rule.steps] == [
        "user",
        "book form",
        "book form",
        "loop",
        "utter_book",
        "reserve",
    ]
    assert "intents/book - yes.json context_left" in notices
    assert variants(bot, "utter_out_of_scope") == [("en", "Pardon?"), ("en", "Say again?")]
    assert "intents/Default Fallback Intent.json outside_ours" not in notices
    assert "intents/Other Fallback.json outside_ours" in notices


def test_es_responses_keep_variants_and_buttons_and_leave_other_channels() -> None:
    bot, _ = read(read_dialogflow_es, ES)
    assert variants(bot, "utter_Default Welcome Intent") == [("en", "Hello!"), ("en", "Welcome!"), ("zh", "您好！")]
    assert [button.title for button in bot.responses["utter_Default Welcome Intent"].variants[0].buttons] == ["Book"]


def test_what_a_cx_flow_says_when_nothing_matches_is_kept_and_other_events_are_named() -> None:
    bot, notices = read(read_dialogflow_cx, CX)
    assert variants(bot, "utter_out_of_scope") == [("en", "Once more?")]
    assert "flows/Default Start Flow/Default Start Flow.json event_left" in notices


def test_a_cx_export_gives_its_phrases_and_entity_types() -> None:
    bot, _ = read(read_dialogflow_cx, CX)
    assert (bot.name, bot.languages) == ("Parcels", ("en", "zh"))
    said = {example.text: example for example in bot.examples}
    assert said["send a little parcel"].annotations == (Annotation("size", 7, 13, "little", "how_big"),)
    assert said["你好"].language == "zh"
    assert said["what is love"].intent == "out_of_scope"
    assert bot.lookups[0].spellings == {"small": ("small", "little")}
    assert bot.regexes[0].name == "parcel_number"


def test_a_cx_page_with_a_form_asks_and_then_says_its_final_route() -> None:
    bot, notices = read(read_dialogflow_cx, CX)
    assert bot.forms["send form"].slots == ("how_big", "remark")
    assert bot.slots["remark"].mappings[0].kind == "text"
    assert variants(bot, "utter_ask_send form_how_big") == [("en", "How big is it?")]
    assert variants(bot, "utter_send") == [("en", "A {how_big} parcel is booked.")]
    assert "flows/Default Start Flow/Default Start Flow.json lead_left" in notices


def test_cx_routes_and_route_groups_answer_intents_and_a_second_route_is_told() -> None:
    bot, notices = read(read_dialogflow_cx, CX)
    assert variants(bot, "utter_greet") == [("en", "Hello!"), ("en", "Hi!"), ("zh", "您好！")]
    thanks = next(rule for rule in bot.rules if rule.name == "thanks")
    assert thanks.steps[-1].name == "crm note"
    start = "flows/Default Start Flow/Default Start Flow.json"
    assert {f"{start} condition_left", "flows/Default Start Flow/pages/Parcel.json route_left"} <= notices


@pytest.mark.parametrize(("reader", "files"), [(read_dialogflow_es, ES), (read_dialogflow_cx, CX)])
def test_a_broken_file_is_refused_by_name_and_line(reader: Reader, files: Mapping[str, bytes]) -> None:
    broken = next(name for name in files if name.startswith("intents/"))
    with pytest.raises(ExchangeInvalid) as caught:
        reader({**files, broken: b'{"name":\n oops}'}, Notices())
    assert caught.value.place == Place(broken, 2)


@pytest.mark.parametrize(("reader", "files"), [(read_dialogflow_es, ES), (read_dialogflow_cx, CX)])
def test_json_of_other_shapes_breaks_nothing(reader: Reader, files: Mapping[str, bytes]) -> None:
    for odd in (
        b"null",
        b"[]",
        b"5",
        b'{"data": 5, "responses": "x", "transitionRoutes": {}, "form": [], "parts": null}',
    ):
        for name in files:
            if name != "agent.json":
                reader({**files, name: odd}, Notices())


@pytest.mark.parametrize("reader", [read_dialogflow_es, read_dialogflow_cx])
def test_an_export_without_its_agent_is_refused(reader: Reader) -> None:
    with pytest.raises(ExchangeInvalid):
        reader({"intents/a.json": b"{}"}, Notices())
