"""A flow: what starts it, what it must know, what it calls, and what it says. Data, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.bilingual import Localised
from dialogue.flow_definition import (
    AskAgainDefinition,
    CallDefinition,
    FlowDefinition,
    RepliesDefinition,
    SlotDefinition,
)
from dialogue.flow_faults import FlowInvalid
from dialogue.flow_reading import (
    at,
    entity,
    flag,
    identifier,
    known_keys,
    localised,
    localised_lists,
    localised_variants,
    mapping,
    names,
    number,
    pattern,
    text,
)
from dialogue.template import placeholders

CONFIRMATION = "confirmation"  # what a flow waits for when it asks for a yes; no slot may be called so
FREE_WORDS = 5  # a longer answer is rather something else, where the flow doesn't say otherwise
OUTCOMES = tuple(AskAgainDefinition.__annotations__)
_CASES = ("", "upper", "lower")


@dataclass(frozen=True, slots=True)
class Slot:
    """A `SlotDefinition`, checked. `pattern` is what a value must look like in full, and is looked for in the text when
    the NLU found no `entity`."""

    name: str
    entity: str = ""
    required: bool = False
    default: str | None = None
    prompt: Localised = field(default_factory=dict)
    quick_replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pattern: str = ""
    invalid: Localised = field(default_factory=dict)
    case: str = ""  # "upper" or "lower": values are turned into it
    free_text: bool = False
    max_words: int = FREE_WORDS
    inherit: bool = False
    starts_flow: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of a named connection; `arguments` are templates over the slots."""

    connection: str
    operation: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replies:
    """Templates over slots and the call's result."""

    success: Localised = field(default_factory=dict)
    not_found: Localised = field(default_factory=dict)
    invalid: Localised = field(default_factory=dict)
    unavailable: Localised = field(default_factory=dict)

    def of(self, error: str | None) -> Localised:
        """The reply to an outcome; an unknown error counts as unavailable."""
        by_error = {None: self.success, "not_found": self.not_found, "invalid": self.invalid}
        return by_error.get(error, self.unavailable)


@dataclass(frozen=True, slots=True)
class Flow:
    """`say` alone answers at once, `hand_over` passes to a human, otherwise slots are filled and `call` is made.

    `variants` are all the ways of saying `say`, itself first, where there are several. `after` names flows: then it
    begins only when the words of one of them came last, as the yes to their question.
    """

    name: str
    intents: tuple[str, ...]
    after: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    confirm: Localised = field(default_factory=dict)
    call: Call | None = None
    replies: Replies = field(default_factory=Replies)
    ask_again: Mapping[str, str] = field(default_factory=dict)  # outcome to the slot that is asked again
    say: Localised = field(default_factory=dict)
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quick_replies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closes: bool = False  # after `say` nothing is carried on: a goodbye
    hand_over: Localised = field(default_factory=dict)

    @property
    def starts(self) -> frozenset[tuple[str, str]]:
        """(the flow that spoke last, or "" for whichever; the intent) for everything that begins it."""
        return frozenset((before, intent) for before in self.after or ("",) for intent in self.intents)

    @property
    def collects(self) -> bool:
        """Whether the flow fills slots, instead of only saying something or handing over."""
        return not self.say and not self.hand_over

    @property
    def single_entities(self) -> frozenset[str]:
        """Those that one slot takes and no other, whatever part they play."""
        names = [slot.entity.partition(":")[0] for slot in self.slots]
        return frozenset(slot.entity for slot in self.slots if slot.entity and names.count(slot.entity) == 1)

    def said(self, turn: int) -> Localised:
        """`say`, in another of its variants each turn."""
        return {language: texts[turn % len(texts)] for language, texts in self.variants.items()}

    def slot(self, name: str | None) -> Slot | None:
        """The slot called `name`."""
        return next((slot for slot in self.slots if slot.name == name), None)


def parse_flow(data: Mapping[str, object]) -> Flow:
    """The flow that plain JSON or YAML data describes. Raises `FlowInvalid`."""
    if not isinstance(data, Mapping):
        raise FlowInvalid("", "no_flow")
    known_keys(data, "", FlowDefinition.__annotations__)
    variants = localised_variants(data, "say", "")
    flow = Flow(
        name=identifier(data, "name", ""),
        intents=names(data, "intents", ""),
        after=names(data, "after", ""),
        slots=_slots(data),
        confirm=localised(data, "confirm", ""),
        call=_call(data),
        replies=_replies(data),
        ask_again={
            key: text(mapping(data, "ask_again", ""), key, "ask_again") for key in mapping(data, "ask_again", "")
        },
        say={language: texts[0] for language, texts in variants.items()},
        variants=variants,
        quick_replies=localised_lists(data, "quick_replies", ""),
        closes=flag(data, "closes", ""),
        hand_over=localised(data, "hand_over", ""),
    )
    _check_kind(flow)
    _check_references(flow)
    return flow


def _slots(data: Mapping[str, object]) -> tuple[Slot, ...]:
    given = data.get("slots", [])
    if not isinstance(given, (list, tuple)):
        raise FlowInvalid("slots", "no_list")
    slots: list[Slot] = []
    for index, item in enumerate(given):
        path = f"slots[{index}]"
        if not isinstance(item, Mapping):
            raise FlowInvalid(path, "no_mapping")
        slot = _slot(item, path)
        if any(other.name == slot.name for other in slots):
            raise FlowInvalid(at(path, "name"), "twice", name=slot.name)
        slots.append(slot)
    return tuple(slots)


def _slot(data: Mapping[str, object], path: str) -> Slot:
    known_keys(data, path, SlotDefinition.__annotations__)
    required = flag(data, "required", path)
    slot = Slot(
        name=identifier(data, "name", path),
        entity=entity(data, "entity", path),
        required=required,
        default=text(data, "default", path) if data.get("default") is not None else None,
        prompt=localised(data, "prompt", path, required=required and data.get("default") is None),
        quick_replies=localised_lists(data, "quick_replies", path),
        pattern=pattern(data, "pattern", path),
        invalid=localised(data, "invalid", path),
        case=text(data, "case", path, ""),
        free_text=flag(data, "free_text", path),
        max_words=number(data, "max_words", path, FREE_WORDS, most=500),
        inherit=flag(data, "inherit", path),
        starts_flow=flag(data, "starts_flow", path),
    )
    if slot.name == CONFIRMATION:
        raise FlowInvalid(at(path, "name"), "reserved", name=CONFIRMATION)
    if slot.case not in _CASES:
        raise FlowInvalid(at(path, "case"), "no_case")
    if not (slot.entity or slot.pattern or slot.free_text):
        raise FlowInvalid(path, "never_filled")
    return slot


def _call(data: Mapping[str, object]) -> Call | None:
    if data.get("call") is None:
        return None
    given = mapping(data, "call", "")
    known_keys(given, "call", CallDefinition.__annotations__)
    arguments = mapping(given, "arguments", "call")
    return Call(
        connection=text(given, "connection", "call"),
        operation=text(given, "operation", "call"),
        arguments={name: text(arguments, name, "call.arguments") for name in arguments},
    )


def _replies(data: Mapping[str, object]) -> Replies:
    given = mapping(data, "replies", "")
    known_keys(given, "replies", RepliesDefinition.__annotations__)
    return Replies(**{outcome: localised(given, outcome, "replies") for outcome in ("success", *OUTCOMES)})


def _check_kind(flow: Flow) -> None:
    kinds = [name for name, given in (("say", flow.say), ("hand_over", flow.hand_over)) if given]
    kinds += ["slots and replies"] if flow.slots or flow.call or flow.replies.success else []
    if len(kinds) != 1:
        raise FlowInvalid("", "several_kinds")
    if flow.collects and not flow.replies.success:
        raise FlowInvalid("replies.success", "missing_words")
    if not flow.intents and not any(slot.starts_flow for slot in flow.slots):
        raise FlowInvalid("intents", "never_started")


def _check_references(flow: Flow) -> None:
    slot_names = {slot.name for slot in flow.slots}
    templates = {
        f"call.arguments.{name}": template for name, template in (flow.call.arguments if flow.call else {}).items()
    }
    templates |= {f"confirm.{language}": template for language, template in flow.confirm.items()}
    for path, template in templates.items():
        for name in placeholders(template):
            if name not in slot_names:
                raise FlowInvalid(path, "no_slot", name=f"{{{name}}}")
    for outcome, slot_name in flow.ask_again.items():
        if outcome not in OUTCOMES:
            raise FlowInvalid(f"ask_again.{outcome}", "none_of", known=", ".join(OUTCOMES))
        slot = flow.slot(slot_name)
        if slot is None or not slot.prompt:
            raise FlowInvalid(f"ask_again.{outcome}", "no_prompted_slot", name=slot_name)
