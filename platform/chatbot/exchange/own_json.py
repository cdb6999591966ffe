"""Our own format: one JSON file that holds a bot, written so that reading it gives the same again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from chatbot.exchange.content import LONGEST_INTENT, LONGEST_TEXT, BotContent, ContentExample, ContentTest
from dialogue.engine import DialogueEngine
from dialogue.flow import parse_flow
from dialogue.flow_faults import FlowInvalid
from nlu.entities.definitions import check_entity_definition
from nlu.errors import EntityDefinitionInvalid
from nlu.exchange.bot import Annotation
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.rasa_nlu import read_json
from nlu.language import LANGUAGES

FORMAT = "chatbot"
VERSION = 1
_TOP = frozenset({"format", "version", "bot", "examples", "entities", "flows", "tests"})
SETTINGS: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "default_language": str,
    "greeting": dict,
    "timezone": str,
    "answer_threshold": (float, int, type(None)),
}
_NO_LANGUAGE = ("must be zh or en", "必须是 zh 或 en")


def is_own(text: str) -> bool:
    """Whether JSON says that it is ours, near its beginning."""
    return f'"format": "{FORMAT}"' in text[:200] or f'"format":"{FORMAT}"' in text[:200]


def write_content(content: BotContent) -> str:
    """The file's text."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "bot": dict(content.settings),
        "examples": [_example(example) for example in content.examples],
        "entities": {name: dict(definition) for name, definition in content.entities.items()},
        "flows": [dict(flow) for flow in content.flows],
        "tests": [asdict(test) for test in content.tests],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def read_content(file: str, text: str) -> BotContent:
    """Raises ExchangeInvalid, with the path of what is wrong."""
    data = _mapping(file, "", read_json(file, text))
    if data.get("format") != FORMAT or data.get("version") != VERSION:
        raise _invalid(file, "format", f"must be {FORMAT}, version {VERSION}", f"必须是 {FORMAT}，版本 {VERSION}")
    _only_known(file, "", data, _TOP)
    entities = {
        name: _entity(file, name, _mapping(file, f"entities.{name}", definition))
        for name, definition in _mapping(file, "entities", data.get("entities", {})).items()
    }
    return BotContent(
        settings=_settings(file, _mapping(file, "bot", data.get("bot", {}))),
        examples=tuple(
            _read_example(file, f"examples[{index}]", item)
            for index, item in enumerate(_list(file, "examples", data.get("examples", [])))
        ),
        entities=entities,
        flows=_flows(file, _list(file, "flows", data.get("flows", []))),
        tests=tuple(
            _read_test(file, f"tests[{index}]", item)
            for index, item in enumerate(_list(file, "tests", data.get("tests", [])))
        ),
    )


def _example(example: ContentExample) -> dict[str, object]:
    written: dict[str, object] = {"text": example.text, "intent": example.intent, "language": example.language}
    if example.entities:
        written["entities"] = [
            {name: value for name, value in asdict(each).items() if value != ""} for each in example.entities
        ]
    return written


def _settings(file: str, bot: Mapping[str, object]) -> dict[str, object]:
    _only_known(file, "bot", bot, SETTINGS)
    for name, value in bot.items():
        if not isinstance(value, SETTINGS[name]) or isinstance(value, bool):
            raise _invalid(file, f"bot.{name}", "has the wrong type", "类型不对")
    if bot.get("default_language", "zh") not in LANGUAGES:
        raise _invalid(file, "bot.default_language", *_NO_LANGUAGE)
    greeting = _mapping(file, "bot.greeting", bot.get("greeting", {}))
    if not all(language in LANGUAGES and isinstance(text, str) for language, text in greeting.items()):
        raise _invalid(file, "bot.greeting", "must map zh and en to text", "必须为 zh、en 各写一段文字")
    threshold = bot.get("answer_threshold")
    if isinstance(threshold, (int, float)) and not 0 <= threshold <= 1:
        raise _invalid(file, "bot.answer_threshold", "must be from 0 to 1", "必须在 0 到 1 之间")
    return dict(bot)


def _read_example(file: str, path: str, item: object) -> ContentExample:
    data = _mapping(file, path, item)
    _only_known(file, path, data, {"text", "intent", "language", "entities"})
    text = _text(file, f"{path}.text", data.get("text"), most=LONGEST_TEXT)
    return ContentExample(
        text,
        _text(file, f"{path}.intent", data.get("intent"), most=LONGEST_INTENT),
        _language(file, f"{path}.language", data.get("language")),
        tuple(
            _annotation(file, f"{path}.entities[{index}]", each, text)
            for index, each in enumerate(_list(file, f"{path}.entities", data.get("entities", [])))
        ),
    )


def _annotation(file: str, path: str, item: object, text: str) -> Annotation:
    data = _mapping(file, path, item)
    _only_known(file, path, data, {"entity", "start", "end", "value", "role", "group"})
    start, end = data.get("start"), data.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise _invalid(file, path, "must lie inside its text", "必须落在例句之内")
    entity, value, role, group = (
        _text(file, f"{path}.{key}", data[key]) if key in data else "" for key in ("entity", "value", "role", "group")
    )
    if not entity:
        raise _invalid(file, f"{path}.entity", "is missing", "缺少这一项")
    return Annotation(entity, start, end, value or text[start:end], role, group)


def _read_test(file: str, path: str, item: object) -> ContentTest:
    data = _mapping(file, path, item)
    _only_known(file, path, data, {"text", "intent", "language"})
    intent = data.get("intent")
    return ContentTest(
        _text(file, f"{path}.text", data.get("text"), most=LONGEST_TEXT),
        None if intent is None else _text(file, f"{path}.intent", intent, most=LONGEST_INTENT),
        _language(file, f"{path}.language", data.get("language")),
    )


def _entity(file: str, name: str, definition: Mapping[str, object]) -> dict[str, object]:
    try:
        check_entity_definition(name, definition)
    except EntityDefinitionInvalid as error:
        raise _invalid(file, f"entities.{name}", error.en, error.zh) from error
    return dict(definition)


def _flows(file: str, items: Sequence[object]) -> tuple[Mapping[str, object], ...]:
    flows = [_mapping(file, f"flows[{index}]", item) for index, item in enumerate(items)]
    parsed = []
    for index, flow in enumerate(flows):
        try:
            parsed.append(parse_flow(flow))
        except FlowInvalid as error:
            raise _flow_invalid(file, f"flows[{index}].{error.path}".rstrip("."), error) from error
    try:
        DialogueEngine(parsed)
    except FlowInvalid as error:
        raise _flow_invalid(file, "flows", error) from error
    return tuple(flows)


def _mapping(file: str, path: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _invalid(file, path, "must be an object", "必须是对象")
    return value


def _list(file: str, path: str, value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise _invalid(file, path, "must be a list", "必须是列表")
    return value


def _text(file: str, path: str, value: object, *, most: int = 1000) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise _invalid(file, path, f"must be text of 1 to {most} characters", f"必须是 1 到 {most} 个字符的文字")
    return value


def _language(file: str, path: str, value: object) -> str:
    if value not in LANGUAGES:
        raise _invalid(file, path, *_NO_LANGUAGE)
    return str(value)


def _only_known(file: str, path: str, data: Mapping[str, object], known: Collection[str]) -> None:
    for key in data:
        if key not in known:
            raise _invalid(file, f"{path}.{key}".lstrip("."), "is not known here", "此处没有这一项")


def _flow_invalid(file: str, path: str, error: FlowInvalid) -> ExchangeInvalid:
    return _invalid(file, path, error.message("en"), error.message("zh"))


def _invalid(file: str, path: str, en: str, zh: str) -> ExchangeInvalid:
    place = path or "-"
    return ExchangeInvalid(file, 0, f"{place} {en}", f"{place}：{zh}")
