"""How a bot uses its versions: the JSON of `bots.understanding`, read tolerantly and written whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST_PREVIOUS = 20  # versions that a bot can be rolled back through


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """A `share` of the users, always the same ones, is served by `version_id`."""

    version_id: str
    share: float


@dataclass(frozen=True, slots=True)
class UnderstandingSettings:
    """`previous` are the versions that were active before, the last one at the end."""

    small_talk: bool = True
    split: SplitSettings | None = None
    shadow: str | None = None
    previous: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, object]) -> UnderstandingSettings:
        """What is missing or unreadable counts as the default, so that a bot answers whatever its row holds."""
        split, shadow, previous = stored.get("split"), stored.get("shadow"), stored.get("previous")
        return cls(
            small_talk=stored.get("small_talk") is not False,
            split=_split(split) if isinstance(split, Mapping) else None,
            shadow=shadow if isinstance(shadow, str) else None,
            previous=tuple(str(each) for each in previous) if isinstance(previous, list) else (),
        )

    def to_json(self) -> dict[str, object]:
        split = {"version_id": self.split.version_id, "share": self.split.share} if self.split else None
        return {
            "small_talk": self.small_talk,
            "split": split,
            "shadow": self.shadow,
            "previous": list(self.previous[-MOST_PREVIOUS:]),
        }


def _split(stored: Mapping[object, object]) -> SplitSettings | None:
    version_id, share = stored.get("version_id"), stored.get("share")
    if not isinstance(version_id, str) or isinstance(share, bool) or not isinstance(share, int | float):
        return None
    return SplitSettings(version_id, float(share))
