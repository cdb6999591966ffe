"""A bot as a Rasa 3 project: YAML that `read_rasa` and Rasa read alike."""

from __future__ import annotations

import json
from collections.abc import Iterable

import yaml

from nlu.exchange.annotations import write_annotated
from nlu.exchange.bot import Button, ImportedBot, ImportedExample, Mapped, Step, Story, Variant

VERSION = "3.1"
Plain = dict[str, object]


class _Block(str):
    """Written over several lines, as people write Rasa's examples."""


class _Dumper(yaml.SafeDumper):
    """Knows blocks, and never writes anchors: the same list twice is no riddle."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def write_rasa(bot: ImportedBot) -> dict[str, bytes]:
    """The project's files by path. What counts the same in both: `bot.counts()`."""
    files: dict[str, Plain] = {
        "config.yml": {
            "recipe": "default.v1",
            "language": next(iter(bot.languages), "en"),
            "pipeline": None,  # Rasa's own default
            "policies": None,
        },
        "domain.yml": _domain(bot),
        "data/nlu.yml": {"nlu": [*_nlu(bot.examples), *_vocabularies(bot)]},
    }
    if bot.rules:
        files["data/rules.yml"] = {"rules": [_story(rule, "rule") for rule in bot.rules]}
    if bot.stories:
        files["data/stories.yml"] = {"stories": [_story(story, "story") for story in bot.stories]}
    if bot.test_stories:
        files["tests/test_stories.yml"] = {"stories": [_story(story, "story") for story in bot.test_stories]}
    if bot.test_examples:
        files["tests/test_nlu.yml"] = {"nlu": _nlu(bot.test_examples)}
    return {name: _dump(content, with_version=name != "config.yml") for name, content in files.items()}


def _dump(content: Plain, *, with_version: bool) -> bytes:
    _Dumper.add_representer(_Block, _represent_block)
    data = {"version": VERSION, **content} if with_version else content
    text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)
    return text.encode()


def _represent_block(dumper: yaml.SafeDumper, block: _Block) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(block), style="|")


def _domain(bot: ImportedBot) -> Plain:
    return _stated(
        intents=list(bot.intents),
        entities=[_entity(name, bot) for name in bot.entities],
        slots={
            slot.name: {
                "type": slot.type,
                **_stated(values=list(slot.values)),
                "mappings": [_mapped(mapping) for mapping in slot.mappings] or [{"type": "custom"}],
            }
            for slot in bot.slots.values()
        },
        responses={
            name: [_variant(variant) for variant in response.variants] for name, response in bot.responses.items()
        },
        forms={form.name: {"required_slots": list(form.slots)} for form in bot.forms.values()},
        actions=list(bot.actions),
    )


def _stated(**fields: object) -> Plain:
    """Those that hold anything."""
    return {name: value for name, value in fields.items() if value}


def _entity(name: str, bot: ImportedBot) -> object:
    """Its name; with the roles and groups that its examples and slots speak of, where there are any."""
    said = [each for example in bot.examples for each in example.annotations if each.entity == name]
    asked = [each for slot in bot.slots.values() for each in slot.mappings if each.entity == name]
    roles = {*(each.role for each in said), *(each.role for each in asked)} - {""}
    stated = _stated(roles=sorted(roles), groups=sorted({each.group for each in said} - {""}))
    return {name: stated} if stated else name


def _mapped(mapping: Mapped) -> Plain:
    stated = _stated(
        entity=mapping.entity,
        role=mapping.role,
        value=mapping.value,
        intent=list(mapping.intents),
        conditions=[{"active_loop": form} for form in mapping.forms],
    )
    return {"type": "custom" if mapping.kind == "custom" else f"from_{mapping.kind}", **stated}


def _variant(variant: Variant) -> Plain:
    buttons = [{"title": button.title, "payload": _payload(button)} for button in variant.buttons]
    return {"text": variant.text, **_stated(image=variant.image, channel=variant.channel, buttons=buttons)}


def _payload(button: Button) -> str:
    if not button.intent:
        return button.title
    entities = json.dumps(dict(button.entities), ensure_ascii=False) if button.entities else ""
    return f"/{button.intent}{entities}"


def _nlu(examples: Iterable[ImportedExample]) -> list[object]:
    by_intent: dict[str, list[str]] = {}
    for example in examples:
        by_intent.setdefault(example.intent, []).append(write_annotated(example.text, example.annotations))
    return [{"intent": intent, "examples": _written(texts)} for intent, texts in by_intent.items()]


def _written(texts: list[str]) -> object:
    """A block of dashes; or a list, where a text has lines of its own."""
    if any(len(text.splitlines()) != 1 for text in texts):
        return [{"text": text} for text in texts]
    return _Block("".join(f"- {text}\n" for text in texts))


def _vocabularies(bot: ImportedBot) -> list[object]:
    kinds = (("synonym", bot.synonyms), ("lookup", bot.lookups), ("regex", bot.regexes))
    return [{kind: each.name, "examples": _written(list(each.words))} for kind, tables in kinds for each in tables]


def _story(story: Story, key: str) -> Plain:
    condition = [{"active_loop": story.loop}] if story.loop else []
    return {key: story.name, **_stated(condition=condition), "steps": [_step(step) for step in story.steps]}


def _step(step: Step) -> Plain:
    if step.kind == "user":
        if len(step.intents) > 1:
            return {"or": [{"intent": intent} for intent in step.intents]}
        said: Plain = {"user": step.text} if step.text else {}
        return {**said, **({"intent": step.intents[0]} if step.intents else {})}
    if step.kind == "action":
        return {"action": step.name} if step.name else {"bot": step.text}
    if step.kind == "loop":
        return {"active_loop": step.name or None}
    if step.kind == "slot":
        return {"slot_was_set": [step.name]}
    return {"checkpoint": step.name}
