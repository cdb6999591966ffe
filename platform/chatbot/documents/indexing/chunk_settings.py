"""How a knowledge base cuts its documents."""

from __future__ import annotations

from dataclasses import asdict

from chatbot.models import KnowledgeBase
from knowledge.chunking import ChunkSettings

KEY = "chunking"  # in the settings of the knowledge base, which others have keys of too


def settings_of(base: KnowledgeBase, usual: ChunkSettings) -> ChunkSettings:
    """Its own, or the usual ones."""
    own = base.settings.get(KEY)
    return ChunkSettings(**own) if isinstance(own, dict) else usual


def keep_settings(base: KnowledgeBase, settings: ChunkSettings) -> None:
    """They are its own from now on."""
    base.settings = {**base.settings, KEY: asdict(settings)}
