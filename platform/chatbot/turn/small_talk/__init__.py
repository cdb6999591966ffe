"""Small talk that every bot has out of the box: sentences to learn from, and what to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import cast

import yaml

from nlu.language import LANGUAGES
from nlu.normalise import normalise
from nlu.understanding import Example

BOT = "{bot}"
_MUCH = 0.25  # of an intent's sentences


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """One intent. `suggests`: the reply is followed by questions that the bot at hand can answer."""

    intent: str
    examples: tuple[Example, ...]
    say: Mapping[str, str]
    suggests: bool
    closes: bool

    def flow(self, bot_name: str, suggestions: Mapping[str, list[str]], intents: Sequence[str]) -> dict[str, object]:
        """A definition for `dialogue.flow.parse_flow`, which answers these intents."""
        flow: dict[str, object] = {
            "name": f"small_talk_{self.intent}",
            "intents": list(intents),
            "say": {language: text.replace(BOT, _named(bot_name, language)) for language, text in self.say.items()},
            "closes": self.closes,
        }
        offered = {language: texts for language, texts in suggestions.items() if texts}
        return {**flow, "quick_replies": offered} if self.suggests and offered else flow


@lru_cache(maxsize=1)
def pack() -> tuple[SmallTalk, ...]:
    """All of it, in the order of the file."""
    text = resources.files("chatbot.turn.small_talk").joinpath("talk.yaml").read_text(encoding="utf-8")
    data = cast(dict[str, dict[str, object]], yaml.safe_load(text))
    return tuple(
        SmallTalk(
            intent=intent,
            examples=tuple(
                Example(sentence, intent, language)
                for language in LANGUAGES
                for sentence in cast(list[str], entry[language])
            ),
            say=cast(dict[str, str], entry["say"]),
            suggests=bool(entry.get("suggests")),
            closes=bool(entry.get("closes")),
        )
        for intent, entry in data.items()
    )


def beside(intents: Collection[str], sentences: Iterable[str]) -> tuple[SmallTalk, ...]:
    """What is left of the pack beside a bot's own intents and the sentences it teaches: the bot's own come first."""
    taken = {_plain(sentence) for sentence in sentences}
    return tuple(
        talk
        for talk in pack()
        if talk.intent not in intents and not any(_plain(example.text) in taken for example in talk.examples)
    )


def own_talk(taught: Iterable[tuple[str, str]]) -> dict[str, SmallTalk]:
    """What of the pack each of a bot's own intents took the place of; `taught` are its intents with their sentences.

    An intent that holds sentences of several is none of them in particular.
    """
    talks = pack()
    by_name = {talk.intent: talk for talk in talks}
    by_sentence = {_plain(example.text): talk for talk in talks for example in talk.examples}
    found: dict[str, set[str]] = {}
    for intent, sentence in taught:
        held = found.setdefault(intent, {intent} & by_name.keys())
        talk = by_sentence.get(_plain(sentence))
        if talk is not None:
            held.add(talk.intent)
    return {intent: by_name[held.pop()] for intent, held in found.items() if len(held) == 1}


def only_talk(taught: Iterable[tuple[str, str]]) -> frozenset[str]:
    """A bot's own intents that ask for nothing: named as one of the pack, or with many of the pack's sentences."""
    names = {talk.intent for talk in pack()}
    sentences = {_plain(example.text) for talk in pack() for example in talk.examples}
    all_of, of_pack = Counter[str](), Counter[str]()
    for intent, sentence in taught:
        all_of[intent] += 1
        of_pack[intent] += _plain(sentence) in sentences
    return frozenset(one for one, count in all_of.items() if one in names or of_pack[one] >= _MUCH * count)


def _named(bot_name: str, language: str) -> str:
    """Between Chinese characters and Latin letters stands a space."""
    return f" {bot_name}" if language == "zh" and bot_name[:1].isascii() else bot_name


def _plain(text: str) -> str:
    return normalise(text).text.strip().lower().rstrip(".!?~！？，, ")
