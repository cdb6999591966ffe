"""What a version is made of: a bot's examples, the small talk beside them, and the program that learns from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.bots.content_repository import ExampleRepository
from chatbot.bots.repository import BotRepository
from chatbot.models import IntentExample
from chatbot.turn import small_talk
from chatbot.understanding.settings import UnderstandingSettings
from nlu.intents.corpus import is_out_of_scope
from nlu.intents.training_settings import TrainingSettings
from nlu.normalise import normalise
from nlu.tagging.training import AnnotatedText
from nlu.understanding import Example


@dataclass(frozen=True, slots=True)
class TrainingData:
    """`examples` are the tenant's own and then small talk; `own` are the intents among them that the tenant taught."""

    examples: tuple[Example, ...]
    annotated: tuple[AnnotatedText, ...]
    own: frozenset[str]
    data_hash: str

    @property
    def intents(self) -> frozenset[str]:
        """Without what only teaches to refuse."""
        return frozenset(example.intent for example in self.examples if not is_out_of_scope(example.intent))


async def read_training_data(session: AsyncSession, tenant_id: str, bot_id: str) -> TrainingData:
    """As the rows stand now. Raises BotNotFound."""
    bot = await BotRepository(session, tenant_id).get(bot_id)
    rows = await ExampleRepository(session, tenant_id).all(bot_id)
    return training_data(rows, with_small_talk=UnderstandingSettings.of(bot.understanding).small_talk)


def training_data(rows: Sequence[IntentExample], *, with_small_talk: bool) -> TrainingData:
    """The same rows give the same hash, in whatever order they came."""
    own = [Example(row.text, row.intent, row.language) for row in rows]
    taught = {example.intent for example in own}
    talks = small_talk.beside(taught, (example.text for example in own)) if with_small_talk else ()
    beside = [example for talk in talks for example in talk.examples]
    lines = sorted([row.intent, row.language, row.text, _spans(row)] for row in rows)
    lines += [[example.intent, example.language, example.text, []] for example in beside]
    digest = hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    # Sorted, so that the order of rows changes neither the model nor its hash.
    own.sort(key=lambda example: (example.intent, example.language, example.text))
    annotated = [_annotated(row) for row in sorted(rows, key=lambda row: (row.intent, row.text)) if row.entities]
    plain = [AnnotatedText(normalise(example.text).text, ()) for example in own] if annotated else []
    marked = {each.text for each in annotated}
    return TrainingData(
        examples=(*own, *beside),
        annotated=(*annotated, *(each for each in plain if each.text not in marked)),
        own=frozenset(intent for intent in taught if not is_out_of_scope(intent)),
        data_hash=digest.hexdigest(),
    )


def version_settings(spaces: Mapping[str, str], settings: TrainingSettings) -> dict[str, object]:
    """What besides the data makes a version what it is. `spaces` are those of the encoders."""
    return {"trainer": trainer_digest(), "spaces": dict(spaces), **asdict(settings)}


@lru_cache(maxsize=1)
def trainer_digest() -> str:
    """Of the program that trains: after an upgrade that changes it, the same data make a new version."""
    digest = hashlib.sha256()
    for path, content in sorted(_sources(resources.files("nlu"), "nlu")):
        digest.update(path.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name in ("background", "entities"):
            yield from _sources(entry, f"{path}/{entry.name}")
        elif entry.name.endswith((".py", ".txt")):
            yield f"{path}/{entry.name}", entry.read_bytes()


def _spans(row: IntentExample) -> list[list[object]]:
    return [[_slot(entity), entity.get("start"), entity.get("end")] for entity in row.entities]


def _slot(entity: Mapping[str, object]) -> str:
    """The tagger tells roles and groups apart: "city:to" is a slot of its own, and "topping::2" is one."""
    parts = [str(entity.get(key) or "") for key in ("name", "role", "group")]
    return ":".join(parts).rstrip(":")


def _annotated(row: IntentExample) -> AnnotatedText:
    """In the normalised spelling that the tagger reads. Of spans that overlap, the first is taken."""
    plain = normalise(row.text)
    spans: list[tuple[str, int, int]] = []
    for entity in sorted(row.entities, key=lambda each: cast(int, each["start"])):
        start, end = cast(int, entity["start"]), cast(int, entity["end"])
        inside = [at for at, first in enumerate(plain.starts) if first >= start and plain.ends[at] <= end]
        if inside and (not spans or inside[0] >= spans[-1][2]):
            spans.append((_slot(entity), inside[0], inside[-1] + 1))
    return AnnotatedText(plain.text, tuple(spans))
