"""What the document says of flows, entities and connections is what the modules that read them take."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chatbot.bots.entity_routes import EntityDefinition
from chatbot.demo import content
from connectors.base import ConnectorMisconfigured
from connectors.http_client import GuardedHttpClient
from connectors.registry import CONNECTOR_KINDS, build_connector
from dialogue.flow import parse_flow
from dialogue.flow_definition import FlowDefinition, SlotDefinition
from dialogue.flow_faults import FlowInvalid
from nlu.entities.definitions import parse_entity_definition
from nlu.entities.recognisers import KINDS
from nlu.errors import EntityDefinitionInvalid

WORDS = {"zh": "好", "en": "Well"}
LISTS = {"zh": ["好"], "en": ["Well", "Good"]}
FLOWS: list[dict[str, Any]] = [
    *content.flows(),
    {"name": "greeting", "intents": ["greet"], "say": {"zh": "您好", "en": ["Hello", "Hi"]}, "quick_replies": LISTS},
    {"name": "agent", "intents": ["agent"], "after": ["greeting"], "hand_over": WORDS},
    {
        "name": "booking",
        "intents": ["book"],
        "after": [],
        "slots": [
            {
                "name": "city",
                "entity": "city:from",
                "required": True,
                "default": None,
                "prompt": WORDS,
                "quick_replies": LISTS,
                "pattern": "[a-z]+",
                "invalid": WORDS,
                "case": "lower",
                "free_text": True,
                "max_words": 3,
                "inherit": True,
                "starts_flow": True,
            },
            {"name": "day", "entity": "date", "default": "today"},
        ],
        "confirm": {"zh": "{city}？", "en": "{city}?"},
        "call": {"connection": "hotel", "operation": "book", "arguments": {"city": "{city}"}},
        "replies": {"success": WORDS, "not_found": WORDS, "invalid": WORDS, "unavailable": WORDS},
        "ask_again": {"not_found": "city", "invalid": "city", "unavailable": "city"},
        "quick_replies": LISTS,
        "closes": True,
    },
]
ENTITIES: list[dict[str, Any]] = [
    {"kind": "gazetteer", "values": {"L": ["large", "大号"], "S": []}, "personal": True},
    {"kind": "gazetteer", "values": ["L", "S"]},
    {"kind": "pattern", "pattern": "[A-Z]", "personal": False},
    *({"kind": kind} for kind in KINDS if kind not in ("gazetteer", "pattern")),
]
CONFIGS: list[tuple[str, Any]] = [
    *((str(one["kind"]), one["config"]) for one in content.connections("https://backend.example.com")),
    (
        "rest",
        {
            "base_url": "https://orders.example.com",
            "auth": {"header": "Authorization", "secret": "api_key", "prefix": "Bearer "},
            "headers": {"X-Shop": "1"},
            "operations": {
                "order": {
                    "method": "POST",
                    "path": "/orders/{id}",
                    "query": {"lang": "{language}"},
                    "body": {"id": ["{id}", 1, None]},
                    "idempotent": True,
                    "fields": {"state": "/state"},
                    "required": ["state"],
                    "values": {"state": {"1": WORDS}},
                    "not_found": [404],
                    "invalid": [400, 422],
                }
            },
        },
    ),
]


def is_flow(data: Mapping[str, object]) -> bool:
    try:
        parse_flow(data)
    except FlowInvalid:
        return False
    return True


def is_entity(data: Mapping[str, object]) -> bool:
    try:
        parse_entity_definition("size", data)
    except EntityDefinitionInvalid:
        return False
    return True


def is_config_of(kind: str) -> Callable[[Any], bool]:
    client = GuardedHttpClient()

    def takes(config: Any) -> bool:
        try:
            build_connector(kind, config, {"api_key": "s3cret"}, client)
        except ConnectorMisconfigured:
            return False
        return True

    return takes


CASES = [
    *((FlowDefinition, is_flow, flow) for flow in FLOWS),
    *((EntityDefinition, is_entity, entity) for entity in ENTITIES),
    *((CONNECTOR_KINDS[kind].config_form, is_config_of(kind), config) for kind, config in CONFIGS),
]


@pytest.mark.parametrize(("form", "takes", "data"), CASES)
def test_whatever_is_taken_is_described_and_what_nothing_reads_is_neither(
    form: Any, takes: Callable[[Any], bool], data: dict[str, Any]
) -> None:
    described = TypeAdapter(form)
    assert takes(data)
    assert fits(described, data)
    for changed in changes(data):
        assert fits(described, changed) or not takes(changed), changed
    assert not takes({**data, "surprise": 1})
    assert not fits(described, {**data, "surprise": 1})


def test_the_examples_above_hold_every_key() -> None:
    assert set().union(*FLOWS) == set(FlowDefinition.__annotations__)
    assert set(FLOWS[-1]["slots"][0]) == set(SlotDefinition.__annotations__)
    assert {entity["kind"] for entity in ENTITIES} == set(KINDS)
    assert {kind for kind, _ in CONFIGS} == set(CONNECTOR_KINDS)


def fits(described: TypeAdapter[Any], data: Any) -> bool:
    try:
        described.validate_python(data, strict=True)
    except ValidationError:
        return False
    return True


def changes(data: Any) -> Iterator[Any]:
    """The data with one thing in it, however deep, missing, null, of another type, or empty."""
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        changed = copy.copy(data)
        del changed[key]
        yield changed
        for other in (None, "", 5, True, [], {}, ["a"], {"zh": "a"}, *changes(data[key])):
            changed = copy.copy(data)
            changed[key] = other
            yield changed
