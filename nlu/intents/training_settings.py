"""How an intent model is trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """One set of defaults serves every bot; measured in docs/decisions/0004-intent-classifier.md."""

    strength: float = 8.0  # inverse of the L2 penalty, per example
    max_iterations: int = 60
    rehearsal_iterations: int = 40
    landmarks_per_intent: int = 60
    refusal_value: float = 0.1  # what refusing a message out of scope is worth beside understanding one in scope
    threshold: float | None = None  # a fixed one instead of the fitted one
    seed: int = 0
