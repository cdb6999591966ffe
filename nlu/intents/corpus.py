"""The training sentences of one model: the tenant's examples, the intents' own names, and background talk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from nlu.language import LANGUAGES, detect_language
from nlu.normalise import normalise
from nlu.understanding import Example

OUT_OF_SCOPE = "out_of_scope"
_OUT_OF_SCOPE_NAMES = frozenset({"", "oos", OUT_OF_SCOPE})
_NAME_BREAKS = re.compile(r"[_\-.+/:\s]+|(?<=[a-z])(?=[A-Z])")
_MAX_CHARACTERS = 2000

EXAMPLE, NAME, OUTSIDE, BACKGROUND = "example", "name", "outside", "background"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the corpus. `intent` is None for what is out of scope; `kind` says where the line comes from."""

    text: str
    language: str
    intent: str | None
    kind: str


def is_out_of_scope(intent: str) -> bool:
    """Whether examples of an intent called so teach what to refuse."""
    return intent in _OUT_OF_SCOPE_NAMES


def build_corpus(examples: Sequence[Example]) -> list[Sentence]:
    """Examples first, in the order given, doubles removed; background last."""
    lines: list[Sentence] = []
    seen: set[tuple[str, str | None]] = set()
    for example in examples:
        text = normalise(example.text[:_MAX_CHARACTERS]).text.strip()
        intent = None if is_out_of_scope(example.intent) else example.intent
        if not text or (text, intent) in seen:
            continue
        seen.add((text, intent))
        language = example.language if example.language in LANGUAGES else detect_language(text)
        lines.append(Sentence(text, language, intent, EXAMPLE if intent is not None else OUTSIDE))
    for intent in sorted({line.intent for line in lines if line.intent is not None}):
        name = readable_name(intent)
        if name and (name, intent) not in seen:
            lines.append(Sentence(name, detect_language(name), intent, NAME))
    taken = {line.text for line in lines}
    lines += [line for line in _background() if line.text not in taken]
    return lines


def readable_name(intent: str) -> str:
    """ "card_arrival" to "card arrival", "" where the name says nothing ("intent_12")."""
    words = [word for word in _NAME_BREAKS.split(intent) if word]
    telling = [word for word in words if not word.isdigit() and word.lower() not in {"intent", "faq", "utter", "q"}]
    name = " ".join(telling).lower()
    letters = sum(character.isalpha() for character in name)
    return name if letters >= 3 or (letters >= 2 and not name.isascii()) else ""


def corpus_hash(examples: Sequence[Example]) -> str:
    """sha256 of the examples, whatever their order."""
    digest = hashlib.sha256()
    for line in sorted(f"{e.intent}\x1f{e.language}\x1f{e.text}" for e in examples):
        digest.update(line.encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()


def background_texts(language: str) -> list[str]:
    """Ordinary sentences of a language, normalised."""
    return [line.text for line in _background() if line.language == language]


@lru_cache(maxsize=1)
def _background() -> tuple[Sentence, ...]:
    """Sentences that belong to no bot in particular, written for this purpose."""
    folder = resources.files("nlu.intents").joinpath("background")
    return tuple(
        Sentence(normalise(text).text, language, None, BACKGROUND)
        for language in LANGUAGES
        for text in folder.joinpath(f"{language}.txt").read_text(encoding="utf-8").splitlines()
        if text.strip()
    )
