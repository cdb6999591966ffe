"""What can go wrong with understanding."""

from __future__ import annotations

from nlu.bilingual import Text


class UnderstandingError(Exception):
    """Base of this module's errors."""


class ModelCorrupt(UnderstandingError):
    """Stored model bytes that are truncated, altered or of an unknown format."""


class SpaceMismatch(UnderstandingError):
    """The encoder at hand is not the one the model was trained with: train again."""

    def __init__(self, language: str, trained: str, given: str) -> None:
        super().__init__(f"for {language!r} the model was trained on {trained!r}, the encoder makes {given!r}")
        self.language = language


class EntityDefinitionInvalid(UnderstandingError):
    """A tenant's entity definition that cannot be used, with the reason for the person who wrote it."""

    def __init__(self, name: str, en: str, zh: str) -> None:
        super().__init__(f"entity {name!r}: {en}")
        self.reason = Text(en, zh)


class EntityNameInvalid(EntityDefinitionInvalid):
    """The name itself cannot be one."""
