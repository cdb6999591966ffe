"""Rasa's rules, stories and test stories, written in YAML."""

from __future__ import annotations

from collections.abc import Iterator

from nlu.exchange.bot import Place, Step, Story
from nlu.exchange.found import Found
from nlu.exchange.yaml_tree import Node, Scalar, fields_of, items_of, text_of


def read_stories(file: str, node: Node | None, found: Found, *, key: str, is_test: bool) -> None:
    """The list under `stories:` (`key` "story") or `rules:` (`key` "rule")."""
    for item in items_of(node):
        fields = fields_of(item)
        place = Place(file, item.line)
        if key not in fields:
            found.notices.add(place, "story_unknown", keys=", ".join(fields) or "-")
            continue
        conditions = [fields_of(condition) for condition in items_of(fields.get("condition"))]
        story = Story(
            name=text_of(fields[key]),
            steps=tuple(_steps(file, fields.get("steps"), found)),
            place=place,
            loop=next((text_of(each["active_loop"]) for each in conditions if "active_loop" in each), ""),
            has_condition=bool(conditions),
        )
        if is_test:
            found.test_stories.append(story)
        else:
            (found.rules if key == "rule" else found.stories).append(story)


def _steps(file: str, node: Node | None, found: Found) -> Iterator[Step]:
    for item in items_of(node):
        place = Place(file, item.line)
        fields = fields_of(item)
        if "intent" in fields or "user" in fields:
            intent = text_of(fields.get("intent"))
            text = fields.get("user")
            said = text.value.strip() if isinstance(text, Scalar) else ""
            yield Step("user", place, intents=(intent,) if intent else (), text=said)
        elif "or" in fields:
            choices = [fields_of(choice) for choice in items_of(fields["or"])]
            intents = tuple(text_of(choice.get("intent")) for choice in choices if text_of(choice.get("intent")))
            yield Step("user", place, intents=intents) if intents else Step("slot", place, name="or")
        elif "action" in fields or "bot" in fields:
            yield Step("action", place, name=text_of(fields.get("action")), text=text_of(fields.get("bot")))
        elif "active_loop" in fields:
            yield Step("loop", place, name=text_of(fields["active_loop"]))
        elif "slot_was_set" in fields:
            given = fields["slot_was_set"]
            names = [text_of(each) or next(iter(fields_of(each)), "") for each in items_of(given)]
            yield from (Step("slot", place, name=name) for name in names or list(fields_of(given)))
        elif "checkpoint" in fields:
            yield Step("checkpoint", place, name=text_of(fields["checkpoint"]))
        else:
            found.notices.add(place, "step_unknown", keys=", ".join(fields) or text_of(item) or "-")
