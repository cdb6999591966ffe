"""Messages that nobody answered, put together by what they mean, so that a person decides once for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.intents.corpus import background_texts
from nlu.intents.landmarks import SlotLandmarks
from nlu.normalise import normalise
from nlu.vectors import Encoders, Floats

MOST_MESSAGES = 2000  # of one language; every pair is compared
_LEAST_SIZE = 2
# Two groups become one while their messages are this similar in the mean, once what all sentences share is taken away.
# On open sets of intents in both languages, 0.3 to 0.4 puts few strangers together and keeps most of an intent whole.
_TOGETHER = 0.33


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is the caller's own."""

    id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Members are sorted with the most typical first, whose text is the title."""

    language: str
    messages: tuple[Message, ...]
    centre: Floats

    @property
    def title(self) -> str:
        return self.messages[0].text


def cluster(messages: Sequence[Message], encoders: Encoders) -> list[Cluster]:
    """Clusters of at least two messages, the largest first; the same messages always give the same clusters.

    Of very many messages of a language the last are taken. Blocking.
    """
    found: list[Cluster] = []
    for language in sorted({message.language for message in messages}):
        own = [message for message in messages if message.language == language]
        found += _of_language(own[-MOST_MESSAGES:], language, encoders)
    return sorted(found, key=lambda each: (-len(each.messages), each.title))


def nearest_intent(
    centre: Floats, landmarks: SlotLandmarks, intents: Sequence[str], *, among: Collection[str]
) -> str | None:
    """The intent whose examples a cluster lies nearest to.

    None where it lies no nearer than any talk does, or nearer to an intent that is not `among` those to be named.
    """
    if not len(landmarks.vectors):
        return None
    _, intent, similarity = landmarks.nearest(centre, limit=1)[0]
    return intents[intent] if landmarks.closeness(similarity) > 0.4 and intents[intent] in among else None


def _of_language(messages: Sequence[Message], language: str, encoders: Encoders) -> list[Cluster]:
    same: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        same[normalise(message.text).text.strip().lower().rstrip(".!?~！？。 ")].append(message)
    texts = [text for text in same if any(character.isalnum() for character in text)]
    if not texts:
        return []
    slot = encoders.slots(language)[0]
    vectors = encoders.encode(texts, slot=slot, language=language)
    common = encoders.encode(background_texts(language), slot=slot, language=language).mean(axis=0)
    found = []
    for rows in _groups(_without(common, vectors)):
        members = [message for row in rows for message in same[texts[row]]]
        if len(members) < _LEAST_SIZE:
            continue
        centre = vectors[rows].mean(axis=0)
        centre /= np.linalg.norm(centre)
        typical = sorted(rows, key=lambda row: (-float(vectors[row] @ centre), texts[row]))
        found.append(Cluster(language, tuple(m for row in typical for m in same[texts[row]]), centre))
    return found


def _without(common: Floats, vectors: Floats) -> Floats:
    rest = vectors - common
    return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6), np.float32)


def _groups(vectors: Floats) -> list[list[int]]:
    """Average linkage: two groups join while their messages are near each other in the mean."""
    if len(vectors) == 1:
        return [[0]]
    from sklearn.cluster import AgglomerativeClustering

    labels = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - _TOGETHER
    ).fit_predict(vectors.astype(np.float64))
    groups: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        groups[int(label)].append(row)
    return list(groups.values())
