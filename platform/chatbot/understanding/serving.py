"""Bots ready to talk: loaded from rows when first asked for, kept until their revision changes or memory is short."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.content_repository import EntityRepository, ExampleRepository, FlowRepository
from chatbot.bots.repository import BotRepository
from chatbot.foundation.database import Database
from chatbot.models import Bot
from chatbot.turn import small_talk
from chatbot.turn.runtime import BotRuntime, ServedVersion, Split
from chatbot.turn.small_talk import SmallTalk
from chatbot.understanding.repository import VersionNotFound
from chatbot.understanding.settings import UnderstandingSettings
from chatbot.understanding.versions.content import LoadedVersion
from chatbot.understanding.versions.loaded import LoadedVersions, VersionUnusable
from dialogue.engine import DialogueEngine
from dialogue.flow import Flow, parse_flow
from nlu.entities.definitions import parse_entity_definition
from nlu.intents.corpus import is_out_of_scope
from nlu.intents.model import IntentModel
from nlu.interpreter import Interpreter
from nlu.language import LANGUAGES, detect_language
from nlu.understanding import EntityDefinition
from nlu.vectors import Encoders

logger = logging.getLogger(__name__)

MOST_KEPT = 256
MOST_SUGGESTIONS = 3
_USUAL_BYTES = 512 * 1024 * 1024


class BotRuntimes:
    """`get` costs no statement while the revision is the one that is kept."""

    def __init__(
        self,
        database: Database,
        encoders: Encoders,
        versions: LoadedVersions,
        *,
        max_bytes: int = _USUAL_BYTES,
        on_damage: Callable[[], None] = lambda: None,
    ) -> None:
        """At most `max_bytes` of models are kept, whatever the number of bots, and always those of the last one.

        `on_damage` is told when a version can't be served: its bot then goes without, answers from knowledge, and says
        so in the log.
        """
        self._database = database
        self._encoders = encoders
        self.versions = versions
        self._max_bytes = max_bytes
        self._on_damage = on_damage
        self._kept: OrderedDict[str, tuple[BotRuntime, int]] = OrderedDict()

    async def get(self, tenant_id: str, bot_id: str, revision: int) -> BotRuntime:
        """`revision` is what the database says now."""
        kept = self._kept.get(bot_id)
        if kept is not None and kept[0].revision == revision and kept[0].tenant_id == tenant_id:
            self._kept.move_to_end(bot_id)
            return kept[0]
        async with self._database.read(tenant_id) as session:
            runtime, size = await self._load(session, tenant_id, bot_id)
        self._kept[bot_id] = (runtime, size)
        self._kept.move_to_end(bot_id)
        total = sum(bytes_ for _, bytes_ in self._kept.values())
        while len(self._kept) > 1 and (len(self._kept) > MOST_KEPT or total > self._max_bytes):
            total -= self._kept.popitem(last=False)[1][1]
        return runtime

    def interpreter(self, version: LoadedVersion | None, entities: Sequence[EntityDefinition]) -> Interpreter:
        if version is None:
            return Interpreter(None, entities, self._encoders.encoder)
        own = version.encoders
        return Interpreter(version.model, entities, own.encoder, multilingual=own.multilingual, tagger=version.tagger)

    def _untaught(self, model: IntentModel, entities: Sequence[EntityDefinition]) -> Interpreter:
        own = self._encoders
        return Interpreter(model, entities, own.encoder, multilingual=own.multilingual)

    async def _load(self, session: AsyncSession, tenant_id: str, bot_id: str) -> tuple[BotRuntime, int]:
        bots = BotRepository(session, tenant_id)
        bot = await bots.get(bot_id)
        knowledge_bases = (await bots.knowledge_bases_of([bot_id]))[bot_id]
        rows = await FlowRepository(session, tenant_id).all(bot_id)
        own_flows = tuple(parse_flow(row.definition) for row in rows)
        entities = await self.entities(session, tenant_id, bot_id)
        settings = UnderstandingSettings.of(bot.understanding)
        loaded: list[LoadedVersion] = []
        active = await self._served(session, tenant_id, bot.active_version_id, entities, loaded)
        model = loaded[0].model if loaded else None
        if bot.active_version_id is None and settings.small_talk:
            active = ServedVersion(None, self._untaught(await self.versions.small_talk(), entities))
        split: Split | None = None
        if settings.split is not None:
            other = await self._served(session, tenant_id, settings.split.version_id, entities, loaded)
            if other.number is not None:
                split = Split(other, settings.split.share, f"{bot_id}:{settings.split.version_id}")
        shadow = await self._served(session, tenant_id, settings.shadow, entities, loaded)
        taught = await ExampleRepository(session, tenant_id).pairs(bot_id)
        own_talk = small_talk.own_talk(taught)
        flows = own_flows
        if settings.small_talk:
            flows += _small_talk(bot, own_flows, model, taught, own_talk)
        runtime = BotRuntime(
            tenant_id=tenant_id,
            bot_id=bot.id,
            revision=bot.revision,
            default_language=bot.default_language,
            timezone=bot.timezone,
            answer_threshold=bot.answer_threshold,
            knowledge_base_ids=tuple(knowledge_bases),
            interpreter=active.interpreter,
            engine=DialogueEngine(flows, default_language=bot.default_language),
            version=active.number,
            split=split,
            shadow=shadow if shadow.number is not None else None,
            wishes=frozenset(intent for flow in flows if flow.collects for intent in flow.intents),
            separable=frozenset({intent for intent, _ in taught} | {i for flow in own_flows for i in flow.intents})
            - small_talk.only_talk(taught),
            refusal=next((flow for flow in own_flows if flow.say and any(map(is_out_of_scope, flow.intents))), None),
            single_entities={intent: flow.single_entities for flow in flows for intent in flow.intents},
        )
        return runtime, sum(version.nbytes for version in loaded)

    async def entities(self, session: AsyncSession, tenant_id: str, bot_id: str) -> tuple[EntityDefinition, ...]:
        """Those that the tenant declared."""
        rows = await EntityRepository(session, tenant_id).all(bot_id)
        return tuple(parse_entity_definition(row.name, row.definition) for row in rows)

    async def _served(
        self,
        session: AsyncSession,
        tenant_id: str,
        version_id: str | None,
        entities: tuple[EntityDefinition, ...],
        loaded: list[LoadedVersion],
    ) -> ServedVersion:
        """Adds to `loaded`. A version that can't be served is left out: a bot without one still answers."""
        if version_id is not None:
            try:
                version = await self.versions.get(session, tenant_id, version_id)
                served = ServedVersion(version.number, self.interpreter(version, entities))
                loaded.append(version)
                return served
            except (VersionUnusable, VersionNotFound) as error:
                logger.error("a version can't be served", extra={"version_id": version_id}, exc_info=error)
                self._on_damage()
        return ServedVersion(None, self.interpreter(None, entities))


def _small_talk(
    bot: Bot,
    own: tuple[Flow, ...],
    model: IntentModel | None,
    taught: Sequence[tuple[str, str]],
    own_talk: Mapping[str, SmallTalk],
) -> tuple[Flow, ...]:
    """Replies to small talk, and to the bot's own intents in its place, where the bot has no flow for them."""
    suggestions = _suggestions(model, [intent for flow in own if flow.collects for intent in flow.intents])
    answered = {intent for flow in own for before, intent in flow.starts if not before}
    taken = {flow.name for flow in own}
    intents = {talk.intent: [talk.intent] for talk in small_talk.beside({i for i, _ in taught}, (t for _, t in taught))}
    for intent, talk in own_talk.items():
        intents.setdefault(talk.intent, []).append(intent)
    wanted = ((talk, [i for i in intents.get(talk.intent, ()) if i not in answered]) for talk in small_talk.pack())
    flows = [parse_flow(talk.flow(bot.name, suggestions, missing)) for talk, missing in wanted if missing]
    return tuple(flow for flow in flows if flow.name not in taken)


def _suggestions(model: IntentModel | None, wishes: Sequence[str]) -> dict[str, list[str]]:
    """A typical example of each thing that the bot can do, for each language; a space for all languages has its own."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for place, intent in enumerate(model.intents if model is not None else ()):
        for slot, landmarks in model.landmarks.items() if model is not None and intent in wishes else ():
            text = landmarks.typical(place)
            if text is not None:
                found[slot if slot in found else detect_language(text)].setdefault(intent, text)
    return {language: list(texts.values())[:MOST_SUGGESTIONS] for language, texts in found.items()}
