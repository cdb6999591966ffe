"""Our flows, entities and examples as a Rasa bot: say becomes a response with a rule, slots become a form."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping

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
        first = {flow.name: flow.intents[0] for flow in flows if flow.intents}
        self._groups = {name: intent.split("/")[0] for name, intent in first.items() if "/" in intent}
        self.responses: dict[str, Response] = {}
        self.slots: dict[str, ImportedSlot] = {}
        self.forms: dict[str, ImportedForm] = {}
        self.rules: list[Story] = []
        self.actions: list[str] = []
        self.entities: list[str] = []

    def add(self, flow: Flow) -> None:
        if flow.say:
            self._rule(flow, [self._respond(f"utter_{flow.name}", flow.variants, flow.quick_replies)])
        elif flow.hand_over:
            self.actions.append("action_handoff")
            texts = {language: (text,) for language, text in flow.hand_over.items()}
            self._rule(flow, [self._respond(f"utter_{flow.name}", texts, {}), "action_handoff"])
        else:
            self._form(flow)

    def _form(self, flow: Flow) -> None:
        form = f"{flow.name}_form" if not flow.name.endswith("_form") else flow.name
        asked = [slot for slot in flow.slots if slot.required]
        for slot in flow.slots:
            self._slot(slot)
        for slot in asked:
            self._respond(
                f"utter_ask_{form}_{slot.name}",
                {language: (text,) for language, text in slot.prompt.items()},
                slot.quick_replies,
            )
        names = [slot.name for slot in asked]
        if flow.confirm:
            name = f"{flow.name}_confirmed"
            self.slots[name] = ImportedSlot(name, "bool", HERE, mappings=_yes_or_no())
            self._respond(f"utter_ask_{form}_{name}", {key: (text,) for key, text in flow.confirm.items()}, {})
            names.append(name)
        done = [f"utter_{flow.name}"]
        texts = {language: (_plain(text),) for language, text in flow.replies.success.items()}
        self._respond(done[0], texts, {})
        if flow.call:
            done.insert(0, f"action_{flow.call.connection}_{flow.call.operation}")
            self.actions.append(done[0])
        if not names:
            self._rule(flow, done)
            return
        self.forms[form] = ImportedForm(form, tuple(names), HERE)
        opened = [Step("user", HERE, intents=flow.intents)] if flow.intents else []
        opened += [Step("action", HERE, name=form), Step("loop", HERE, name=form)]
        said = unique(f"utter_{self._groups.get(before, before)}" for before in flow.after)
        closed = [
            Step("action", HERE, name=form),
            Step("loop", HERE),
            *(Step("action", HERE, name=each) for each in done),
        ]
        for response in said:
            steps = (Step("action", HERE, name=response), *opened)
            self.rules.append(Story(f"start {flow.name} after {response}", steps, HERE))
        if not said:
            self.rules.append(Story(f"start {flow.name}", tuple(opened), HERE))
        self.rules.append(Story(f"finish {flow.name}", tuple(closed), HERE, loop=form))

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

    def _rule(self, flow: Flow, actions: list[str]) -> None:
        """A rule for plain intents; retrieval intents are answered by their group's response."""
        for group in unique(intent.split("/")[0] if "/" in intent else "" for intent in flow.intents):
            intents = tuple(
                intent for intent in flow.intents if (intent.split("/")[0] if "/" in intent else "") == group
            )
            if flow.after:
                self._follow_up(flow, intents, actions)
            elif group:
                self._retrieval(group, intents, actions[0])
            else:
                steps = [Step("user", HERE, intents=intents), *(Step("action", HERE, name=each) for each in actions)]
                self.rules.append(Story(f"say {flow.name}", tuple(steps), HERE))

    def _follow_up(self, flow: Flow, intents: tuple[str, ...], actions: list[str]) -> None:
        """A rule for each answer that it comes after, whatever led to that."""
        said = unique(f"utter_{self._groups.get(before, before)}" for before in flow.after)
        for response in said:
            steps = [
                Step("action", HERE, name=response),
                Step("user", HERE, intents=intents),
                *(Step("action", HERE, name=each) for each in actions),
            ]
            self.rules.append(Story(f"{flow.name} after {response}", tuple(steps), HERE))

    def _retrieval(self, group: str, intents: tuple[str, ...], response: str) -> None:
        for intent in intents:
            self.responses[f"utter_{intent}"] = Response(f"utter_{intent}", self.responses[response].variants, HERE)
        name = f"answer {group}"
        if all(rule.name != name for rule in self.rules):
            steps = (Step("user", HERE, intents=(group,)), Step("action", HERE, name=f"utter_{group}"))
            self.rules.append(Story(name, steps, HERE))

    def _respond(self, name: str, texts: Mapping[str, tuple[str, ...]], buttons: Mapping[str, tuple[str, ...]]) -> str:
        variants = tuple(
            Variant(text, buttons=tuple(Button(title) for title in buttons.get(language, ())), language=language)
            for language, several in texts.items()
            for text in several
        )
        self.responses[name] = Response(name, variants, HERE)
        return name


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
