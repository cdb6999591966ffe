"""Rules and stories cut into turns: what the user means, and what the bot does then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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


_DEEPEST = 5  # checkpoints in a row, which may go round in a circle
_MOST_STORIES = 5000


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


def joined_at_checkpoints(stories: Sequence[Story]) -> list[Story]:
    """Stories that begin at a checkpoint, told on from each that ends at it; the others as they are."""
    beginning: dict[str, list[Story]] = {}
    for story in stories:
        if story.steps and story.steps[0].kind == "checkpoint":
            beginning.setdefault(story.steps[0].name, []).append(story)
    reached = {story.steps[-1].name for story in stories if story.steps and story.steps[-1].kind == "checkpoint"}
    told = [(s, 0) for s in stories if not (s.steps and s.steps[0].kind == "checkpoint" and s.steps[0].name in reached)]
    for story, depth in told:  # grows while it is read
        last = story.steps[-1] if story.steps else None
        if last is None or last.kind != "checkpoint" or depth == _DEEPEST:
            continue
        following = beginning.get(last.name, ())[: max(0, _MOST_STORIES - len(told))]
        told += [(replace(each, steps=(*story.steps[:-1], *each.steps[1:])), depth + 1) for each in following]
    return [story for story, _ in told]


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
