"""What a Rasa domain declares, of every version: intents, entities, actions, responses, slots and forms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from nlu.exchange.bot import Button, ImportedForm, ImportedSlot, Mapped, Place, Response, Variant
from nlu.exchange.found import Found
from nlu.exchange.yaml_tree import Fields, Items, Node, Scalar, fields_of, items_of, text_of

DOMAIN_KEYS = frozenset(
    {"intents", "entities", "slots", "forms", "responses", "templates", "actions", "e2e_actions", "session_config"}
)
_FORM_SETTINGS = frozenset({"required_slots", "ignored_intents"})
_LONGEST_PAYLOAD = 2000
_PAYLOAD = re.compile(r"/(?P<intent>[\w./-]+)\s*(?P<entities>\{.*\})?$", re.DOTALL)


def read_domain(file: str, domain: Mapping[str, Node], found: Found) -> None:
    """One file's part of the domain; parts add up."""
    for key, kind in (("intents", "intent"), ("entities", "entity"), ("actions", "action"), ("e2e_actions", "action")):
        for name, line in _names(domain.get(key)):
            found.declare(kind, name, Place(file, line))
    for name, node in fields_of(domain.get("slots")).items():
        found.slots[name] = _slot(file, name, node)
    _read_forms(file, domain.get("forms"), found)
    for key in ("templates", "responses"):
        read_responses(file, domain.get(key), found)


def read_responses(file: str, node: Node | None, found: Found) -> None:
    """The mapping under `responses:`, which may also stand in NLU files."""
    for name, given in fields_of(node).items():
        variants = tuple(_variant(each) for each in items_of(given) if isinstance(each, Fields | Scalar))
        found.response(Response(name, variants, Place(file, given.line)))


def read_button(title: str, payload: str) -> Button:
    """`/inform{"priority": "low"}` says an intent and its entities; any other payload is only text."""
    match = _PAYLOAD.match(payload.strip()[:_LONGEST_PAYLOAD])
    if match is None:
        return Button(title)
    # Braces are doubled where Rasa would else look for slots in them.
    written = (match["entities"] or "{}").replace("{{", "{").replace("}}", "}")
    try:
        given = json.loads(written)
    except (ValueError, RecursionError):
        given = {}
    entities = given.items() if isinstance(given, dict) else ()
    return Button(title, match["intent"], {name: str(value) for name, value in entities if value is not None})


def _names(node: Node | None) -> Iterator[tuple[str, int]]:
    """Name and line, of a list of names or of mappings from a name to its settings."""
    for item in items_of(node):
        names = [text_of(item)] if isinstance(item, Scalar) else list(fields_of(item))
        yield from ((name, item.line) for name in names if name)


def _variant(node: Node) -> Variant:
    if isinstance(node, Scalar):
        return Variant(text_of(node))
    fields = fields_of(node)
    known = {"text", "image", "buttons", "quick_replies", "channel", "condition", "id", "button_type", "metadata"}
    buttons = [*items_of(fields.get("buttons")), *items_of(fields.get("quick_replies"))]
    return Variant(
        text=text_of(fields.get("text")).strip(),
        image=text_of(fields.get("image")),
        buttons=tuple(
            read_button(text_of(button.get("title")), text_of(button.get("payload")))
            for button in map(fields_of, buttons)
            if text_of(button.get("title"))
        ),
        channel=text_of(fields.get("channel")),
        condition="condition" in fields,
        extra=tuple(name for name in fields if name not in known),
    )


def _slot(file: str, name: str, node: Node) -> ImportedSlot:
    fields = fields_of(node)
    return ImportedSlot(
        name=name,
        type=_type(text_of(fields.get("type"))),
        place=Place(file, node.line),
        values=tuple(text_of(value) for value in items_of(fields.get("values")) if text_of(value)),
        mappings=tuple(_mappings(fields.get("mappings"))),
    )


def _type(written: str) -> str:
    """ "bool", also where it is written as the class behind it (rasa.shared.core.slots.BooleanSlot)."""
    name = written.rsplit(".", 1)[-1].removesuffix("Slot").lower()
    return {"boolean": "bool", "unfeaturized": "any", "": "any"}.get(name, name)


def _read_forms(file: str, node: Node | None, found: Found) -> None:
    for name, line in _names(node):  # a list of names: the slots stand in the program of an old bot
        found.forms[name] = ImportedForm(name, (), Place(file, line))
    for name, given in fields_of(node).items():
        required = fields_of(given).get("required_slots")
        place = Place(file, given.line)
        if isinstance(required, Items):
            found.forms[name] = ImportedForm(name, tuple(filter(None, map(text_of, required.nodes))), place)
            continue
        stated = fields_of(required if required is not None else given)
        slots = tuple(slot for slot in stated if slot not in _FORM_SETTINGS)
        found.forms[name] = ImportedForm(name, slots, place, {slot: tuple(_mappings(stated[slot])) for slot in slots})


def _mappings(node: Node | None) -> Iterator[Mapped]:
    for item in items_of(node):
        fields = fields_of(item)
        intents = fields.get("intent")
        yield Mapped(
            kind=text_of(fields.get("type")).removeprefix("from_"),
            entity=text_of(fields.get("entity")),
            role=text_of(fields.get("role")),
            intents=tuple(filter(None, map(text_of, items_of(intents)))) or ((text_of(intents),) if intents else ()),
            value=text_of(fields.get("value")),
            forms=tuple(
                text_of(fields_of(condition).get("active_loop"))
                for condition in items_of(fields.get("conditions"))
                if text_of(fields_of(condition).get("active_loop"))
            ),
        )
