"""The form in which a flow is written, in JSON or YAML: what `parse_flow` reads, and what the API describes."""

from __future__ import annotations

from typing import Literal, Required

from typing_extensions import TypedDict


class LocalisedText(TypedDict, total=False, closed=True):
    """A text in each language."""

    zh: str
    en: str


class LocalisedVariants(TypedDict, total=False, closed=True):
    """In each language one text, or several that say the same and take turns."""

    zh: str | list[str]
    en: str | list[str]


class LocalisedTexts(TypedDict, total=False, closed=True):
    """A list of texts in each language."""

    zh: list[str]
    en: list[str]


class SlotDefinition(TypedDict, total=False, closed=True):
    """One thing that a flow must know. It is filled by an `entity` ("city", or "city:from" for one that plays a role),
    by what fits `pattern`, a regular expression, or with `free_text` by an answer of up to `max_words` words.

    `required` asks with `prompt` until it is filled; `default` stands in for it otherwise. `invalid` is said to a value
    that does not fit the pattern. `case` turns values into upper or lower case. `inherit` hands the value on to a
    follow-up; with `starts_flow`, a message that is nothing but such a value starts the flow.
    """

    name: Required[str]
    entity: str
    required: bool
    default: str | None
    prompt: LocalisedText | None
    quick_replies: LocalisedTexts | None
    pattern: str
    invalid: LocalisedText | None
    case: Literal["", "upper", "lower"]
    free_text: bool
    max_words: int
    inherit: bool
    starts_flow: bool


class CallDefinition(TypedDict, total=False, closed=True):
    """An operation of a connection. In the values of `arguments`, `{city}` stands for the slot called city."""

    connection: Required[str]
    operation: Required[str]
    arguments: dict[str, str] | None


class RepliesDefinition(TypedDict, total=False, closed=True):
    """What is said to each outcome of the call. `{city}` stands for a slot or a field of the result; `[[…]]` is left
    out where a value in it is missing."""

    success: LocalisedText | None
    not_found: LocalisedText | None
    invalid: LocalisedText | None
    unavailable: LocalisedText | None


class AskAgainDefinition(TypedDict, total=False, closed=True):
    """Which slot is asked for again after an outcome of the call."""

    not_found: str
    invalid: str
    unavailable: str


class FlowDefinition(TypedDict, total=False, closed=True):
    """What starts a flow, what it must know, what it calls and what it says. It either fills `slots`, asks to
    `confirm`, makes its `call` and gives one of its `replies`; or it answers at once with `say`; or it passes to a
    human with `hand_over`.

    `after` names flows: then it begins only as the yes to the words of one of them. With `closes` nothing is carried
    on after `say`.
    """

    name: Required[str]
    intents: list[str]
    after: list[str]
    slots: list[SlotDefinition]
    confirm: LocalisedText | None
    call: CallDefinition | None
    replies: RepliesDefinition | None
    ask_again: AskAgainDefinition | None
    say: LocalisedVariants | None
    quick_replies: LocalisedTexts | None
    closes: bool
    hand_over: LocalisedText | None
