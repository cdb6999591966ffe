"""Our own format: one JSON file that holds a bot, written so that reading it gives the same again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from chatbot.exchange.content import LONGEST_INTENT, LONGEST_TEXT, BotContent, ContentExample, ContentTest
from dialogue.engine import DialogueEngine
from dialogue.flow import parse_flow
from dialogue.flow_faults import FlowInvalid
from nlu.bilingual import Text
from nlu.entities.definitions import check_entity_definition
from nlu.errors import EntityDefinitionInvalid
from nlu.exchange.bot import Annotation, Place
from nlu.exchange.errors import ExchangeInvalid
from nlu.exchange.json_tree import read_json
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
_NO_LANGUAGE = Text("must be zh or en", "必须是 zh 或 en")


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
    whole = _Part(file, "", read_json(file, text))
    if (whole.fields().get("format"), whole.fields().get("version")) != (FORMAT, VERSION):
        reason = Text(f"must be {FORMAT}, version {VERSION}", f"必须是 {FORMAT}，版本 {VERSION}")
        raise whole.at("format").refused(reason)
    whole.fields(_TOP)
    entities = whole.at("entities", {})
    return BotContent(
        entities={name: _entity(name, entities.at(name)) for name in entities.fields()},
        settings=_settings(whole.at("bot", {})),
        examples=tuple(_read_example(example) for example in whole.at("examples", []).items()),
        flows=_flows(whole.at("flows", [])),
        tests=tuple(_read_test(test) for test in whole.at("tests", []).items()),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Of the file, with its path in it ("examples[3].text"). All that reads it raises ExchangeInvalid."""

    file: str
    path: str
    value: object

    def refused(self, reason: Text) -> ExchangeInvalid:
        path = self.path or "-"
        return ExchangeInvalid(Place(self.file), Text(f"{path} {reason.en}", f"{path}：{reason.zh}"))

    def below(self, name: str, value: object = None) -> _Part:
        return _Part(self.file, f"{self.path}.{name}".lstrip("."), value)

    def at(self, name: str, default: object = None) -> _Part:
        """A field of an object."""
        return self.below(name, self.fields().get(name, default))

    def fields(self, known: Collection[str] = ()) -> Mapping[str, object]:
        """Of an object that has none but those `known`, where they are given."""
        if not isinstance(self.value, dict):
            raise self.refused(Text("must be an object", "必须是对象"))
        for name in self.value if known else ():
            if name not in known:
                raise self.below(name).refused(Text("is not known here", "此处没有这一项"))
        return self.value

    def items(self) -> list[_Part]:
        if not isinstance(self.value, list):
            raise self.refused(Text("must be a list", "必须是列表"))
        return [_Part(self.file, f"{self.path}[{index}]", item) for index, item in enumerate(self.value)]

    def text(self, *, most: int = 1000) -> str:
        if not isinstance(self.value, str) or not self.value.strip() or len(self.value) > most:
            raise self.refused(Text(f"must be text of 1 to {most} characters", f"必须是 1 到 {most} 个字符的文字"))
        return self.value

    def language(self) -> str:
        if self.value not in LANGUAGES:
            raise self.refused(_NO_LANGUAGE)
        return str(self.value)


def _example(example: ContentExample) -> dict[str, object]:
    written: dict[str, object] = {"text": example.text, "intent": example.intent, "language": example.language}
    if example.entities:
        written["entities"] = [
            {name: value for name, value in asdict(each).items() if value != ""} for each in example.entities
        ]
    return written


def _settings(bot: _Part) -> dict[str, object]:
    for name, value in bot.fields(SETTINGS).items():
        if not isinstance(value, SETTINGS[name]) or isinstance(value, bool):
            raise bot.at(name).refused(Text("has the wrong type", "类型不对"))
    bot.at("default_language", "zh").language()
    greeting = bot.at("greeting", {})
    if not all(language in LANGUAGES and isinstance(text, str) for language, text in greeting.fields().items()):
        raise greeting.refused(Text("must map zh and en to text", "必须为 zh、en 各写一段文字"))
    threshold = bot.at("answer_threshold")
    if isinstance(threshold.value, (int, float)) and not 0 <= threshold.value <= 1:
        raise threshold.refused(Text("must be from 0 to 1", "必须在 0 到 1 之间"))
    return dict(bot.fields())


def _read_example(example: _Part) -> ContentExample:
    example.fields({"text", "intent", "language", "entities"})
    text = example.at("text").text(most=LONGEST_TEXT)
    return ContentExample(
        text,
        example.at("intent").text(most=LONGEST_INTENT),
        example.at("language").language(),
        tuple(_annotation(each, text) for each in example.at("entities", []).items()),
    )


def _annotation(annotation: _Part, text: str) -> Annotation:
    given = annotation.fields({"entity", "start", "end", "value", "role", "group"})
    start, end = given.get("start"), given.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise annotation.refused(Text("must lie inside its text", "必须落在例句之内"))
    entity, value, role, group = (
        annotation.at(key).text() if key in given else "" for key in ("entity", "value", "role", "group")
    )
    if not entity:
        raise annotation.at("entity").refused(Text("is missing", "缺少这一项"))
    return Annotation(entity, start, end, value or text[start:end], role, group)


def _read_test(test: _Part) -> ContentTest:
    intent = test.fields({"text", "intent", "language"}).get("intent")
    return ContentTest(
        test.at("text").text(most=LONGEST_TEXT),
        None if intent is None else test.at("intent").text(most=LONGEST_INTENT),
        test.at("language").language(),
    )


def _entity(name: str, entity: _Part) -> dict[str, object]:
    try:
        check_entity_definition(name, entity.fields())
    except EntityDefinitionInvalid as error:
        raise entity.refused(error.reason) from error
    return dict(entity.fields())


def _flows(flows: _Part) -> tuple[Mapping[str, object], ...]:
    definitions = [(flow, flow.fields()) for flow in flows.items()]
    parsed = []
    for flow, definition in definitions:
        try:
            parsed.append(parse_flow(definition))
        except FlowInvalid as error:
            raise _flow_refused(flow.below(error.path) if error.path else flow, error) from error
    try:
        DialogueEngine(parsed)
    except FlowInvalid as error:
        raise _flow_refused(flows, error) from error
    return tuple(definition for _, definition in definitions)


def _flow_refused(flow: _Part, error: FlowInvalid) -> ExchangeInvalid:
    return flow.refused(Text(error.message("en"), error.message("zh")))
