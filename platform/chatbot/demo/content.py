"""What the two demo tenants consist of: files beside this module, read when the demo is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

import yaml

from chatbot.bots.intents import NewExample
from connectors.json_value import JsonValue

_FOLDER = Path(__file__).parent


class DemoConnection(TypedDict):
    """As `ConnectionService.create` takes it."""

    name: str
    kind: str
    config: dict[str, JsonValue]
    secrets: dict[str, str]


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """`documents` is a folder beside this module."""

    slug: str
    name: str
    email: str
    person: str
    bot_name: str
    knowledge_base_name: str
    documents: str
    greeting: Mapping[str, str]


TENANTS = (
    DemoTenant(
        slug="acme",
        name="Acme",
        email="owner@acme.example",
        person="Alex Chen",
        bot_name="Acme Assistant",
        knowledge_base_name="Acme handbooks",
        documents="acme",
        greeting={
            "zh": "您好，我是 Acme 智能客服。可以问我配送、退换货、会员、订单或天气。",
            "en": "Hello, I'm the Acme assistant. Ask me about delivery, returns, membership, an order or the weather.",
        },
    ),
    DemoTenant(
        slug="globex",
        name="Globex",
        email="owner@globex.example",
        person="Robin Li",
        bot_name="Globex Helpdesk",
        knowledge_base_name="Globex product guide",
        documents="globex",
        greeting={
            "zh": "您好，这里是 Globex 云服务支持。可以问我套餐、试用、密码或接口限制。",
            "en": "Hello, this is Globex Cloud support. Ask me about plans, trials, passwords or API limits.",
        },
    ),
)


def documents_of(tenant: DemoTenant) -> list[Path]:
    """In a fixed order."""
    return sorted((_FOLDER / "documents" / tenant.documents).iterdir())


def title_of(document: Path) -> str:
    """The first heading."""
    return document.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")


def intent_examples() -> list[NewExample]:
    data = cast(Mapping[str, Mapping[str, list[str]]], _read("intents.yaml"))
    return [
        NewExample(intent, text, language)
        for intent, by_language in data.items()
        for language, texts in by_language.items()
        for text in texts
    ]


def flows() -> list[dict[str, object]]:
    """Definitions as `dialogue.flow.parse_flow` takes them."""
    return [
        cast(dict[str, object], yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted((_FOLDER / "flows").glob("*.yaml"))
    ]


def connections(backend_url: str) -> list[DemoConnection]:
    """Pointing at the demo backend."""
    text = (_FOLDER / "connections.yaml").read_text(encoding="utf-8").replace("{demo_backend}", backend_url)
    return cast(list[DemoConnection], yaml.safe_load(text))


def _read(name: str) -> object:
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
