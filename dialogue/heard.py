"""What the dialogue needs to know of a message; the understanding of the NLU fits by shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class HeardEntity(Protocol):
    """A value found in the text: text[start:end] in the user's own characters, `value` normalised.

    `role` is the part it plays ("from", "to"), "" mostly; `also`: (name, value) of what the same words say besides.
    """

    @property
    def name(self) -> str: ...

    @property
    def value(self) -> str: ...

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def role(self) -> str: ...

    @property
    def also(self) -> Sequence[tuple[str, str]]: ...


class Heard(Protocol):
    """One message. `intent` is None when the message is out of scope."""

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str: ...

    @property
    def intent(self) -> str | None: ...

    @property
    def confidence(self) -> float: ...

    @property
    def entities(self) -> Sequence[HeardEntity]: ...
