"""Rules and stories cut into turns: what the user means, and what the bot does then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nlu.exchange.bot import ImportedBot, Place, Story

# Rasa's own actions, which say nothing or have their counterpart in the engine.
SILENT = frozenset(
    {
        "action_listen",
        "action_restart",
        "action_back",
        "action_session_start",
        "action_deactivate_loop",
        "action_deactivate_form",
        "action_default_fallback",
        "action_two_stage_fallback",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_revert_fallback_events",
        "action_unlikely_intent",
        "action_extract_slots",
    }
)


@dataclass(frozen=True, slots=True)
class Turn:
    """`says` are responses in order, `programs` custom actions. `starts` is a form that begins; `ends`: one is over,
    and the rest came after it. `is_first`: nothing came before it in its story. `slots` got a value with it."""

    intents: tuple[str, ...]
    says: tuple[str, ...]
    programs: tuple[str, ...]
    place: Place
    starts: str = ""
    ends: bool = False
    is_first: bool = False
    loop: str = ""
    slots: tuple[str, ...] = ()


def turns_of(story: Story, bot: ImportedBot) -> Iterator[Turn]:
    """A turn a message of the user, and one more where a form is over."""
    intents: tuple[str, ...] = ()
    says: list[str] = []
    programs: list[str] = []
    slots: list[str] = []
    starts, ends, place = "", False, story.place
    loop = running = story.loop
    seen = opened = False

    def turn() -> Turn:
        is_first = opened and not seen and not story.loop
        return Turn(intents, tuple(says), tuple(programs), place, starts, ends, is_first, loop, tuple(slots))

    for step in story.steps:
        if step.kind == "user" or (step.kind == "loop" and not step.name):
            if opened or says or programs:
                yield turn()
                seen = True
            loop = "" if step.kind == "loop" else (starts or loop)
            intents, says, programs, slots, place = step.intents, [], [], [], step.place
            starts, ends, opened = "", step.kind == "loop", True
            if ends:
                loop = running
        elif step.kind == "action" and step.name in bot.forms:
            starts = running = step.name
        elif step.kind == "action" and step.name:
            spoken = step.name in bot.responses or step.name.startswith("utter_")
            if spoken:
                says.append(step.name)
            elif step.name not in SILENT:
                programs.append(step.name)
        elif step.kind == "action" and step.text:
            programs.append(step.text)
        elif step.kind == "loop" and step.name in bot.forms:
            starts = running = step.name
        elif step.kind == "slot":
            slots.append(step.name)
        elif step.kind == "checkpoint" and not opened:
            seen = True
    if opened or says or programs:
        yield turn()
