"""Our flows, entities and examples as a Rasa bot: say becomes a response with a rule, slots become a form."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from chatbot.exchange.content import BotContent
from chatbot.exchange.conversion.form_flows import YES_NO_PATTERN
from dialogue.flow import Flow, Slot, parse_flow
from nlu.entities.definitions import parse_entity_definition
from nlu.exchange.bot import (
    Button,
    ImportedBot,
    ImportedExample,
    ImportedForm,
    ImportedSlot,
    Mapped,
    Place,
    Response,
    Step,
    Story,
    Variant,
    Vocabulary,
    unique,
)
from nlu.exchange.rasa_writing import write_rasa

Several = Mapping[str, tuple[str, ...]]  # texts by language
HERE = Place("-")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_LISTED = re.compile(r"\(\?i:((?:[\w ]|\\[^\w]|\|)+)\)")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bot makes the same bytes


def rasa_zip(content: BotContent) -> bytes:
    """The project, packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(write_rasa(rasa_bot(content)).items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def rasa_bot(content: BotContent) -> ImportedBot:
    """What Rasa can hold of it. A connector's call becomes a custom action of its name."""
    flows = [parse_flow(flow) for flow in content.flows]
    parts = _Parts(flows)
    for flow in flows:
        parts.add(flow)
    synonyms, lookups, regexes = _vocabularies(content)
    intents = [example.intent for example in content.examples] + [intent for flow in flows for intent in flow.intents]
    annotated = [each.entity for example in content.examples for each in example.entities]
    return ImportedBot(
        format="rasa",
        name=str(content.settings.get("name", "")),
        languages=(str(content.settings.get("default_language", "zh")),),
        intents=unique(intent.split("/")[0] for intent in intents),
        entities=unique([*content.entities, *annotated, *parts.entities]),
        actions=unique(parts.actions),
        examples=tuple(
            ImportedExample(example.text, example.intent, HERE, example.entities, example.language)
            for example in content.examples
        ),
        synonyms=synonyms,
        lookups=lookups,
        regexes=regexes,
        responses=parts.responses,
        slots=parts.slots,
        forms=parts.forms,
        rules=tuple(parts.rules),
        test_examples=tuple(
            ImportedExample(test.text, test.intent or "out_of_scope", HERE, (), test.language) for test in content.tests
        ),
    )


class _Parts:
    """What the flows make, collected."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self._groups = {flow.name: _group(flow.intents[0]) for flow in flows if flow.intents}
        self.responses: dict[str, Response] = {}
        self.slots: dict[str, ImportedSlot] = {}
        self.forms: dict[str, ImportedForm] = {}
        self.rules: list[Story] = []
        self.actions: list[str] = []
        self.entities: list[str] = []

    def add(self, flow: Flow) -> None:
        said = f"utter_{flow.name}"
        if flow.say:
            self._respond(said, flow.variants, flow.quick_replies)
            self._rules_of(flow, [said])
        elif flow.hand_over:
            self.actions.append("action_handoff")
            self._respond(said, _single(flow.hand_over))
            self._rules_of(flow, [said, "action_handoff"])
        else:
            self._form(flow, said)

    def _form(self, flow: Flow, said: str) -> None:
        form = f"{flow.name}_form" if not flow.name.endswith("_form") else flow.name
        asked = [slot.name for slot in flow.slots if slot.required]
        for slot in flow.slots:
            self._slot(slot)
            if slot.required:
                self._respond(f"utter_ask_{form}_{slot.name}", _single(slot.prompt), slot.quick_replies)
        if flow.confirm:
            asked.append(f"{flow.name}_confirmed")
            self.slots[asked[-1]] = ImportedSlot(asked[-1], "bool", HERE, mappings=_yes_or_no())
            self._respond(f"utter_ask_{form}_{asked[-1]}", _single(flow.confirm))
        self._respond(said, {language: (_plain(text),) for language, text in flow.replies.success.items()})
        done = [said]
        if flow.call:
            self.actions.append(f"action_{flow.call.connection}_{flow.call.operation}")
            done = [self.actions[-1], said]
        if not asked:
            self._rules_of(flow, done)
            return
        self.forms[form] = ImportedForm(form, tuple(asked), HERE)
        opened = [Step("user", HERE, intents=flow.intents)] if flow.intents else []
        opened += [*_actions([form]), Step("loop", HERE, name=form)]
        before = self._said_before(flow)
        for response in before:
            self._rule(f"start {flow.name} after {response}", [*_actions([response]), *opened])
        if not before:
            self._rule(f"start {flow.name}", opened)
        self._rule(f"finish {flow.name}", [*_actions([form]), Step("loop", HERE), *_actions(done)], loop=form)

    def _slot(self, slot: Slot) -> None:
        entity, _, role = slot.entity.partition(":")
        mappings = [Mapped("entity", entity=entity, role=role)] if entity else []
        mappings += [Mapped("text")] if slot.free_text or (slot.pattern and not slot.entity) else []
        self.entities += [entity] if entity else []
        known = self.slots.get(slot.name)
        values = known.values if known else _choices(slot.pattern)
        kind = "categorical" if values else "text"
        if slot.pattern == YES_NO_PATTERN:
            kind, mappings = "bool", [*_yes_or_no()]
        merged = (*(known.mappings if known else ()), *mappings)
        kind = known.type if known else kind
        self.slots[slot.name] = ImportedSlot(slot.name, kind, HERE, values, tuple(dict.fromkeys(merged)))

    def _rules_of(self, flow: Flow, actions: list[str]) -> None:
        """A rule for plain intents, and for each answer that the flow comes after, whatever led to that; retrieval
        intents are answered by their group's response."""
        for group in unique(map(_group, flow.intents)):
            intents = tuple(intent for intent in flow.intents if _group(intent) == group)
            steps = [Step("user", HERE, intents=intents), *_actions(actions)]
            if flow.after:
                for response in self._said_before(flow):
                    self._rule(f"{flow.name} after {response}", [*_actions([response]), *steps])
            elif group:
                self._retrieval(group, intents, actions[0])
            else:
                self._rule(f"say {flow.name}", steps)

    def _said_before(self, flow: Flow) -> tuple[str, ...]:
        return unique(f"utter_{self._groups.get(before) or before}" for before in flow.after)

    def _retrieval(self, group: str, intents: tuple[str, ...], response: str) -> None:
        for intent in intents:
            self.responses[f"utter_{intent}"] = Response(f"utter_{intent}", self.responses[response].variants, HERE)
        name = f"answer {group}"
        if all(rule.name != name for rule in self.rules):
            self._rule(name, [Step("user", HERE, intents=(group,)), *_actions([f"utter_{group}"])])

    def _rule(self, name: str, steps: Iterable[Step], *, loop: str = "") -> None:
        self.rules.append(Story(name, tuple(steps), HERE, loop=loop))

    def _respond(self, name: str, texts: Several, buttons: Several = MappingProxyType({})) -> None:
        variants = tuple(
            Variant(text, buttons=tuple(Button(title) for title in buttons.get(language, ())), language=language)
            for language, several in texts.items()
            for text in several
        )
        self.responses[name] = Response(name, variants, HERE)


def _actions(names: Iterable[str]) -> list[Step]:
    return [Step("action", HERE, name=name) for name in names]


def _group(intent: str) -> str:
    """Of a retrieval intent: "faq" of "faq/prices"."""
    group, slash, _ = intent.partition("/")
    return group if slash else ""


def _single(texts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {language: (text,) for language, text in texts.items()}


def _yes_or_no() -> tuple[Mapped, ...]:
    return Mapped("intent", intents=("affirm",), value="true"), Mapped("intent", intents=("deny",), value="false")


def _choices(pattern: str) -> tuple[str, ...]:
    """The values of a pattern that only lists them: "(?i:economy|business)"."""
    listed = _LISTED.fullmatch(pattern)
    return tuple(re.sub(r"\\(.)", r"\1", value) for value in listed[1].split("|")) if listed else ()


def _vocabularies(content: BotContent) -> tuple[tuple[Vocabulary, ...], tuple[Vocabulary, ...], tuple[Vocabulary, ...]]:
    """Synonyms, lookups and patterns."""
    synonyms: dict[str, Vocabulary] = {}
    lookups: list[Vocabulary] = []
    regexes: list[Vocabulary] = []
    for name, definition in content.entities.items():
        parsed = parse_entity_definition(name, definition)
        if parsed.kind == "gazetteer":
            lookups.append(Vocabulary(name, tuple(_words(parsed.values)), HERE))
            for value, spellings in parsed.values:
                if spellings:
                    before = synonyms[value].words if value in synonyms else ()
                    synonyms[value] = Vocabulary(value, unique([*before, *spellings]), HERE)
        elif parsed.kind == "pattern":
            regexes.append(Vocabulary(name, (parsed.pattern,), HERE))
    return tuple(synonyms.values()), tuple(lookups), tuple(regexes)


def _words(values: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    for value, spellings in values:
        yield value
        yield from spellings


def _plain(template: str) -> str:
    return _OPTIONAL.sub(r"\1", template)
