"""Responses of an imported bot as texts of our flows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nlu.exchange.bot import ImportedBot, Response, Variant
from nlu.exchange.report import Notices
from nlu.language import LANGUAGES, detect_language

LONGEST_REPLY = 4000
MOST_BUTTONS = 10
# With the comma before it, where nothing follows: "Welcome, {name}." is "Welcome." without it.
_HOLE = re.compile(
    r"(?:[,，、]? ?\{[A-Za-z_][\w.-]*\}(?=[.!?。！？]|$)| ?(?<!\{)\{[A-Za-z_][\w.-]*\}(?!\}))", re.MULTILINE
)
_PLACEHOLDER = re.compile(r"(?<!\{)\{([A-Za-z_][\w.-]*)\}(?!\})")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The same reply by language: its variants, and the titles of its buttons."""

    texts: dict[str, list[str]]
    quick_replies: dict[str, list[str]]

    def as_say(self) -> dict[str, object]:
        """One text a language, or a list where there are variants."""
        return {language: texts[0] if len(texts) == 1 else texts for language, texts in self.texts.items()}

    def first(self) -> dict[str, str]:
        return {language: texts[0] for language, texts in self.texts.items()}

    def names(self) -> list[str]:
        """What stands in braces, in all of its texts."""
        return list(dict.fromkeys(name for texts in self.texts.values() for text in texts for name in names_in(text)))

    def has_variants(self) -> bool:
        return any(len(texts) > 1 for texts in self.texts.values())

    def changed(self, change: Callable[[str], str]) -> Spoken:
        """With every text changed, and without those that are empty then."""
        texts = {language: [new for each in given if (new := change(each))] for language, given in self.texts.items()}
        return Spoken({language: given for language, given in texts.items() if given}, self.quick_replies)


def language_of(text: str, stated: str, *, default: str) -> str:
    """As it is stated, where that is one of ours."""
    return stated if stated in LANGUAGES else detect_language(text, default=default)


def names_in(text: str) -> list[str]:
    return _PLACEHOLDER.findall(text)


def without_names(text: str) -> str:
    """The text with what stands in braces taken out."""
    return re.sub(r"[ \t]{2,}", " ", _HOLE.sub("", text)).strip()


def with_names(text: str, known: Mapping[str, str], *, optional: bool = False) -> str:
    """Known names (theirs to ours) stay, as values that may be missing when `optional`; the others go."""

    def replaced(match: re.Match[str]) -> str:
        name = known.get(match[2])
        if not name:
            return ""
        return f"[[{match[1]}{{{name}}}]]" if optional else f"{match[1]}{{{name}}}"

    return re.sub(r"( ?)" + _PLACEHOLDER.pattern, replaced, text).strip()


class ResponseTexts:
    """Reads responses; whatever of them a flow cannot hold goes into the notices."""

    def __init__(self, bot: ImportedBot, default_language: str, notices: Notices) -> None:
        self._bot = bot
        self._default = default_language
        self._notices = notices
        self.used: set[str] = set()

    def spoken(self, names: Sequence[str]) -> Spoken:
        """Several responses one after the other, as one reply."""
        by_language: dict[str, list[list[str]]] = {}
        titles: dict[str, list[str]] = {}
        for name in names:
            response = self._bot.responses.get(name)
            if response is None:
                continue
            self.used.add(name)
            variants: dict[str, list[str]] = {}
            for variant in self._usable(response):
                text = _text(variant)
                language = language_of(text, variant.language, default=self._default)
                if text and len(variants.setdefault(language, [])) < 20:
                    variants[language].append(text)
                titles.setdefault(language, []).extend(button.title for button in variant.buttons)
            for language, texts in variants.items():
                by_language.setdefault(language, []).append(texts)
        joined = {language: _joined(parts) for language, parts in by_language.items()}
        buttons = {language: list(dict.fromkeys(found))[:MOST_BUTTONS] for language, found in titles.items() if found}
        return Spoken(joined, {language: found for language, found in buttons.items() if language in joined})

    def _usable(self, response: Response) -> list[Variant]:
        ours = [variant for variant in response.variants if variant.language in ("", *LANGUAGES)] or response.variants
        plain = [variant for variant in ours if not variant.channel and not variant.condition]
        for variant in response.variants:
            if variant not in ours:
                self._notices.add(response.place, "language_left", name=response.name, language=variant.language)
            if variant.channel or variant.condition:
                self._notices.add(response.place, "variant_left", name=response.name)
            for extra in variant.extra:
                self._notices.add(response.place, "extra_left", name=response.name, extra=extra)
        return plain or [variant for variant in ours if not variant.channel][-1:]


def _text(variant: Variant) -> str:
    parts = [variant.text.replace("{{", "{").replace("}}", "}"), variant.image]
    return "\n".join(part for part in parts if part)[:LONGEST_REPLY]


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    count = max(len(texts) for texts in parts)
    joined = ("\n\n".join(texts[index % len(texts)] for texts in parts) for index in range(count))
    return list(dict.fromkeys(text[:LONGEST_REPLY] for text in joined))
